"""Reading the members of a trust list: strict, with the place of every fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from certorigin.errors import CertoriginError, LimitError, MalformedError, UntrustedKeyError
from certorigin.vocabulary.moment import day_from_text, moment_from_text, moment_to_text

MAX_ENTRIES = 10_000
MAX_TEXT = 400

_STATE = re.compile(r"[A-Z]{2}")
_FORM = re.compile(r"[A-Z0-9][A-Za-z0-9-]{0,19}")
_CORRIDOR = re.compile(r"([A-Z]{2}-[A-Z]{2})/([A-Za-z0-9][A-Za-z0-9-]{0,39})")
_COUNT = re.compile(r"[1-9][0-9]{0,8}")

T = TypeVar("T")


@dataclass(frozen=True)
class Period:
    """From a moment on, until just before another one, or without end."""

    start: datetime
    end: datetime | None = None

    def check(self, at: datetime, what: str, **facts: str) -> None:
        """Raise UntrustedKeyError (`trust.<what>_not_yet_valid`, `…_expired`) outside the period."""
        if at < self.start:
            begins = moment_to_text(self.start)
            raise UntrustedKeyError(f"trust.{what}_not_yet_valid", **facts, start=begins)
        if self.end is not None and at >= self.end:
            raise UntrustedKeyError(f"trust.{what}_expired", **facts, end=moment_to_text(self.end))

    def to_data(self) -> dict[str, str]:
        """Write the members `from` and `until`."""
        data = {"from": moment_to_text(self.start)}
        if self.end is not None:
            data["until"] = moment_to_text(self.end)
        return data


class Reader:
    """Reads one object: every member must be taken, and nothing may be left over."""

    def __init__(self, data: object, place: str) -> None:
        if type(data) is not dict:
            raise MalformedError("trust.malformed", place=place)
        self._data: dict[str, Any] = dict(data)
        self.place = place

    def at(self, name: str) -> str:
        """Say where the member lies."""
        return f"{self.place}.{name}"

    def has(self, name: str) -> bool:
        """Say whether the member is there and not yet taken."""
        return name in self._data

    def member(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds; the callers narrow it
        """Take a member as it is. Raises MalformedError when missing."""
        if name not in self._data:
            raise MalformedError("trust.member_missing", place=self.at(name))
        return self._data.pop(name)

    def text(self, name: str) -> str:
        """Take a text that is not empty, not padded and not too long. Raises MalformedError."""
        return as_text(self.member(name), self.at(name))

    def fitting(self, name: str, fits: Callable[[str], object]) -> str:
        """Take a text for which `fits` says yes. Raises MalformedError."""
        text = self.text(name)
        if not fits(text):
            raise MalformedError("trust.malformed", place=self.at(name), value=text[:60])
        return text

    def count(self, name: str) -> int:
        """Take a positive whole number written as text. Raises MalformedError."""
        return int(self.fitting(name, _COUNT.fullmatch))

    def day(self, name: str) -> date:
        """Take a day. Raises MalformedError."""
        return day_from_text(self.text(name), place=self.at(name))

    def moment(self, name: str) -> datetime:
        """Take a moment. Raises MalformedError."""
        return moment_from_text(self.text(name), place=self.at(name))

    def period(self) -> Period:
        """Take `from` and, where present, `until`. Raises MalformedError when they stand crosswise."""
        start = self.moment("from")
        end = self.moment("until") if self.has("until") else None
        if end is not None and end <= start:
            raise MalformedError("trust.period_crosswise", place=self.at("until"))
        return Period(start, end)

    def items(self, name: str) -> list[Any]:
        """Take an array. Raises MalformedError, LimitError."""
        items = self.member(name)
        if type(items) is not list:
            raise MalformedError("trust.malformed", place=self.at(name))
        if len(items) > MAX_ENTRIES:
            raise LimitError("trust.too_many", place=self.at(name), limit=str(MAX_ENTRIES))
        return items

    def texts(self, name: str, fits: Callable[[str], object]) -> tuple[str, ...]:
        """Take an array of one or more different texts for which `fits` says yes."""
        items = self.items(name)
        texts = [as_text(item, f"{self.at(name)}[{at}]") for at, item in enumerate(items)]
        for at, text in enumerate(texts):
            if not fits(text):
                place = f"{self.at(name)}[{at}]"
                raise MalformedError("trust.malformed", place=place, value=text[:60])
        if not texts or len(set(texts)) != len(texts):
            raise MalformedError("trust.empty_or_repeated", place=self.at(name))
        return tuple(texts)

    def list_of(self, name: str, read: Callable[[Reader], T], key: Callable[[T], str]) -> list[T]:
        """Take an array of objects, each with its own `key`. Raises MalformedError."""
        found: dict[str, T] = {}
        for at, item in enumerate(self.items(name)):
            reader = Reader(item, f"{self.at(name)}[{at}]")
            entry = read(reader)
            reader.end()
            if found.setdefault(key(entry), entry) is not entry:
                raise MalformedError("trust.repeated", place=reader.place, value=key(entry))
        return list(found.values())

    def end(self) -> None:
        """Raise MalformedError when a member was not taken."""
        if self._data:
            raise MalformedError("trust.member_unknown", place=self.at(min(self._data)))


def as_text(value: object, place: str) -> str:
    """Return the value when it is a text of sensible length without edges of white space."""
    if type(value) is not str or not value or value != value.strip() or len(value) > MAX_TEXT:
        raise MalformedError("trust.malformed", place=place, value=str(value)[:60])
    return value


def is_state(text: str) -> bool:
    """Say whether the text is shaped as a state's two-letter code (ISO 3166-1)."""
    return _STATE.fullmatch(text) is not None


def is_form(text: str) -> bool:
    """Say whether the text is shaped as the name of a form, such as `ST-1`."""
    return _FORM.fullmatch(text) is not None


def is_corridor(text: str) -> bool:
    """Say whether the text is shaped as `AZ-BY/CIS-2009`, with the states in order."""
    found = _CORRIDOR.fullmatch(text)
    return found is not None and found[1][:2] < found[1][3:]


def is_read(read: Callable[[str], object]) -> Callable[[str], bool]:
    """Turn a reader that raises into a question."""

    def fits(text: str) -> bool:
        try:
            read(text)
        except CertoriginError:
            return False
        return True

    return fits
