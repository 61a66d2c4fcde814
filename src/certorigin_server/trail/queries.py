"""Reading the trail, and checking that nobody changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.trail.chain import START, entry_hash
from certorigin_server.trail.models import TrailEntry, TrailHead

if TYPE_CHECKING:
    from django.db.models import QuerySet


def entries_about(subject: str) -> QuerySet[TrailEntry]:
    """Return what was done to one subject, oldest first."""
    return TrailEntry.objects.filter(subject=subject)


def latest(limit: int = 100) -> QuerySet[TrailEntry]:
    """Return the newest entries, newest first."""
    return TrailEntry.objects.order_by("-sequence")[:limit]


def find_broken_link() -> int | None:
    """Return the sequence number of the first entry that does not fit the chain, or None.

    The chain must also end where the head says: a trail that was cut short is broken too.
    """
    previous, expected = START, 1
    for entry in TrailEntry.objects.iterator(chunk_size=1000):
        link = entry_hash(
            previous=previous,
            sequence=entry.sequence,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            facts=entry.facts,
        )
        if entry.sequence != expected or entry.previous != previous or entry.hash != link:
            return expected
        previous, expected = entry.hash, expected + 1
    head = TrailHead.objects.filter(pk=1).first() or TrailHead(sequence=0, hash=START)
    return None if (head.sequence, head.hash) == (expected - 1, previous) else expected
