"""Which serials of a body's series nothing explains; what was read once is not read again.

How far a series was read, and which serials lacked up to there, is kept beside its last serial:
what explains a serial is never deleted (the database refuses it), so later only those that lacked
are asked for again. A file of the journal reads everything anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from certorigin.certification.journal import Series, gaps_in
from certorigin_server.certification.models import (
    Certificate,
    NumberSequence,
    TakenNumber,
    VoidNumber,
)
from certorigin_server.certification.special import unused_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from certorigin.certification.journal import Gap
    from certorigin_server.users.queries import Organisation

# So many new serials are read at each look before it is kept that they were.
KEPT_EVERY = 1_000
# Where more lack, they are not kept: too many to be asked for one by one.
_MOST_LACKING = 2_000


def gaps_of(body: Organisation, years: tuple[int, int], *, anew: bool) -> Iterator[Gap]:
    """Yield the gaps of each series of some years, from the first serial to the last given.

    `anew` reads every serial, whatever was read before.
    """
    sequences = NumberSequence.objects.filter(body=body, year__range=years)
    for sequence in sequences.order_by("form", "year"):
        lacking = _all_lacking(sequence) if anew else _still_lacking(sequence)
        yield from gaps_in(lacking, series=Series(body.slug, sequence.form, sequence.year))


def _all_lacking(sequence: NumberSequence) -> set[int]:
    return _lacking_beyond(sequence, 0)


def _still_lacking(sequence: NumberSequence) -> set[int]:
    known = set(orjson.loads(sequence.lacking or b"[]"))
    read_to = sequence.read_to or 0
    explained = _explained(sequence, serial__in=known) if known else []
    still = known.difference(*(rows for rows in explained))
    lacking = still | _lacking_beyond(sequence, read_to)
    is_worth = sequence.last - read_to >= KEPT_EVERY or still != known
    if is_worth and len(lacking) <= _MOST_LACKING:
        kept = orjson.dumps(sorted(lacking)).decode()
        same = NumberSequence.objects.filter(pk=sequence.pk)
        same.update(read_to=sequence.last, lacking=kept)
    return lacking


def _lacking_beyond(sequence: NumberSequence, read_to: int) -> set[int]:
    """Return the serials beyond one that nothing explains, up to the last that was given."""
    explained = _explained(sequence, serial__gt=read_to)
    # A serial is explained once at most: where as many are as were given, none is missing.
    if sum(rows.count() for rows in explained) == sequence.last - read_to:
        return set()
    return set(range(read_to + 1, sequence.last + 1)).difference(*explained)


def _explained(sequence: NumberSequence, **which: object) -> list[QuerySet[Any, int]]:
    """Return what explains serials of a series, by kind."""
    here = {"body": sequence.body_id, "form": sequence.form, "year": sequence.year} | which
    return [
        rows.filter(**here).order_by().values_list("serial", flat=True)
        for rows in (
            Certificate.objects.filter(version=1),
            VoidNumber.objects.all(),
            TakenNumber.objects.all(),
            unused_numbers(sequence.body),
        )
    ]
