"""The loop that carries batches on. A crash leaves each consignment before or after its step.

Consignments are handed in and decided one by one; those of a chunk are certified together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.batches.certifying import certify_together
from certorigin_server.batches.queries import at_work, next_rows
from certorigin_server.batches.services import advance, rest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from certorigin_server.batches.models import Batch

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
            if not rows:
                rest(batch=batch, at=self._clock())
            elif batch.stage == batch.Stage.CERTIFYING:
                moved += certify_together(batch=batch, rows=rows, at=self._clock())
            else:
                moved += self._one_by_one(batch, rows)
        return moved

    def _one_by_one(self, batch: Batch, rows: Sequence[int]) -> int:
        moved = 0
        for row in rows:
            moved += advance(batch=batch, row=row, at=self._clock())
            # A crash here leaves the others as they were: the next turn goes on with them.
        return moved

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
