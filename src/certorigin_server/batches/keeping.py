"""Tables of batches, as far as their term of keeping is concerned (R16).

A consignment that became an application goes with it; the table goes when all of them are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.audit.retention import Case
from certorigin_server.batches.models import Batch, BatchRow
from certorigin_server.batches.queries import WORK
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

_GONE = "—"
_ROW = {"name": _GONE, "document": "", "remarks": "", "facts": ""}
# With the applications that the consignments became.
PAPERS = (Papers(BatchRow, "application", _ROW),)


def tables_unchanged_since(before: datetime) -> QuerySet[Batch]:
    """Return the tables that are still there and were handed in before that."""
    rows = Batch.objects.filter(destroyed_at=None, created_at__lt=before)
    return rows.order_by("created_at", "id")


def lock_tables(names: Iterable[str]) -> QuerySet[Batch]:
    """Lock tables that are still there, and return them."""
    rows = Batch.objects.select_for_update().filter(pk__in=list(names), destroyed_at=None)
    return rows.order_by("id")


def table_cases(rows: Sequence[Batch]) -> Iterator[Case]:
    """Return the cases of some tables; one with an application that is kept has open matters."""
    held = BatchRow.objects.filter(
        batch__in=rows, application__isnull=False, application__destroyed_at=None
    )
    kept = set(held.values_list("batch", flat=True))
    for row in rows:
        moments = (row.created_at, row.confirmed_at, row.decided_at, row.certified_at)
        matters = {"retention.at_work": row.stage in WORK, "retention.still_used": row.pk in kept}
        yield Case(
            name=f"urn:uuid:{row.pk}",
            certificates=(),
            days=tuple(timezone.localdate(one) for one in moments if one is not None),
            open_matters=tuple(code for code, holds in matters.items() if holds),
        )


def destroy_tables(names: Collection[UUID], *, at: datetime) -> None:
    """Destroy what tables say; call inside the act's transaction."""
    BatchRow.objects.filter(batch__in=names).update(**_ROW)
    Batch.objects.filter(pk__in=names).update(name=_GONE, remarks="", destroyed_at=at)
