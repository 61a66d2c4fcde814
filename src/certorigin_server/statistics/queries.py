"""Reading the figures: which of them a person may see, by month and by what they are told apart.

Certificates of our bodies are exports; what partners certified for goods that come here, imports.
A body sees its own exports, customs the imports, the central body, the auditors and the
administrators of a ministry everything. There is no party in any figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Sum

from certorigin.errors import RightError
from certorigin.statistics.convert import OLDEST, Quote, last_day_of
from certorigin_server.recognition.preference.queries import rates_between
from certorigin_server.statistics.models import Figure, Followed, Target
from certorigin_server.users.queries import (
    ISSUING_KINDS,
    Organisation,
    issuing_bodies_of,
    roles_of,
    sees_every_body,
)
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

__all__ = ["Target"]

_SEES_ALL = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
_CUSTOMS = (Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY, Organisation.Kind.CUSTOMS_POST)


@dataclass(frozen=True)
class Scope:
    """Which figures: of which directions, and of which bodies where not of all."""

    exports: bool
    imports: bool
    bodies: frozenset[str] | None = None

    @property
    def directions(self) -> tuple[bool, ...]:
        """The directions as the tables have them."""
        return (*((False,) if self.exports else ()), *((True,) if self.imports else ()))


@dataclass(frozen=True)
class Period:
    """Months, by their first days, both included; of one body where one is chosen."""

    first: date
    last: date
    body: str = ""


def scope_of(user: User, *, at: datetime) -> Scope:
    """Return what a person may see. Raises RightError (`right.missing`) where that is nothing."""
    own = user.organisation
    if sees_every_body(user) or _SEES_ALL & roles_of(user, at=at):
        return Scope(exports=True, imports=True)
    if own is not None and own.kind in _CUSTOMS:
        return Scope(exports=False, imports=True)
    if own is not None and own.kind in ISSUING_KINDS:
        seen = frozenset(body.slug for body in issuing_bodies_of(user))
        return Scope(exports=True, imports=False, bodies=seen)
    raise RightError("right.missing", right="statistics.read")


EVERYTHING = Scope(exports=True, imports=True)


def figures(scope: Scope, period: Period, measure: str, *, is_import: bool) -> QuerySet[Figure]:
    """Return the figures of a measure in one direction; nothing where the scope has it not."""
    found = Figure.objects.filter(measure=measure, is_import=is_import)
    found = found.filter(month__range=(period.first, period.last))
    if is_import not in scope.directions:
        return found.none()
    if scope.bodies is not None:
        found = found.filter(body__in=scope.bodies)
    return found.filter(body=period.body) if period.body else found


def counts_by(found: QuerySet[Figure], by: str) -> dict[Any, int]:
    """Return the counts of figures by one of their columns."""
    rows = found.filter(currency="").order_by(by).values_list(by)
    return {key: count for key, count in rows.annotate(whole=Sum("count")) if count}


def hours_by(found: QuerySet[Figure], by: str) -> dict[Any, Decimal]:
    """Return the sums of hours of durations by one of their columns."""
    rows = found.filter(currency="").order_by(by).values_list(by)
    return dict(rows.annotate(whole=Sum("total")))


def values_by(found: QuerySet[Figure], by: str) -> dict[Any, dict[tuple[date, str], Decimal]]:
    """Return the values of figures by one of their columns, in each by month and currency."""
    rows = found.exclude(currency="").order_by(by, "month", "currency")
    made: dict[Any, dict[tuple[date, str], Decimal]] = {}
    for key, month, currency, total in rows.values_list(by, "month", "currency").annotate(
        whole=Sum("total")
    ):
        made.setdefault(key, {})[(month, currency)] = total
    return made


def amounts_by(
    found: QuerySet[Figure], by: str
) -> dict[str, tuple[int, dict[str, tuple[int, Decimal]]]]:
    """Return count, and by currency count and value, of figures by one of their columns."""
    rows = found.order_by(by, "currency").values_list(by, "currency")
    made: dict[str, tuple[int, dict[str, tuple[int, Decimal]]]] = {}
    for key, currency, count, total in rows.annotate(many=Sum("count"), whole=Sum("total")):
        before, values = made.get(key, (0, {}))
        if currency:
            values[currency] = (count, total)
        made[key] = (before if currency else before + count, values)
    return made


def quotes_for(period: Period) -> list[Quote]:
    """Return the recorded rates that may bear on the months of a period, older entries first."""
    found = rates_between(period.first - OLDEST, last_day_of(period.last))
    return [Quote(one.currency, one.day, one.units, one.price, one.price_currency) for one in found]


def target_of(year: int) -> Target | None:
    """Return what is aimed at in a year: as set for it, else for the last year before it."""
    found = Target.objects.filter(year__lte=year).order_by("-year", "-set_at", "-pk")
    return found.first()


def targets() -> list[Target]:
    """Return the newest targets, by when they were set."""
    return list(Target.objects.select_related("set_by")[:20])


def counted_at() -> datetime | None:
    """Return when something was counted last, or None."""
    found: datetime | None = Followed.objects.aggregate(last=Max("counted_at"))["last"]
    return found


def first_month() -> date | None:
    """Return the first month of which anything is counted."""
    months: Iterable[date | None] = (
        Figure.objects.filter(source=source)
        .order_by("month")
        .values_list("month", flat=True)
        .first()
        for source in Followed.objects.values_list("source", flat=True)
    )
    return min((month for month in months if month is not None), default=None)
