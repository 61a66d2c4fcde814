"""Short names of chapters and headings and everyday words for goods, shipped with the package.

They are general knowledge of trade, written for this package. A line of a file is
`code|name|everyday words, separated by commas|name in Russian`; of chapters.txt it is
`code|names in Azerbaijani|names in Belarusian`.
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
    neighbours: str = ""  # names in Azerbaijani and Belarusian, of chapters only


@cache
def get_names() -> Mapping[str, Name]:
    """Return the names by code (two, four or six digits)."""
    neighbours = {}
    for line in _lines("chapters"):
        code, azerbaijani, belarusian = line.split("|")
        neighbours[code] = f"{azerbaijani}, {belarusian}"
    found: dict[str, Name] = {}
    for part in PARTS:
        for line in _lines(part):
            code, english, everyday, russian = line.split("|")
            words = tuple(one.strip() for one in everyday.split(",") if one.strip())
            found[code] = Name(english, words, russian, neighbours.get(code, ""))
    return found


def _lines(part: str) -> list[str]:
    place = files("certorigin.application.tariff").joinpath(f"names/{part}.txt")
    return place.read_text("utf-8").splitlines()
