"""The loops of customs.

PaperReconciler   compares what was accepted on paper with the mirror, once service is restored
Settler           sets aside the annulments and replacements at which nobody has to look
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError
from certorigin_server.recognition.paper.emergency import entries_to_reconcile, reconcile_one
from certorigin_server.recognition.uses.rechecks import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class PaperReconciler:
    """Takes each open entry of the emergency form; what can't be read stops no other one."""

    name = "recognition-paper"

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def turn(self) -> int:
        """Compare what waits; say how much changed. Raises the first fault at the end."""
        changed, faults = 0, []
        for entry in entries_to_reconcile():
            try:
                changed += reconcile_one(entry=entry, at=self._clock())
            except CertoriginError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        return changed

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""


class Settler:
    """Goes through what ended certificates, so that a work list asks for what is open alone (R50).

    Nothing depends on how soon: what is not set aside yet is asked for at each look.
    """

    name = "recognition-settler"
    EVERY = timedelta(minutes=1)

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._after = 0
        self._next: datetime | None = None

    def turn(self) -> int:
        """Look at some more; after the last rest for a while. Return how many were set aside."""
        at = self._clock()
        if self._next is not None and at < self._next:
            return 0
        done, self._after = settle(after=self._after, at=at)
        self._next = None if self._after else at + self.EVERY
        return done

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
