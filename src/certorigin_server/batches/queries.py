"""Reading batches: whose they are, how far they are, what has to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from django.db.models import Count

from certorigin.errors import UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.batches.models import Batch, BatchLook, BatchRow
from certorigin_server.users.queries import (
    is_trader,
    issuing_organisations_of,
    organisations_of,
    sees_every_body,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

DECIDE, CERTIFY = "decide", "certify"
# What each stage waits for from the loop: rows in the first state become the second.
WORK = {
    Batch.Stage.SUBMITTING: (BatchRow.State.WAITING, BatchRow.State.SUBMITTED),
    Batch.Stage.DECIDING: (BatchRow.State.SUBMITTED, BatchRow.State.DECIDED),
    Batch.Stage.CERTIFYING: (BatchRow.State.DECIDED, BatchRow.State.CERTIFIED),
}
SHOWN = 200


def visible_to(user: User) -> QuerySet[Batch]:
    """Return the batches of the own company, or those that were handed to a body one may see."""
    found = Batch.objects.filter(destroyed_at=None).select_related("organisation", "body")
    if user.organisation is not None and is_trader(user.organisation):
        return found.filter(organisation__in=organisations_of(user))
    if sees_every_body(user):
        return found.exclude(body=None)
    return found.filter(body__in=issuing_organisations_of(user))


def get_batch(batch: UUID, *, user: User) -> Batch:
    """Return a batch. Raises UnknownError (`bulk.unknown`) also for hidden ones."""
    found = visible_to(user).filter(pk=batch).first()
    if found is None:
        raise UnknownError("bulk.unknown", batch=str(batch))
    return found


def at_work() -> list[Batch]:
    """Return the batches for which the loop has something to do, the oldest first."""
    return list(Batch.objects.filter(stage__in=list(WORK)).order_by("created_at"))


def next_rows(batch: Batch, *, limit: int) -> list[int]:
    """Return the next rows on which the loop has to work."""
    state, _ = WORK[Batch.Stage(batch.stage)]
    found = BatchRow.objects.filter(batch=batch, state=state, fault="").order_by("number")
    return list(found.values_list("pk", flat=True)[:limit])


def counts_of(batch: Batch) -> dict[str, int]:
    """Return how many consignments are in each state, and how many have a fault."""
    rows = BatchRow.objects.filter(batch=batch).order_by()
    found = dict(rows.values_list("state").annotate(count=Count("pk")))
    counts = {str(state): found.get(state, 0) for state in BatchRow.State}
    return counts | {"fault": rows.exclude(fault="").count()}


def faults_of(batch: Batch) -> list[tuple[BatchRow, Finding]]:
    """Return the consignments that the loop could not carry on, each with the reason."""
    rows = BatchRow.objects.filter(batch=batch).exclude(fault="").order_by("number")
    return [
        (row, Finding(row.fault, f"line {row.line}", facts=orjson.loads(row.facts or "{}")))
        for row in rows.select_related("application")[:SHOWN]
    ]


def looks_of(batch: Batch, order: str) -> list[BatchLook]:
    """Return what has to be looked at before an order, in the order of the table."""
    found = BatchLook.objects.filter(row__batch=batch, order=order)
    return list(found.select_related("row__application", "looked_by").order_by("row__number"))


def remarks_of(row: Batch | BatchRow) -> list[Finding]:
    """Return what was worth a look when the table was read."""
    return [
        Finding(one["code"], one["place"], facts=one["facts"])
        for one in orjson.loads(row.remarks or "[]")
    ]
