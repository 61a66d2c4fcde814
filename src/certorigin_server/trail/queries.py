"""Reading the trail, and checking that nobody changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.audit.chain import START, entry_hash
from certorigin_server.trail.models import TrailEntry, TrailHead

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

__all__ = ["TrailEntry"]


@dataclass(frozen=True)
class TrailFilter:
    """What is looked for. Empty members ask for everything."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def apply(self, entries: QuerySet[TrailEntry]) -> QuerySet[TrailEntry]:
        """Return the entries that fit."""
        if self.actor:
            entries = entries.filter(actor=self.actor)
        if self.action:
            entries = entries.filter(action=self.action)
        if self.subject:
            entries = entries.filter(subject=self.subject)
        if self.start is not None:
            entries = entries.filter(at__gte=self.start)
        if self.end is not None:
            entries = entries.filter(at__lt=self.end)
        return entries


def entries_about(subject: str) -> QuerySet[TrailEntry]:
    """Return what was done to one subject, oldest first."""
    return TrailEntry.objects.filter(subject=subject)


def latest(limit: int = 100) -> QuerySet[TrailEntry]:
    """Return the newest entries, newest first."""
    return TrailEntry.objects.order_by("-sequence")[:limit]


def find_entries(
    wanted: TrailFilter, *, before: int | None = None, limit: int = 100
) -> list[TrailEntry]:
    """Return the newest entries that fit, newest first; those before a sequence number.

    The place in a long trail is kept by that number and never counted off: new entries move
    nothing.
    """
    entries = wanted.apply(TrailEntry.objects.order_by("-sequence"))
    if before is not None:
        entries = entries.filter(sequence__lt=before)
    return list(entries[:limit])


def actions() -> list[str]:
    """Return every kind of act that the trail tells of, hopping along the index."""
    named = TrailEntry.objects.order_by("action").values_list("action", flat=True)
    found: list[str] = []
    following = named.first()
    while following is not None:
        found.append(following)
        following = named.filter(action__gt=following).first()
    return found


def bounds_of(*, start: datetime, end: datetime) -> tuple[int, int] | None:
    """Return the first and the last sequence number of a period, or None for an empty one."""
    within = TrailFilter(start=start, end=end).apply(TrailEntry.objects.order_by("sequence"))
    first, last = within.first(), within.last()
    return (first.sequence, last.sequence) if first and last else None


def entries_between(first: int, last: int) -> QuerySet[TrailEntry]:
    """Return all entries from one sequence number to another, in their order."""
    return TrailEntry.objects.filter(sequence__range=(first, last)).order_by("sequence")


def entries_of_action(action: str, *, after: int, limit: int) -> list[TrailEntry]:
    """Return the next entries of one kind behind a sequence number, in their order."""
    rows = TrailEntry.objects.filter(action=action, sequence__gt=after)
    return list(rows.order_by("sequence")[:limit])


def previous_hash(sequence: int) -> str:
    """Return the hash of the entry before a sequence number: what the chain goes on from."""
    before = TrailEntry.objects.filter(sequence=sequence - 1).values_list("hash", flat=True)
    return before.first() or START


def hashes_of(sequences: Collection[int]) -> dict[int, str]:
    """Return the hashes of entries by their sequence numbers; what is not there is left out."""
    rows = TrailEntry.objects.filter(sequence__in=sequences)
    return dict(rows.values_list("sequence", "hash"))


def was_written_before(moment: datetime) -> bool:
    """Say whether the trail has an entry from before a moment."""
    return TrailEntry.objects.filter(at__lt=moment).exists()


def get_head() -> tuple[int, str]:
    """Return the sequence number and the hash with which the trail ends."""
    head = TrailHead.objects.filter(pk=1).first()
    return (head.sequence, head.hash) if head else (0, START)


def find_broken_link() -> int | None:
    """Return the sequence number of the first entry that does not fit the chain, or None.

    The chain must also end where the head says: a trail that was cut short is broken too. What is
    written meanwhile is left to the next time.
    """
    head = get_head()
    previous, expected = START, 1
    written = TrailEntry.objects.filter(sequence__lte=head[0])
    for entry in written.iterator(chunk_size=1000):
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
    if (expected - 1, previous) != head:
        return expected
    is_longer = TrailEntry.objects.filter(sequence__gt=head[0]).exists()
    return expected if is_longer and get_head() == head else None
