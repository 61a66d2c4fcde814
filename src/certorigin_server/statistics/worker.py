"""The loop that counts: what the logs and the trail tell of, into the figures of each month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.standing.followed import origins
from certorigin_server.statistics.published import months_due, publish_month
from certorigin_server.statistics.services import count_log, count_trail

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.loops.services import Hold

# Nobody asks for figures of this minute.
EVERY = timedelta(seconds=30)


class Counter:
    """Counts what is new, and publishes months that are over; in one process at a time."""

    name = "statistics"

    def __init__(self, *, clock: Callable[[], datetime], holder: str) -> None:
        self._clock = clock
        self._holder = holder
        self._last: datetime | None = None
        self._hold: Hold | None = None

    def turn(self) -> int:
        """Count the next entries of every source; return how many there were.

        While there are more, the next turn goes on at once. A crash leaves whole parts counted.
        """
        at = self._clock()
        if self._last is not None and at - self._last < EVERY:
            return 0
        seconds = max(settings.SYSTEM.loops.lease, 2 * EVERY.total_seconds())
        self._hold = take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at)
        if self._hold is None:
            return 0
        done = sum(count_log(origin=origin, at=at) for origin in origins()) + count_trail(at=at)
        if done:
            self._last = None
            return done
        due = months_due(at)
        for month in due:
            publish_month(month)
        self._last = at
        return len(due)

    def end(self) -> None:
        """Give the lease back."""
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())
            self._hold = None
