"""The journal of issue and handover: lines chained by hashes, a head line that counts them, gaps.

A journal is about the numbers of one body, form and year, in the order of their serials. Each
line's hash covers the line before it, so a line that is taken out, added or altered shows in all
that follow and in the head line. A serial without a line is named as a gap.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.table import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The columns of a line, as they stand in files and under the hash.
COLUMNS = (
    "sequence",
    "number",
    "date",
    "form",
    "exporter",
    "goods",
    "destination",
    "officer",
    "actedFor",
    "status",
    "event",
    "inPlaceOf",
    "releasedAt",
    "handedAt",
    "handedTo",
    "authority",
    "blank",
    "remark",
    "hash",
)
_START = "certorigin-journal/v1"


@dataclass(frozen=True)
class Series:
    """Whose numbers are counted together: a body, a form, a year."""

    body: str
    form: str
    year: int


@dataclass(frozen=True)
class Entry:
    """One number: issued, or void with the reason in `remark`. Absent facts are empty."""

    series: Series
    serial: int
    number: str
    date: str
    status: str
    exporter: str = ""
    goods: str = ""
    destination: str = ""
    officer: str = ""
    acted_for: str = ""
    event: str = ""
    in_place_of: str = ""
    released_at: str = ""
    handed_at: str = ""
    handed_to: str = ""
    authority: str = ""
    blank: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Line:
    """An entry with its place in the journal, and the hash over it and all before it."""

    sequence: int
    entry: Entry
    hash: str

    def cells(self) -> tuple[str, ...]:
        """Return the line as texts, in the order of COLUMNS."""
        return (str(self.sequence), *_facts(self.entry), self.hash)


@dataclass(frozen=True)
class Gap:
    """Serials of a series that have neither a certificate nor an explanation."""

    series: Series
    first: int
    last: int


@dataclass(frozen=True)
class Head:
    """What the journal comes to: how many lines, the hash of the last, the gaps."""

    count: int
    void: int
    hash: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Journal:
    """The lines and the head over them."""

    lines: tuple[Line, ...]
    head: Head


def make_journal(
    entries: Iterable[Entry], *, gaps: Iterable[Gap] = (), before: Head | None = None
) -> Journal:
    """Return the journal of these entries, in the order of series and serial, with known gaps.

    `before` is the head over lines that were told already: the first line goes on from there.
    """
    ordered = sorted(entries, key=lambda one: (_named(one.series), one.serial))
    lines: list[Line] = []
    told = before or Head(0, 0, hashlib.sha256(_START.encode()).hexdigest(), ())
    last = told.hash
    for sequence, entry in enumerate(ordered, start=told.count + 1):
        last = _hash(last, sequence, entry)
        lines.append(Line(sequence, entry, last))
    void = told.void + sum(entry.status == "void" for entry in ordered)
    return Journal(tuple(lines), Head(told.count + len(lines), void, last, tuple(gaps)))


def find_gaps(serials: Iterable[int], *, series: Series, last: int) -> tuple[Gap, ...]:
    """Return the serials from 1 to `last`, the last that was given, that nothing explains."""
    return gaps_in(set(range(1, last + 1)).difference(serials), series=series)


def gaps_in(missing: Iterable[int], *, series: Series) -> tuple[Gap, ...]:
    """Return serials without an explanation as gaps, in their order."""
    ordered = enumerate(sorted(missing))
    # Serials that follow one another are as far from their places in the list as the first is.
    runs = (list(run) for _, run in groupby(ordered, lambda one: one[1] - one[0]))
    return tuple(Gap(series, run[0][1], run[-1][1]) for run in runs)


def verify_journal(lines: Sequence[Line]) -> int:
    """Return how many lines, from the first, still fit their hashes: all, or up to a fault."""
    before = hashlib.sha256(_START.encode()).hexdigest()
    for count, line in enumerate(lines):
        before = _hash(before, count + 1, line.entry)
        if line.sequence != count + 1 or line.hash != before:
            return count
    return len(lines)


def journal_to_csv(journal: Journal, *, titles: Sequence[str], heading: Sequence[str]) -> bytes:
    """Write the journal as CSV in UTF-8: the heading, the columns' titles, the lines.

    What a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    rows = [*([line] for line in heading), titles, *(entry.cells() for entry in journal.lines)]
    return ("\ufeff" + table_of(rows, delimiter=";")).encode()


def _facts(entry: Entry) -> tuple[str, ...]:
    return (
        entry.number,
        entry.date,
        entry.series.form,
        entry.exporter,
        entry.goods,
        entry.destination,
        entry.officer,
        entry.acted_for,
        entry.status,
        entry.event,
        entry.in_place_of,
        entry.released_at,
        entry.handed_at,
        entry.handed_to,
        entry.authority,
        entry.blank,
        entry.remark,
    )


def _hash(before: str, sequence: int, entry: Entry) -> str:
    series = entry.series
    held = [series.body, str(series.year), str(entry.serial), *_facts(entry)]
    line = {"before": before, "sequence": str(sequence), "facts": held}
    return hashlib.sha256(strict_bytes(line)).hexdigest()


def _named(series: Series) -> tuple[str, str, int]:
    return series.body, series.form, series.year
