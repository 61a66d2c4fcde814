"""The loop that carries batches on. A crash leaves each consignment before or after its step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.batches.queries import at_work, next_rows
from certorigin_server.batches.services import advance, rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

# As many of one batch are carried on before another batch has its turn.
CHUNK = 25


class BatchLoop:
    """Carries each batch on by some consignments. Needs no lease: every step locks its own row."""

    name = "batches"

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def turn(self) -> int:
        """Carry on what was ordered; return how many consignments went on."""
        moved = 0
        for batch in at_work():
            rows = next_rows(batch, limit=CHUNK)
            for row in rows:
                moved += advance(batch=batch, row=row, at=self._clock())
                # A crash here leaves the others as they were: the next turn goes on with them.
            if not rows:
                rest(batch=batch, at=self._clock())
        return moved

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
