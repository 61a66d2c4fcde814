"""The loop that compares what was accepted on paper with the mirror, once service is restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError
from certorigin_server.recognition.paper.emergency import entries_to_reconcile, reconcile_one

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
