"""The row that names the columns, wherever it stands in a sheet, in one row or in two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from certorigin.assessment.intake.words import (
    AMOUNT,
    NET,
    QUANTITY,
    TAXED,
    column_of,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.assessment.intake.sheets import Sheet

_SEARCHED = 80
_MEASURES = frozenset({QUANTITY, AMOUNT, "tariffCode", NET, TAXED})
_PASSED = "-"


@dataclass(frozen=True)
class Column:
    """A column as it is named, the member that it fills, and the unit that its name states."""

    index: int
    name: str
    member: str
    hint: str = ""


@dataclass(frozen=True)
class Header:
    """Where the goods begin, and what the columns are. `first`, `last`: rows of the header."""

    first: int
    last: int
    columns: tuple[Column, ...]

    @property
    def members(self) -> dict[str, Column]:
        """The columns that fill something, by what they fill; the first of two counts."""
        return {one.member: one for one in reversed(self.columns) if one.member not in {"", "-"}}

    @property
    def score(self) -> int:
        """How many members of a line of goods are named; 0 where it can be no header."""
        members = self.members
        named = "description" in members and _MEASURES & members.keys()
        return len(members) if named else 0


def find_header(sheet: Sheet) -> Header | None:
    """Return the row, or the two rows, that name most columns of goods; None where none does."""
    best: Header | None = None
    for header in _tried(sheet):
        if header.score > (best.score if best else 0):
            best = header
    return best and _taxed(best)


def _tried(sheet: Sheet) -> Iterator[Header]:
    rows = sheet.rows[:_SEARCHED]
    for at, (_, row) in enumerate(rows):
        yield Header(at, at, _columns(row))
    for at, ((_, above), (_, below)) in enumerate(pairwise(rows)):
        yield Header(at, at + 1, _columns(_together(above, below)))


def _columns(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(
        Column(index, name[:80], *column_of(name)) for index, name in enumerate(names) if name
    )


def _together(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Join two rows of names: a name above a merged cell holds for all that stand below it."""
    names, held = [], ""
    for index in range(max(len(above), len(below))):
        top = above[index] if index < len(above) else ""
        low = below[index] if index < len(below) else ""
        held = top or (held if low else "")
        whole = f"{held} {low}".strip() if low else top
        member, _ = column_of(whole)
        names.append(whole if member or not low or column_of(low)[0] == "" else low)
    return names


def _taxed(header: Header) -> Header:
    """Let sums with tax stand for the value where no others are given."""
    switched = {TAXED: _PASSED} if AMOUNT in header.members else {TAXED: AMOUNT}
    columns = tuple(
        replace(one, member=switched.get(one.member, one.member)) for one in header.columns
    )
    return replace(header, columns=columns)


def is_numbering(row: Sequence[str]) -> bool:
    """Say whether a row only numbers the columns: 1, 2, 3 …, as printed forms do."""
    told = [plain(cell) for cell in row if cell]
    return len(told) > 2 and told == [str(at) for at in range(1, len(told) + 1)]
