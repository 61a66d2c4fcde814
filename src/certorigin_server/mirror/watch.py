"""The loop that watches over a corridor: days and the trail stated, terms told of, notices."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.loops.queries import loop_states
from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.mirror.notices import note_outage, open_silence, watch_service
from certorigin_server.mirror.statements import state_days, state_trail, watch_terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.loops.services import Hold
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

# Nothing here is asked for within a minute.
EVERY = timedelta(seconds=30)
# Yet while the paper rules hold for the partner's silence, its first word ends them (R18).
WHILE_SILENT = timedelta(seconds=1)


class Watcher:
    """Watches over one corridor, a few times a minute, in one process at a time."""

    def __init__(
        self,
        corridor: CorridorSettings,
        *,
        keyring: Keyring,
        clock: Callable[[], datetime],
        holder: str,
    ) -> None:
        self._corridor = corridor
        self._keyring = keyring
        self._clock = clock
        self._holder = holder
        self._last: datetime | None = None
        self._pace = EVERY
        self._hold: Hold | None = None

    @property
    def name(self) -> str:
        """The name of the loop's lease."""
        return f"watch {self._corridor.corridor}"

    def turn(self) -> int:
        """Look at everything once; return how much had to be done."""
        at = self._clock()
        if self._last is not None and at - self._last < self._pace:
            return 0
        seconds = max(settings.SYSTEM.loops.lease, 3 * EVERY.total_seconds())
        self._hold = take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at)
        if self._hold is None:
            return 0
        done = self._tell_of_outage(at) if self._last is None else 0
        self._last = at
        done += state_days(self._corridor, keyring=self._keyring, at=at)
        done += state_trail(self._corridor, keyring=self._keyring, at=at)
        done += watch_terms(self._corridor, at=at)
        done += watch_service(self._corridor, keyring=self._keyring, at=at)
        self._pace = WHILE_SILENT if open_silence(str(self._corridor.corridor)) else EVERY
        return done

    def end(self) -> None:
        """Let go of the lease."""
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())
            self._hold = None

    def _tell_of_outage(self, at: datetime) -> int:
        before = loop_states().filter(name=self.name).first()
        if before is None or before.turned is None:
            return 0
        return note_outage(self._corridor, since=before.turned, keyring=self._keyring, at=at)
