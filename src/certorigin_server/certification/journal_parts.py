"""The journal a part at a time, for machines: each part goes on from the check sum before it.

A mark says where the next part begins: the series, the last serial that was told, and what the
lines came to so far. It holds no secret, and nothing is kept here from one part to the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from certorigin.certification.journal import Head, make_journal
from certorigin.errors import LimitError, MalformedError
from certorigin_server.certification.gaps import gaps_of
from certorigin_server.certification.journal import (
    Span,
    entries_of,
    issued_in,
    journal_of,
    require_period,
)
from certorigin_server.certification.models import NumberSequence

if TYPE_CHECKING:
    from certorigin.certification.journal import Entry, Journal
    from certorigin_server.certification.journal import Wanted
    from certorigin_server.users.queries import Organisation

# A part holds so many numbers of certificates, and those between them that have none; more than
# MOST_WHOLE are given in parts only.
PART, MOST_WHOLE = 250, 500
FIRST = "first"
_MARK = re.compile(
    r"(?P<form>[\w-]{1,20})/(?P<year>\d{4})/(?P<serial>\d{1,18})"
    r":(?P<count>\d{1,12})/(?P<void>\d{1,12})/(?P<hash>[0-9a-f]{64})",
    re.ASCII,
)


@dataclass(frozen=True)
class Mark:
    """Where a part ended, and the head over all lines up to there."""

    form: str
    year: int
    serial: int
    head: Head

    @classmethod
    def from_text(cls, text: str) -> Mark:
        """Read a mark as it was given. Raises MalformedError (`certification.part_malformed`)."""
        found = _MARK.fullmatch(text)
        if found is None:
            raise MalformedError("certification.part_malformed", place="part")
        head = Head(int(found["count"]), int(found["void"]), found["hash"], ())
        return cls(found["form"], int(found["year"]), int(found["serial"]), head)

    def __str__(self) -> str:
        place, head = f"{self.form}/{self.year}/{self.serial}", self.head
        return f"{place}:{head.count}/{head.void}/{head.hash}"


def small_journal_of(body: Organisation, wanted: Wanted) -> Journal:
    """Return a whole journal, where an answer can hold it.

    Raises LimitError (`certification.journal_in_parts`) where it can't: nothing is left out without
    a word. Raises as `journal_of`.
    """
    require_period(wanted)
    if issued_in(body, wanted).order_by()[: MOST_WHOLE + 1].count() > MOST_WHOLE:
        raise LimitError("certification.journal_in_parts", place="part", limit=str(MOST_WHOLE))
    return journal_of(body, wanted)


def part_of_journal(
    body: Organisation, wanted: Wanted, *, after: Mark | None
) -> tuple[Journal, Mark | None]:
    """Return the lines after a mark, and where the next part begins; None: these were the last.

    The head counts all lines up to here; gaps stand in that of the last part. Raises as
    `journal_of`.
    """
    require_period(wanted)
    entries: list[Entry] = []
    mark: tuple[str, int, int] | None = None
    for sequence in _series_of(body):
        at = (sequence.form, sequence.year)
        if after is not None and at < (after.form, after.year):
            continue
        begins = after.serial if after is not None and at == (after.form, after.year) else 0
        span = _next_span(body, wanted, Span(*at, after=begins), PART - len(entries))
        entries += entries_of(body, wanted, span)
        if span.upto is not None:
            mark = (*at, span.upto)
            break
    before = after.head if after is not None else None
    years = (wanted.start.year, wanted.end.year)
    gaps = () if mark else tuple(gaps_of(body, years, anew=False))
    journal = make_journal(entries, gaps=gaps, before=before)
    return journal, Mark(*mark, journal.head) if mark else None


def _series_of(body: Organisation) -> list[NumberSequence]:
    """Return a body's series in the order in which a journal tells them."""
    found = NumberSequence.objects.filter(body=body)
    return sorted(found, key=lambda one: (one.form, one.year))


def _next_span(body: Organisation, wanted: Wanted, rest: Span, most: int) -> Span:
    """Return the next serials of a series; without an end where no certificate follows them."""
    rows = issued_in(body, wanted).filter(form=rest.form, year=rest.year, serial__gt=rest.after)
    # Sorted by a sum, so that the days find the rows: by the serial alone a database might go
    # through the whole year for a month at its end.
    in_order = rows.alias(place=F("serial") + 0).order_by("place")
    serials = list(in_order.values_list("serial", flat=True)[: most + 1])
    if len(serials) <= most:
        return rest
    return Span(rest.form, rest.year, rest.after, serials[most - 1] if most else rest.after)
