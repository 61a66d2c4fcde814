"""Tariff codes of the Harmonized System and the nomenclatures built on it."""

from __future__ import annotations

import re

from certorigin.errors import MalformedError
from certorigin.late import dataclass

_CODE = re.compile(r"[0-9]{4}|[0-9]{6}|[0-9]{8,10}")


@dataclass(frozen=True, order=True)
class TariffCode:
    """Digits of a code: 4 (heading), 6 (subheading), 8, 9 (CIS nomenclature) or 10 (EAEU)."""

    digits: str

    @classmethod
    def from_text(cls, text: str, *, place: str = "") -> TariffCode:
        """Read a code; spaces and dots between digits are allowed. Raises MalformedError."""
        digits = re.sub(r"[ .\u00a0]", "", text) if isinstance(text, str) else ""
        if not _CODE.fullmatch(digits) or not "01" <= digits[:2] <= "97":
            raise MalformedError("tariff.malformed", place=place, value=str(text)[:20])
        return cls(digits)

    @property
    def chapter(self) -> str:
        """The first two digits."""
        return self.digits[:2]

    @property
    def heading(self) -> str:
        """The first four digits: what the rules of origin compare (Rules 2.4)."""
        return self.digits[:4]

    def is_within(self, prefix: str) -> bool:
        """Say whether the code lies in a chapter, heading or subheading given by its digits."""
        return self.digits.startswith(prefix)

    def __str__(self) -> str:
        return self.digits
