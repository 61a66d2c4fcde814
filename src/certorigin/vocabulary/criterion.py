"""The criterion of origin of an item, as the forms write it (R26; domain.md 3.1).

ST-1 has `П`, `Д` with the product's heading and `К`; the English forms have `WO`, `PE`, `PSR` and
`VAC` with its share. Which of them a form takes is in the form's data.
"""

from __future__ import annotations

import re

from certorigin.errors import MalformedError
from certorigin.late import dataclass

WHOLLY_OBTAINED = "П"
SUFFICIENTLY_PROCESSED = "Д"
CUMULATED = "К"

_CRITERION = re.compile(
    r"(?P<letter>П|К|WO|PE|PSR)|(?P<heading_letter>Д)(?P<heading>[0-9]{4})"
    r"|(?P<share_letter>VAC) (?P<share>(?:100|[1-9]?[0-9](?:\.[0-9]{1,2})?))%"
)


@dataclass(frozen=True)
class Criterion:
    """A letter or a word of the form; with sufficient processing the heading, with `VAC` the share.

    `share` is a percentage of the price ex works, as a decimal text.
    """

    letter: str
    heading: str = ""
    share: str = ""

    @classmethod
    def from_text(cls, text: str, *, place: str = "") -> Criterion:
        """Read `П`, `Д8701`, `К`, `WO`, `PE`, `PSR` or `VAC 45%`.

        Raises MalformedError, also for Latin look-alikes of the Cyrillic letters.
        """
        found = _CRITERION.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise MalformedError("criterion.malformed", place=place, value=str(text)[:20])
        letter = found["letter"] or found["heading_letter"] or found["share_letter"]
        return cls(letter, found["heading"] or "", found["share"] or "")

    def __str__(self) -> str:
        return f"{self.letter} {self.share}%" if self.share else self.letter + self.heading
