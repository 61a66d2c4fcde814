"""What the loops are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.loops.models import LoopState

if TYPE_CHECKING:
    from django.db.models import QuerySet


def loop_states() -> QuerySet[LoopState]:
    """Return every loop with its last turn and fault."""
    return LoopState.objects.order_by("name")
