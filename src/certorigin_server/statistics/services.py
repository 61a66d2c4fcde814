"""Counting what the logs and the trail tell of, once; and what a ministry aims at.

count_log     the next entries of one log, ours or a partner's
count_trail   the next refusals to certify
set_target    the trade of a year that is aimed at
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import FindingsError
from certorigin.vocabulary.code_list import CodeStatus, get_currencies
from certorigin.vocabulary.finding import Finding
from certorigin_server.standing.followed import count_void, entries_from
from certorigin_server.statistics.models import Figure, Followed, Target
from certorigin_server.statistics.reading import Counted, counted_of, refusals_after
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin_server.users.queries import User

TRAIL = "trail"
# So many entries are counted in one transaction.
AT_ONCE = 500
YEARS = range(2000, 2101)
_MOST = Decimal(10) ** 15
_KEY = ("month", "is_import", "partner", "body", "measure", "name", "currency")


@transaction.atomic
def count_log(*, origin: str, at: datetime) -> int:
    """Count the next entries of a log; return how many were read.

    Where a newer trust list changed which of the entries before count, all are counted anew.
    """
    place = _lock(origin)
    if place.position and count_void(origin, before=place.position) != place.void:
        Figure.objects.filter(source=origin).delete()
        place.position = place.void = 0
    rows = entries_from(origin, start=place.position, limit=AT_ONCE)
    if rows:
        _add(origin, counted_of([row for row in rows if not row.void]))
        place.position = rows[-1].index + 1
        place.void += sum(bool(row.void) for row in rows)
        place.counted_at = at
        place.save()
    return len(rows)


@transaction.atomic
def count_trail(*, at: datetime) -> int:
    """Count the refusals to certify that the trail tells of; return how many were read."""
    place = _lock(TRAIL)
    entries = refusals_after(place.position, limit=AT_ONCE)
    if entries:
        _add(TRAIL, [counted for _, counted in entries if counted is not None])
        place.position, place.counted_at = entries[-1][0], at
        place.save()
    return len(entries)


@transaction.atomic
def set_target(*, year: int, amount: Decimal, currency: str, by: User, at: datetime) -> Target:
    """Set what a year's certified trade should come to; a newer one stands before.

    Raises FindingsError with everything that is wrong.
    """
    found = []
    if year not in YEARS:
        facts = {"first": str(YEARS[0]), "last": str(YEARS[-1])}
        found.append(Finding("statistics.year_odd", "year", facts=facts))
    if not 0 < amount < _MOST or round(amount, 2) != amount:
        found.append(Finding("rate.amount_odd", "amount"))
    if get_currencies().status(currency) is not CodeStatus.CURRENT:
        found.append(Finding("rate.currency_unknown", "currency", facts={"value": currency[:20]}))
    if found:
        raise FindingsError(found[0].code, found, **found[0].facts)
    made = Target.objects.create(year=year, amount=amount, currency=currency, set_at=at, set_by=by)
    facts = {"amount": str(amount), "currency": currency}
    record(by=by.username, at=at, action="statistics.target_set", subject=str(year), **facts)
    return made


def _lock(source: str) -> Followed:
    Followed.objects.get_or_create(source=source)
    return Followed.objects.select_for_update().get(source=source)


def _add(source: str, counted: Iterable[Counted]) -> None:
    """Add cells to the figures of a source."""
    added: dict[tuple[object, ...], tuple[int, Decimal]] = {}
    counted = list(counted)
    for one in counted:
        count, total = added.get(one.key, (0, Decimal(0)))
        added[one.key] = (count + one.cell.count, total + one.cell.total)
    months = {one.month for one in counted}
    known = {_key_of(row): row for row in Figure.objects.filter(source=source, month__in=months)}
    changed, made = [], []
    for key, (count, total) in added.items():
        row = known.get(key)
        if row is None:
            values = dict(zip(_KEY, key, strict=True))
            made.append(Figure(source=source, count=count, total=total, **values))
        else:
            row.count, row.total = row.count + count, row.total + total
            changed.append(row)
    Figure.objects.bulk_create(made)
    Figure.objects.bulk_update(changed, ["count", "total"], batch_size=200)


def _key_of(row: Figure) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _KEY)
