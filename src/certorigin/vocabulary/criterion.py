"""The criterion of origin in box 9: `П`, `Д` with the product's heading, or `К` (R26)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from certorigin.errors import MalformedError

WHOLLY_OBTAINED = "П"
SUFFICIENTLY_PROCESSED = "Д"
CUMULATED = "К"

_CRITERION = re.compile(r"П|К|Д[0-9]{4}")


@dataclass(frozen=True)
class Criterion:
    """A letter of the Cyrillic alphabet and, for sufficient processing, the four digits."""

    letter: str
    heading: str = ""

    @classmethod
    def from_text(cls, text: str, *, place: str = "") -> Criterion:
        """Read `П`, `Д8701` or `К`. Raises MalformedError, also for Latin look-alikes."""
        if not isinstance(text, str) or not _CRITERION.fullmatch(text):
            raise MalformedError("criterion.malformed", place=place, value=str(text)[:20])
        return cls(text[0], text[1:])

    def __str__(self) -> str:
        return self.letter + self.heading
