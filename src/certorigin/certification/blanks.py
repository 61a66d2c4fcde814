"""Security blanks by their printed numbers: ranges, and what should be in the safe (R33; R22).

A blank's number is the printer's and has nothing to do with the number of a certificate. Blanks
are received in ranges, used one by one, spoiled, and destroyed under a protocol. What is received
and neither used nor destroyed has to be in the safe; a count shows what is missing or too many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NUMBER = "([A-ZА-ЯЁІЎ]{0,6})[ -]?([0-9]{3,12})"
_RANGE = re.compile(f"{_NUMBER}(?: ?(?:-|–|\\.\\.) ?{_NUMBER})?", re.ASCII)
MOST_BLANKS = 1_000_000
MOST_RANGES = 1_000


@dataclass(frozen=True, order=True)
class Blanks:
    """The blanks of one series from `first` to `last`, both counted, of `width` digits."""

    series: str
    width: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        if self.first == self.last:
            return self._written(self.first)
        return f"{self._written(self.first)} - {self._written(self.last)}"

    def covers(self, other: Blanks) -> bool:
        """Say whether every blank of the other range is in this one."""
        return self._kind == other._kind and self.first <= other.first and other.last <= self.last

    def meets(self, other: Blanks) -> bool:
        """Say whether the two ranges share a blank."""
        same = self._kind == other._kind
        return same and self.first <= other.last and other.first <= self.last

    @property
    def _kind(self) -> tuple[str, int]:
        return self.series, self.width

    def _written(self, serial: int) -> str:
        return f"{self.series}{serial:0{self.width}}"


@dataclass(frozen=True)
class Count:
    """What a count of the safe comes to."""

    expected: tuple[Blanks, ...]
    missing: tuple[Blanks, ...]
    surplus: tuple[Blanks, ...]

    @property
    def agrees(self) -> bool:
        """Whether the safe holds exactly what it should."""
        return not self.missing and not self.surplus


def read_blank(text: str, *, place: str = "") -> Blanks:
    """Read the number of one blank, such as `АБ 0001234`. Raises MalformedError."""
    found = read_blanks(text, place=place)
    if len(found) != 1:
        raise MalformedError("blank.malformed", place=place, value=text[:40])
    return found


def read_blanks(text: str, *, place: str = "") -> Blanks:
    """Read one number or a range of one series, such as `АБ 0001000 - АБ 0001999`.

    Raises MalformedError (`blank.malformed`, `blank.range_broken`), LimitError (`blank.too_many`).
    """
    found = _RANGE.fullmatch(" ".join(text[:80].split()).upper())
    if found is None:
        raise MalformedError("blank.malformed", place=place, value=text[:40])
    series, first, other, last = found[1], found[2], found[3] or found[1], found[4] or found[2]
    blanks = Blanks(series, len(first), int(first), int(last))
    if other != series or len(last) != len(first) or blanks.last < blanks.first:
        raise MalformedError("blank.range_broken", place=place, value=text[:80])
    if len(blanks) > MOST_BLANKS:
        raise LimitError("blank.too_many", place=place, limit=str(MOST_BLANKS))
    return blanks


def read_list(text: str, *, place: str = "") -> tuple[Blanks, ...]:
    """Read numbers and ranges divided by commas, semicolons or lines, joined and in order.

    Raises as `read_blanks`, and LimitError (`blank.too_many_ranges`).
    """
    lines = [line for line in re.split(r"[,;\n]", text) if line.strip()]
    if len(lines) > MOST_RANGES:
        raise LimitError("blank.too_many_ranges", place=place, limit=str(MOST_RANGES))
    return join(read_blanks(line, place=place) for line in lines)


def join(ranges: Iterable[Blanks]) -> tuple[Blanks, ...]:
    """Return the same blanks in as few ranges as can be, in order."""
    joined: list[Blanks] = []
    for one in sorted(ranges):
        before = joined[-1] if joined else None
        if before and before._kind == one._kind and one.first <= before.last + 1:  # noqa: SLF001
            joined[-1] = Blanks(one.series, one.width, before.first, max(before.last, one.last))
        else:
            joined.append(one)
    return tuple(joined)


def without(ranges: Iterable[Blanks], taken: Iterable[Blanks]) -> tuple[Blanks, ...]:
    """Return the blanks of `ranges` that are not among `taken`."""
    left: list[Blanks] = []
    gone = join(taken)
    for one in join(ranges):
        left += _cut(one, [other for other in gone if other.meets(one)])
    return tuple(left)


def count_safe(
    *,
    received: Iterable[Blanks],
    used: Iterable[Blanks],
    destroyed: Iterable[Blanks],
    found: Iterable[Blanks],
) -> Count:
    """Compare what was found in the safe with what should be there.

    Spoiled blanks lie in the safe until they are destroyed.
    """
    expected = without(received, [*used, *destroyed])
    held = join(found)
    return Count(expected, without(expected, held), without(held, expected))


def total(ranges: Iterable[Blanks]) -> int:
    """Return how many blanks ranges hold."""
    return sum(len(one) for one in join(ranges))


def _cut(whole: Blanks, gone: list[Blanks]) -> Iterator[Blanks]:
    start = whole.first
    for one in gone:
        if one.first > start:
            yield Blanks(whole.series, whole.width, start, one.first - 1)
        start = max(start, one.last + 1)
    if start <= whole.last:
        yield Blanks(whole.series, whole.width, start, whole.last)
