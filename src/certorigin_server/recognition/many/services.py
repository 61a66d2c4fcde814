"""A file of many certificates: taken apart, verified part by part, kept for a day.

begin · go_on
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import orjson
from django.db import transaction
from django.db.models import Sum

from certorigin.errors import LimitError, UnknownError
from certorigin.recognition.batch import Asked, read_batch
from certorigin_server.recognition.many.checking import answers_to
from certorigin_server.recognition.models import BatchCheck, BatchPart
from certorigin_server.trail.services import record, record_reads
from certorigin_server.users.services import lock_person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

PART = 100
MOST_A_DAY = 50_000
KEPT = timedelta(days=1)


@transaction.atomic
def begin(*, name: str, raw: bytes, by: User, at: datetime) -> BatchCheck:
    """Take a file apart. What is older than a day is dropped.

    Raises as `read_batch`; LimitError (`batch.too_many_today`) where a person asks for more within
    a day than anybody declares.
    """
    asked = read_batch(raw)
    BatchCheck.objects.filter(as_of__lt=at - KEPT).delete()
    taken = batches_of(lock_person(by)).aggregate(lines=Sum("total", default=0))["lines"]
    if taken + len(asked) > MOST_A_DAY:
        raise LimitError("batch.too_many_today", place="", limit=str(MOST_A_DAY))
    batch = BatchCheck.objects.create(name=name[:120], total=len(asked), as_of=at, asked_by=by)
    BatchPart.objects.bulk_create(
        BatchPart(
            batch=batch,
            start=start,
            asked=orjson.dumps([one.to_data() for one in asked[start : start + PART]]).decode(),
        )
        for start in range(0, len(asked), PART)
    )
    facts = {"count": str(len(asked))}
    record(by=by.username, at=at, action="recognition.batch_begun", subject=str(batch.pk), **facts)
    return batch


def go_on(*, batch: UUID, by: User, at: datetime) -> BatchCheck:
    """Verify the next part, as of the moment of the file's arrival; of two at once one counts.

    The trail names each certificate that was read (R17). Raises UnknownError (`batch.unknown`).
    """
    row = get_batch(batch, user=by)
    part = BatchPart.objects.filter(batch=row, start=row.done).first()
    if part is None:
        return row
    asked = [Asked.from_data(one) for one in orjson.loads(part.asked)]
    answers = list(answers_to(asked, at=row.as_of))
    read = {one["subject"]: None for one in answers if one.get("subject")}
    with transaction.atomic():
        mine = BatchCheck.objects.filter(pk=row.pk, done=part.start)
        if mine.update(done=part.start + len(asked)):
            BatchPart.objects.filter(pk=part.pk).update(answers=orjson.dumps(answers).decode())
            record_reads(by=by.username, at=at, subjects=read)
    return get_batch(batch, user=by)


def batches_of(user: User) -> QuerySet[BatchCheck]:
    """Return the files that a person had verified, newest first."""
    return BatchCheck.objects.filter(asked_by=user)


def get_batch(batch: UUID, *, user: User) -> BatchCheck:
    """Return one of one's own files. Raises UnknownError (`batch.unknown`)."""
    row = batches_of(user).filter(pk=batch).first()
    if row is None:
        raise UnknownError("batch.unknown", batch=str(batch))
    return row


def answers_of(batch: BatchCheck) -> Iterator[dict[str, object]]:
    """Yield the answers that are there, in the order of the file."""
    for text in batch.parts.exclude(answers="").values_list("answers", flat=True):
        yield from orjson.loads(text)
