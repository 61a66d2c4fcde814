"""How fast a key of a trader's program may call: so many times a minute, in each process."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from threading import Lock

WINDOW = timedelta(minutes=1)


class Pace:
    """Counts calls in windows of a minute, in memory: a limit must not cost more than the call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: datetime | None = None
        self._counts: dict[str, int] = {}

    def seconds_to_wait(self, key: str, *, most: int, at: datetime) -> int:
        """Count a call, and return 0; or how many seconds are left where there were too many."""
        with self._lock:
            if self._since is None or not timedelta() <= at - self._since < WINDOW:
                self._since, self._counts = at, {}
            count = self._counts.get(key, 0)
            if count >= most:
                return ceil((self._since + WINDOW - at).total_seconds())
            self._counts[key] = count + 1
            return 0
