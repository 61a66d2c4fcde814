"""The exchange as one picture: both states of each corridor, their logs and copies, what is stuck.

Everything stands in words as well: the picture is drawn from the list beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.log.queries import logs
from certorigin_server.loops.queries import loop_states
from certorigin_server.mirror.queries import logs_of, open_alarms
from certorigin_server.seal.queries import count_waiting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin_server.log.queries import LogView
    from certorigin_server.loops.queries import LoopState
    from certorigin_server.mirror.queries import FollowedLog
    from certorigin_server.settings.system import CorridorSettings

# A head or a turn that is older deserves somebody's look.
OLD, SILENT = 600, 180
GOOD, LATE, STOPPED = "flow.good", "flow.late", "flow.stopped"


@dataclass(frozen=True)
class Flow:
    """One direction: the log of one state, and the copy that the other one keeps of it.

    `copied` is how much of the log the other side has countersigned or we hold; `age` is that of
    the newest sign of life, in seconds, or None.
    """

    origin: str
    size: int
    copied: int
    at: datetime | None
    age: int | None
    is_stopped: bool

    @property
    def lag(self) -> int:
        """How many entries the other side does not hold yet."""
        return max(0, self.size - self.copied)

    @property
    def status(self) -> str:
        """The code of how it goes."""
        if self.is_stopped:
            return STOPPED
        is_late = self.lag > 0 or self.age is None or self.age > OLD
        return LATE if is_late and (self.size or self.age is not None) else GOOD


@dataclass(frozen=True)
class Turning:
    """One loop that works for a corridor, and how it goes."""

    name: str
    turned: datetime | None
    status: str


@dataclass(frozen=True)
class Pictured:
    """One corridor: both states, both flows, what waits, loops, alarms."""

    corridor: str
    ours: str
    theirs: str
    out: Flow
    back: Flow
    waiting: tuple[tuple[str, int], ...]
    loops: tuple[Turning, ...]
    alarms: int

    @property
    def status(self) -> str:
        """The code of how the worse direction goes."""
        found = {self.out.status, self.back.status}
        return next((one for one in (STOPPED, LATE) if one in found), GOOD)


_WAITING = {
    "to_seal": "web.to_seal",
    "to_log": "web.to_log",
    "to_publish": "web.to_publish",
    "to_mirror": "web.to_mirror",
}


def pictured(at: datetime) -> list[Pictured]:
    """Return every corridor that we share, as of a moment."""
    own, alarmed = logs(), list(open_alarms().values_list("origin", flat=True)[:500])
    turning = list(loop_states())
    return [
        _pictured(one, own, turning, alarmed, at)
        for one in settings.SYSTEM.corridors
        if one.partner_url
    ]


def _pictured(
    corridor: CorridorSettings,
    own: Iterable[LogView],
    turning: Iterable[LoopState],
    alarmed: list[str],
    at: datetime,
) -> Pictured:
    name, state = str(corridor.corridor), settings.SYSTEM.state
    mine = [one for one in own if one.corridor == name]
    theirs = logs_of(name)
    origins = {*(one.origin for one in mine), *(one.origin for one in theirs)}
    other = next(one for one in corridor.corridor.states if one != state)
    waiting = count_waiting(corridor=name)
    return Pictured(
        corridor=name,
        ours=state,
        theirs=other,
        out=_out(mine, at),
        back=_back(theirs, at),
        waiting=tuple((code, waiting[key]) for key, code in _WAITING.items()),
        loops=tuple(_turning(one, at) for one in turning if one.name.endswith(f" {name}")),
        alarms=sum(one in origins for one in alarmed),
    )


def _out(mine: list[LogView], at: datetime) -> Flow:
    """Return our newest log as the partner holds it."""
    if not mine:
        return Flow("", 0, 0, None, None, is_stopped=False)
    log = mine[0]
    age = _age(log.cosigned_at, at)
    return Flow(log.origin, log.size, log.cosigned_size, log.cosigned_at, age, is_stopped=False)


def _back(theirs: list[FollowedLog], at: datetime) -> Flow:
    """Return the partner's newest log as we hold it: what we hold is all that we know of it."""
    if not theirs:
        return Flow("", 0, 0, None, None, is_stopped=False)
    log = theirs[-1]
    is_stopped = log.status == type(log).Status.HALTED
    age = _age(log.heartbeat, at)
    return Flow(log.origin, log.size, log.size, log.heartbeat, age, is_stopped=is_stopped)


def _turning(state: LoopState, at: datetime) -> Turning:
    age = _age(state.turned, at)
    if age is None or age > SILENT:
        status = "loop.status.silent"
    elif state.fault and state.fault_at == state.turned:
        status = "loop.status.failing"
    else:
        status = "loop.status.turning"
    return Turning(state.name, state.turned, status)


def _age(moment: datetime | None, at: datetime) -> int | None:
    return None if moment is None else max(0, int((at - moment).total_seconds()))
