"""Short names of chapters and headings and everyday words for goods, shipped with the package.

They are general knowledge of trade, written for this package. A line of a file is
`code|name|everyday words, separated by commas|name in Russian`; of chapters.txt and headings.txt
(those that are traded most) it is `code|names in Azerbaijani|names in Belarusian`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTS = ("food", "materials", "goods", "machines", "details")


@dataclass(frozen=True)
class Name:
    """What a chapter, a heading or a subheading is called."""

    english: str
    everyday: tuple[str, ...]
    russian: str
    azerbaijani: str = ""
    belarusian: str = ""

    @property
    def neighbours(self) -> str:
        """The names in Azerbaijani and Belarusian, for a search."""
        return ", ".join(name for name in (self.azerbaijani, self.belarusian) if name)

    def in_language(self, language: str) -> str:
        """Return the name in a language: in Russian or English where it has none of its own."""
        own = {"ru": self.russian, "az": self.azerbaijani, "be": self.belarusian}.get(language, "")
        return own or (self.russian if language == "be" else "") or self.english


@cache
def get_names() -> Mapping[str, Name]:
    """Return the names by code (two, four or six digits)."""
    neighbours = {}
    for part in ("chapters", "headings"):
        for line in _lines(part):
            code, azerbaijani, belarusian = line.split("|")
            neighbours[code] = (azerbaijani, belarusian)
    found: dict[str, Name] = {}
    for part in PARTS:
        for line in _lines(part):
            code, english, everyday, russian = line.split("|")
            words = tuple(one.strip() for one in everyday.split(",") if one.strip())
            found[code] = Name(english, words, russian, *neighbours.get(code, ()))
    return found


def _lines(part: str) -> list[str]:
    place = files("certorigin.application.tariff").joinpath(f"names/{part}.txt")
    return place.read_text("utf-8").splitlines()
