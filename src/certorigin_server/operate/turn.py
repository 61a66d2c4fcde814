"""The process of the loops: each takes from the stop before, in the order of the journey."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import django

from certorigin_server.loops.teller import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

logger = logging.getLogger("certorigin.loops")

# How long a loop that hangs on a partner's line may hold up the end of the process.
GRACE = 5.0
# A loop that finds nothing to do says at least this often that it turns, in seconds.
NOTE_EVERY = 60.0
# How often a loop that rests listens for the bell and for a hint, in seconds.
LISTEN = 0.05
# Loops that found nothing so many times in a row rest longer, yet never over a second for that.
PATIENCE, STRETCH, LONGEST = 10, 10, 1.0


class Loop(Protocol):
    """One loop: a name, and a turn that says how much it did."""

    @property
    def name(self) -> str:
        """The name that the operator sees."""

    def turn(self) -> int:
        """Do what waits and return how much it was."""

    def end(self) -> None:
        """Let go of what it holds, so that the next process can go on at once."""


def clock() -> datetime:
    """Read the clock of this process: the loops hand it on as an argument."""
    return datetime.now(UTC)


def run(loops: Sequence[Loop], *, interval: float, is_over: Callable[[], bool]) -> None:
    """Turn every loop, again and again. A loop that fails is noted and tried again later."""
    services = import_module("certorigin_server.loops.services")
    bell = import_module("certorigin_server.loops.bell")
    teller = Teller()
    database = import_module("django.db")
    faults: dict[str, str] = {}
    noted: dict[str, float] = {}
    idle = 0
    while not is_over():
        worked, rung = 0, bell.rung()
        for loop in loops:
            fault, done = _turn(loop)
            worked += done
            teller.note(loop.name, fault, now=time.monotonic())
            is_due = time.monotonic() - noted.get(loop.name, -NOTE_EVERY) >= NOTE_EVERY
            if done or is_due or fault != faults.get(loop.name):
                faults[loop.name], noted[loop.name] = fault, time.monotonic()
                _note(services, loop.name, done, fault)
        database.close_old_connections()
        idle = 0 if worked else idle + 1
        if worked:
            bell.ring()
        else:
            _rest(_calls(loops, bell, rung), _pace(interval, idle), is_over)


def _pace(interval: float, idle: int) -> float:
    """Return how long to rest after so many turns in which there was nothing to do."""
    return interval if idle < PATIENCE else max(interval, min(interval * STRETCH, LONGEST))


def _calls(loops: Sequence[Loop], bell: Any, rung: int) -> list[Callable[[], bool]]:  # noqa: ANN401 - a module
    own = [call for loop in loops if (call := getattr(loop, "is_called", None)) is not None]
    return [*own, lambda: bell.rung() != rung]


def _rest(calls: Sequence[Callable[[], bool]], seconds: float, is_over: Callable[[], bool]) -> None:
    """Rest so long, or until somebody calls."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not is_over():
        if any(call() for call in calls):
            return
        time.sleep(min(left, LISTEN))


def _turn(loop: Loop) -> tuple[str, int]:
    try:
        return "", loop.turn()
    except Exception as error:  # noqa: BLE001 - one loop's fault must not stop the others
        said = str(error) or type(error).__name__
        code = import_module("certorigin_server.loops.disk").disk_code(error)
        return f"{code} ({said})" if code else said, 0


def _end(loop: Loop) -> None:
    try:
        loop.end()
    except Exception as error:  # noqa: BLE001 - the lease ends by itself, only later
        logger.warning("loop %s: %s", loop.name, error)


def _note(services: object, name: str, done: int, fault: str) -> None:
    try:
        services.note_turn(name=name, at=clock(), worked=bool(done), fault=fault)  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 - the operator's note is not worth a stop
        logger.warning("loop %s: %s", name, error)


def main() -> int:
    """Run the loops of the system in `CERTORIGIN_DIR` until a signal asks to stop.

    The loops of this system turn in the main thread, each partner's in one beside it.
    """
    django.setup()
    crash = import_module("certorigin_server.loops.crash")
    crash.arm_from(os.environ)
    workers = import_module("certorigin_server.operate.workers")
    settings = import_module("django.conf").settings
    over = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    interval, parent = settings.SYSTEM.loops.interval, os.getppid()

    def is_over() -> bool:
        """A supervisor that died can't ask us to stop: without it we end by ourselves."""
        return over.is_set() or os.getppid() != parent

    own, *lines = workers.make_loops(clock=clock, holder=f"{os.getpid()}-{secrets.token_hex(4)}")
    threads = [
        threading.Thread(target=_run, args=(line, interval, over, is_over)) for line in lines
    ]
    for thread in threads:
        thread.daemon = True  # what hangs on a line is cut off: every turn can be taken again
        thread.start()
    _run(own, interval, over, is_over)
    for thread in threads:
        thread.join(GRACE)
    return 0


def _run(
    loops: Sequence[Loop],
    interval: float,
    over: threading.Event,
    is_over: Callable[[], bool],
) -> None:
    try:
        run(loops, interval=interval, is_over=is_over)
    finally:
        over.set()  # a thread that ends for whatever reason ends the process: it is started again
        for loop in loops:
            _end(loop)
        import_module("django.db").connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
