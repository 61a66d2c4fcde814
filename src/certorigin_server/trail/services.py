"""Writing the trail: always inside the transaction of the act that it records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from django.db import transaction

from certorigin_server.trail.chain import entry_hash
from certorigin_server.trail.models import TrailEntry, TrailHead

if TYPE_CHECKING:
    from datetime import datetime


def record(*, by: str, at: datetime, action: str, subject: str, **facts: str) -> None:
    """Append an entry. Must run inside a transaction, so that act and trail stand or fall together.

    Facts never hold trade data, passwords or keys: only what names the subject and the outcome.
    Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the trail is written inside the transaction of the act")
    head, _ = TrailHead.objects.select_for_update().get_or_create(pk=1)
    moment = at.replace(microsecond=0)
    text = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode()
    sequence = head.sequence + 1
    link = entry_hash(
        previous=head.hash,
        sequence=sequence,
        at=moment,
        actor=by,
        action=action,
        subject=subject,
        facts=text,
    )
    TrailEntry.objects.create(
        sequence=sequence,
        at=moment,
        actor=by,
        action=action,
        subject=subject,
        facts=text,
        previous=head.hash,
        hash=link,
    )
    head.sequence, head.hash = sequence, link
    head.save()


@transaction.atomic
def record_read(*, by: str, at: datetime, subject: str) -> None:
    """Record that somebody read confidential data (R17)."""
    record(by=by, at=at, action="trail.read", subject=subject)
