"""What the loops are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.loops.models import Lease, LoopState

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["Lease", "LoopState"]


def loop_states() -> QuerySet[LoopState]:
    """Return every loop with its last turn and fault."""
    return LoopState.objects.order_by("name")


def find_lease(name: str) -> Lease | None:
    """Return the lease of a loop, or None for one that needs none."""
    return Lease.objects.filter(name=name).first()
