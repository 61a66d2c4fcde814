"""Which goods stand on which sheet: the certificate, then additional sheets (Rules 7.4, box 8).

A sheet is counted in printed lines. What does not fit moves to the next sheet whole: an item is
never cut, so that its criterion and its quantity stand beside its description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Lines for boxes 6 to 11 on the certificate, and on an additional sheet, which has no boxes 1 to 5.
FIRST_SHEET = 24
FURTHER_SHEET = 44
# Characters in a line of box 8, the widest; an item takes three lines at least, for box 10.
LINE = 46
LEAST_LINES = 3


def lines_of(description: str) -> int:
    """Return how many lines an item takes with this description."""
    wrapped = sum(-(-len(line) // LINE) or 1 for line in description.splitlines() or [""])
    return max(LEAST_LINES, wrapped)


def sheets_of(descriptions: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Return the indexes of the items on each sheet, in their order; there is always a first sheet.

    An item that alone is longer than a sheet has one for itself.
    """
    return tuple(tuple(sheet) for sheet in _filled(lines_of(text) for text in descriptions))


def _filled(lengths: Iterable[int]) -> list[list[int]]:
    sheets: list[list[int]] = [[]]
    left = FIRST_SHEET
    for index, length in enumerate(lengths):
        if length > left and sheets[-1]:
            sheets.append([])
            left = FURTHER_SHEET
        sheets[-1].append(index)
        left -= length
    return sheets
