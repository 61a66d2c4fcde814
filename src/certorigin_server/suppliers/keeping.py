"""Declarations of suppliers, as far as their term of keeping is concerned (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.audit.retention import Case
from certorigin_server.application.queries import applications_naming
from certorigin_server.suppliers.models import Declaration, Dependent
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

_PAPERS = (
    Papers(Declaration, "pk", {"sealed": ""}, {"sealed__isnull": False}),
    Papers(Declaration, "pk", {"reason": "—"}, {"reason__isnull": False}),
    Papers(Declaration, "pk", {"document": "", "options": ""}),
)


def supplies_unchanged_since(before: datetime) -> QuerySet[Declaration]:
    """Return the declarations that are still there and were made before that."""
    rows = Declaration.objects.filter(destroyed_at=None, prepared_at__lt=before)
    return rows.order_by("prepared_at", "id")


def lock_supplies(names: Iterable[str]) -> QuerySet[Declaration]:
    """Lock declarations that are still there, and return them."""
    rows = Declaration.objects.select_for_update().filter(pk__in=list(names), destroyed_at=None)
    return rows.order_by("id")


def supply_cases(rows: Sequence[Declaration]) -> Iterator[Case]:
    """Return the cases of some declarations.

    One waits for its seal, for somebody to look at what depended on it, or for an application that
    is kept and whose facts of production name it: a look through all of them for each.
    """
    looked = Dependent.objects.filter(declaration__in=rows)
    last: dict[str, list[datetime]] = {}
    unseen = set()
    for name, moment in looked.values_list("declaration", "looked_at"):
        if moment is None:
            unseen.add(name)
        else:
            last.setdefault(name, []).append(moment)
    for row in rows:
        moments = [row.prepared_at, row.withdrawn_at, *last.get(row.pk, [])]
        days = [timezone.localdate(one) for one in moments if one is not None]
        matters = {
            "retention.to_seal": row.status == "prepared",
            "retention.to_look_at": row.pk in unseen,
            "retention.still_used": bool(applications_naming(row.pk)),
        }
        yield Case(
            name=row.pk,
            certificates=(),
            days=(*days, row.valid_until),
            open_matters=tuple(code for code, holds in matters.items() if holds),
        )


def destroy_supplies(names: Collection[str], *, at: datetime) -> None:
    """Destroy what suppliers declared; call inside the act's transaction. The digest stays."""
    for papers in _PAPERS:
        papers.destroy(names, destroyed_at=at)
