"""The clock of an application's national term, and its last day as the row holds it (R51)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.assessment.term import clock_of
from certorigin_server.application.queries import suspensions_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.assessment.term import Clock
    from certorigin_server.application.models import Application
    from certorigin_server.application.queries import Suspension

# What the row of a case holds whose clock stands still: it is behind every other.
STILL = date.max


def clock_from(start: date, suspensions: Iterable[Suspension], *, at: datetime) -> Clock:
    """Return how the term stands at a moment; the day on which it began is not counted."""
    days = tuple(
        (timezone.localdate(since), timezone.localdate(until) if until else None)
        for since, until in suspensions
    )
    return clock_of(settings.SYSTEM.state, start, timezone.localdate(at), days)


def note_due(row: Application, *, at: datetime) -> None:
    """Write into a row that waits when its term is over, in the transaction of what changed."""
    set_due(row, at=at)
    row.save(update_fields=["due_on"])


def set_due(row: Application, *, at: datetime) -> None:
    """Put into a row that is about to be saved when its term is over.

    The last day does not depend on the moment, but on whether the clock stands still.
    """
    start = row.term_from or timezone.localdate(row.submitted_at or at)
    row.due_on = clock_from(start, suspensions_of(row), at=at).due or STILL
