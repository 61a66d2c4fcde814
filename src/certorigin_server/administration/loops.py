"""What the desk shows of the loops: who holds each, when it last worked, what to do, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.loops.queries import find_lease, loop_states
from certorigin_server.published.queries import last_batch, post_files
from certorigin_server.seal.queries import acts_waiting_since, count_waiting

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.loops.queries import Lease, LoopState
    from certorigin_server.seal.queries import SealedAct

# What takes longer than this on its way deserves somebody's look.
PATIENCE = timedelta(minutes=10)
# A loop notes its turns at least this often (operate/turn.py).
SILENT = timedelta(minutes=3)
MOST = 50

# What an operator can do about a fault, by the beginning of its code; else the fault's own words.
_ADVICE = {
    "disk.": "web.advice_disk",
    "line.": "web.advice_line",
    "log.restored": "web.advice_catch_up",
    "log.behind_its_copy": "web.advice_catch_up",
    "log.": "web.advice_log",
    "loop.": "web.advice_loop",
    "mirror.": "web.advice_mirror",
    "seal.": "web.advice_key",
    "key.": "web.advice_key",
    "trust.": "web.advice_trust",
}


@dataclass(frozen=True)
class LoopLine:
    """One loop: its state, its lease, and what to do when something is wrong."""

    state: LoopState
    lease: Lease | None
    is_silent: bool
    is_held: bool

    @property
    def status(self) -> str:
        """The code of its status tag."""
        if self.is_silent:
            return "loop.status.silent"
        return "loop.status.failing" if self.is_failing else "loop.status.turning"

    @property
    def is_failing(self) -> bool:
        """Say whether the last turn failed; a fault before it is over."""
        return bool(self.state.fault) and self.state.fault_at == self.state.turned

    @property
    def advice(self) -> str:
        """The code of what to do, or an empty text."""
        if self.is_silent:
            return "web.advice_silent"
        if not self.is_failing:
            return ""
        found = (said for start, said in _ADVICE.items() if self.state.fault.startswith(start))
        return next(found, "web.advice_other")


@dataclass(frozen=True)
class Waiting:
    """How many acts of a corridor wait for each step."""

    corridor: str
    counts: dict[str, int]


def loop_lines(at: datetime) -> list[LoopLine]:
    """Return every loop that ever turned here."""
    return [_line(state, at) for state in loop_states()]


def waiting() -> list[Waiting]:
    """Return what waits in each corridor."""
    names = [str(one.corridor) for one in settings.SYSTEM.corridors]
    return [Waiting(name, count_waiting(corridor=name)) for name in names]


def published_now() -> dict[str, object]:
    """Return the newest file for posts, the last batch of status lists, and their address."""
    return {
        "newest": next(iter(post_files(1)), None),
        "batch": last_batch(),
        "status_url": settings.SYSTEM.publish.status_url,
    }


def stuck_acts(at: datetime) -> list[SealedAct]:
    """Return acts that have been on their way to the log for too long, oldest first."""
    return acts_waiting_since(at - PATIENCE, limit=MOST)


def _line(state: LoopState, at: datetime) -> LoopLine:
    lease = find_lease(state.name)
    return LoopLine(
        state=state,
        lease=lease,
        is_silent=state.turned is None or at - state.turned > SILENT,
        is_held=lease is not None and bool(lease.holder) and lease.expires > at,
    )
