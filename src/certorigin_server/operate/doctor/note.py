"""What was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Grade(StrEnum):
    """How it is."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True)
class Note:
    """One finding: its code says what is so and what to do."""

    code: str
    grade: Grade = Grade.GOOD
    facts: Mapping[str, str] = field(default_factory=dict)


def good(code: str, **facts: str) -> Note:
    """Note that something is well."""
    return Note(code, Grade.GOOD, facts)


def doubtful(code: str, **facts: str) -> Note:
    """Note what an operator should look at."""
    return Note(code, Grade.DOUBTFUL, facts)


def bad(code: str, **facts: str) -> Note:
    """Note what keeps the system from its work, or opens it to others."""
    return Note(code, Grade.BAD, facts)
