"""The order of names as people here write it: one key for four languages.

Azerbaijani order for Latin letters (`ə` after `e`, `x` after `h`, `q` after `k`), Belarusian and
Russian for Cyrillic ones, which never contradict each other (`і` beside `и`, `ў` after `у`); Latin
stands before Cyrillic. A key is small ASCII letters and figures, so that every database, whatever
its collation, and Python itself put names in the same order.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LATIN = "abcçdeəfgğhxıijkqlmnoöprsştuüvwyz"
_CYRILLIC = "абвгґдеёжзиійклмнопрстуўфхцчшщъыьэюя"
_PART = re.compile(r"[0-9]+|\s+|.", re.DOTALL)
_OWN = frozenset("əğıöüşçƏĞİÖÜŞÇ")
# Beyond this names are told apart by themselves, not by their place in a list.
_LONGEST = 60


def sort_key(text: str) -> str:
    """Return the key of a name: marks do not count, blanks come first, figures by their value."""
    composed = unicodedata.normalize("NFC", text)[:_LONGEST]
    capital_i = "ı" if _OWN & set(composed) else "i"
    small = composed.replace("İ", "i").replace("I", capital_i).lower().strip()
    return "".join(_place(found[0]) for found in _PART.finditer(small))


def _place(part: str) -> str:
    if part.isspace():
        return "0"
    if part[0] in "0123456789":
        figures = part.lstrip("0") or "0"
        return f"1{len(figures):02}{figures}"
    return _letters().get(part) or _foreign(part)


def _foreign(letter: str) -> str:
    """Put a letter of another alphabet beside the one it is made of, or behind all."""
    plain = unicodedata.normalize("NFKD", letter)[0]
    if plain in _letters():
        return _letters()[plain]
    return f"9{ord(letter):06x}" if letter.isalnum() else ""


@cache
def _letters() -> dict[str, str]:
    latin = {letter: f"3{place:02}" for place, letter in enumerate(_LATIN)}
    cyrillic = {letter: f"5{place:02}" for place, letter in enumerate(_CYRILLIC)}
    return latin | cyrillic
