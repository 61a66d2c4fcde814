"""A finding: one thing that is wrong or worth knowing, at a place, with the clause behind it."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Grade(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"  # the document cannot go on
    WARNING = "warning"  # a person should look
    NOTE = "note"  # worth knowing


@dataclass(frozen=True)
class Finding:
    """One finding. `place` is a path such as `items[2].tariff_code`; `facts` feed the sentence."""

    code: str
    place: str = ""
    grade: Grade = Grade.ERROR
    clause: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, object]:
        """Write the finding for a report."""
        return {
            "code": self.code,
            "place": self.place,
            "grade": str(self.grade),
            "clause": self.clause,
            "facts": dict(self.facts),
        }


def has_errors(findings: Iterable[Finding]) -> bool:
    """Say whether any finding stops the document."""
    return any(finding.grade is Grade.ERROR for finding in findings)
