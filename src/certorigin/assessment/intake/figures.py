"""Figures and days as people write them. What can be read in two ways is not read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_FIGURE = re.compile(r"-?\d[\d.,]*")
_GROUPED = re.compile(r"-?\d{1,3}(?:[.,]\d{3})+")
_MOST_DIGITS = 15  # as many as a spreadsheet keeps; what is behind them is noise of its arithmetic

_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00(?:\.0+)?)?")
_NAMED = re.compile(r"(\d{1,2})[\s.-]+([^\W\d]+)[\s.,-]+(\d{4})")
# The months by how their names begin, in Russian, Belarusian, Azerbaijani and English.
_MONTHS = (
    ("янв", "студ", "yan", "jan"),
    ("фев", "лют", "fev", "feb"),
    ("мар", "сак", "mar"),
    ("апр", "крас", "apr"),
    ("мая", "май", "трав", "траў", "may"),
    ("июн", "чэрв", "iyn", "iyun", "jun"),
    ("июл", "ліп", "iyl", "iyul", "jul"),
    ("авг", "жнів", "avq", "aug"),
    ("сен", "верас", "sen", "sep"),
    ("окт", "каст", "okt", "oct"),
    ("ноя", "ліст", "noy", "nov"),
    ("дек", "снеж", "dek", "dec"),
)


class Exact(str):
    """A figure that a spreadsheet holds as a number: its point is the decimal mark."""

    __slots__ = ()


def decimal_marks(texts: Iterable[str]) -> frozenset[str]:
    """Return the marks that separate decimals in a table, as its unmistakable figures show."""
    return frozenset(mark for text in texts if (mark := _mark(text)))


def _mark(text: str) -> str:
    """Return the decimal mark of a figure that can be read in one way, or an empty text."""
    joined = _BLANKS.sub("", text)
    if isinstance(text, Exact) or not _FIGURE.fullmatch(joined):
        return ""
    marks = re.findall(r"[.,]", joined)
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        return str(marks[-1])
    if len(marks) == 1 and not _GROUPED.fullmatch(joined):
        return str(marks[0])
    if len(marks) == 1 and joined.lstrip("-").startswith("0"):
        return str(marks[0])
    return ""


def read_figure(text: str, marks: frozenset[str]) -> str | None:
    """Return a figure with a point, or None where it can be read in two ways or in none."""
    joined = _BLANKS.sub("", text)
    if not _FIGURE.fullmatch(joined):
        return None
    if isinstance(text, Exact):
        return _shortened(joined)
    mark = _mark(text)
    found = re.findall(r"[.,]", joined)
    if not found:
        return joined
    if not mark and len(found) > 1 and len(set(found)) == 1 and _GROUPED.fullmatch(joined):
        return joined.replace(found[0], "")  # 1.234.567: no figure has two decimal marks
    if not mark and len(marks) == 1:
        mark = next(iter(marks))
    if not mark:
        return None
    other = "." if mark == "," else ","
    return joined.replace(other, "").replace(mark, ".")


def _shortened(text: str) -> str:
    """Return a spreadsheet's number to the digits that it shows."""
    number = Decimal(text)
    places = _MOST_DIGITS - 1 - number.adjusted()
    if places < 0 or -int(number.as_tuple().exponent) <= places:
        return text
    return format(round(number, places).normalize(), "f")


def read_day(text: str) -> date | None:
    """Return a day, or None where it can be read in two ways (03/04/2026) or in none."""
    said = " ".join(text.split())
    try:
        if found := _ISO.fullmatch(said):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY.fullmatch(said):
            first, second = int(found[1]), int(found[3])
            if found[2] == "/" and first <= 12 and second <= 12 and first != second:
                return None
            day, month = (second, first) if second > 12 and found[2] == "/" else (first, second)
            return date(int(found[4]), month, day)
        if found := _NAMED.fullmatch(said):
            month = _month(found[2])
            return date(int(found[3]), month, int(found[1])) if month else None
    except ValueError:
        return None
    return None


def _month(word: str) -> int:
    said = word.casefold()
    fitting = [at for at, names in enumerate(_MONTHS, 1) if said.startswith(names)]
    return fitting[0] if len(fitting) == 1 else 0
