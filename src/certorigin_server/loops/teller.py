"""What a loop that fails tells the log: once, when it is another fault, and ever more seldom."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

logger = logging.getLogger("certorigin.loops")

# Seconds until the same fault is told a second time; each further pause is twice as long, up to
# the longest.
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3_600.0
# Ages, sizes and moments in a fault change with every turn and make no other fault of it.
_FIGURE = re.compile(r"\d+")


@dataclass
class _Fault:
    kind: str
    since: float
    pause: float
    told: float
    times: int = 1


class Teller:
    """Tells what goes wrong with loops, so that a log stays readable for weeks."""

    def __init__(self) -> None:
        self._faults: dict[str, _Fault] = {}

    def note(self, name: str, fault: str, *, now: float) -> None:
        """Take what the turn of a loop came to (empty: it went well) at a monotonic time."""
        known, kind = self._faults.get(name), _FIGURE.sub("#", fault)
        if not fault:
            if known is not None:
                del self._faults[name]
                facts = (name, known.times, now - known.since)
                logger.info("loop %s: well again, after %d failed turns in %.0f s", *facts)
        elif known is None or known.kind != kind:
            self._faults[name] = _Fault(kind, now, FIRST_PAUSE, now)
            logger.warning("loop %s: %s", name, fault)
        else:
            self._repeated(known, name, fault, now)

    def _repeated(self, known: _Fault, name: str, fault: str, now: float) -> None:
        known.times += 1
        if now - known.told < known.pause:
            return
        known.told, known.pause = now, min(known.pause * 2, LONGEST_PAUSE)
        facts = (name, fault, known.times, now - known.since)
        logger.warning("loop %s: %s (%d failed turns in %.0f s)", *facts)
