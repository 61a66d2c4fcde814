"""A step of the reasoning: one rule, what it came to, its figures, and the facts that it lacked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.vocabulary.record import Record


class Outcome(StrEnum):
    """What a rule came to. A missing fact or rule is never read as a yes or a no."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


def all_met(outcomes: Iterable[Outcome]) -> Outcome:
    """Join outcomes of which every one must be met; one that is not met decides."""
    found = set(outcomes)
    if Outcome.NOT_MET in found:
        return Outcome.NOT_MET
    return Outcome.UNDETERMINED if Outcome.UNDETERMINED in found else Outcome.MET


def any_met(outcomes: Iterable[Outcome]) -> Outcome:
    """Join outcomes of which one is enough; none at all is not met."""
    found = set(outcomes)
    if Outcome.MET in found:
        return Outcome.MET
    return Outcome.UNDETERMINED if Outcome.UNDETERMINED in found else Outcome.NOT_MET


@dataclass(frozen=True)
class Step:
    """One rule that was tried.

    `missing` names the facts that were lacking by their place in the worksheet
    (`items[0].materials[2].value`), or a rule that is lacking in the agreement's data
    (`agreement:CIS-2009/chapter/36`). `parts` are the steps of which a composed rule is made.
    """

    rule: str
    outcome: Outcome
    clause: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    parts: tuple[Step, ...] = ()

    @classmethod
    def from_record(cls, record: Record) -> Step:
        """Read a step. Raises MalformedError."""
        silent = not record.has("clause") or record.value("clause") == ""
        return cls(
            rule=record.text("rule"),
            outcome=Outcome(record.choice("held", tuple(Outcome))),
            clause="" if silent else record.text("clause"),
            figures=figures_of(record),
            missing=record.texts("missing"),
            parts=record.parts("parts", Step.from_record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the step; the inverse of reading."""
        data: dict[str, Any] = {
            "rule": self.rule,
            "held": str(self.outcome),
            "clause": self.clause,
            "figures": dict(self.figures),
        }
        optional = {
            "missing": list(self.missing),
            "parts": [part.to_data() for part in self.parts],
        }
        return data | {name: value for name, value in optional.items() if value}

    def all_missing(self) -> tuple[str, ...]:
        """Return every fact that kept this step undetermined, each once, in reading order."""
        if self.outcome is not Outcome.UNDETERMINED:
            return ()
        inner = [name for part in self.parts for name in part.all_missing()]
        return tuple(dict.fromkeys([*self.missing, *inner]))


def figures_of(record: Record) -> dict[str, str]:
    """Read the member `figures`: texts by name, none when it is absent. Raises MalformedError."""
    figures = record.value("figures") if record.has("figures") else {}
    if not isinstance(figures, dict) or not all(
        isinstance(value, str) for value in figures.values()
    ):
        raise MalformedError("record.not_an_object", place=record.at("figures"))
    return figures
