"""A period in which something holds, and the readers that entries of a trust list share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, UntrustedKeyError
from certorigin.late import dataclass
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import FORM

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin.vocabulary.record import Record


@dataclass(frozen=True)
class Period:
    """From a moment on, until just before another one, or without end."""

    start: datetime
    end: datetime | None = None

    @classmethod
    def from_record(cls, record: Record) -> Period:
        """Read `from` and, where present, `until`. Raises MalformedError when crosswise."""
        period = cls(record.moment("from"), record.moment("until") if record.has("until") else None)
        if period.end is not None and period.end <= period.start:
            raise MalformedError("trust.period_crosswise", place=record.at("until"))
        return period

    def to_data(self) -> dict[str, str]:
        """Write the members `from` and `until`."""
        data = {"from": moment_to_text(self.start)}
        return data | ({"until": moment_to_text(self.end)} if self.end else {})

    def check_begun(self, at: datetime, code: str, **facts: str) -> None:
        """Raise UntrustedKeyError with `code` before the period."""
        if at < self.start:
            raise UntrustedKeyError(code, **facts, start=moment_to_text(self.start))

    def check_not_over(self, at: datetime, code: str, **facts: str) -> None:
        """Raise UntrustedKeyError with `code` after the period."""
        if self.end is not None and at >= self.end:
            raise UntrustedKeyError(code, **facts, end=moment_to_text(self.end))


def read_set(record: Record, name: str, fits: Callable[[str], object]) -> tuple[str, ...]:
    """Read a list of one or more different texts that all fit. Raises MalformedError."""
    texts = record.texts(name)
    if not texts or len(set(texts)) != len(texts):
        raise MalformedError("trust.empty_or_repeated", place=record.at(name))
    for index, text in enumerate(texts):
        if not fits(text):
            place = f"{record.at(name)}[{index}]"
            raise MalformedError("trust.value_not_allowed", place=place, value=text[:60])
    return texts


def read_forms(record: Record) -> tuple[str, ...]:
    """Read the names of forms, where present. Raises MalformedError."""
    return read_set(record, "forms", FORM.fullmatch) if record.has("forms") else ()


def write_lists(**lists: tuple[str, ...]) -> dict[str, list[str]]:
    """Write the lists that are not empty."""
    return {name: list(texts) for name, texts in lists.items() if texts}
