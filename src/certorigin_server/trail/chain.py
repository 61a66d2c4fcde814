"""The end of the trail in three plain statements: every act and every look at a paper writes there.

Built anew by the models they take longer than all else that a look-up does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db import connection

from certorigin_server.trail.models import TrailHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin_server.trail.models import TrailEntry

_ENTRIES, _HEAD = "trail_trailentry", "trail_trailhead"
_COLUMNS = ("sequence", "at", "actor", "action", "subject", "facts", "previous", "hash")
_AT_ONCE = 100


@dataclass
class Head:
    """Number and hash of the last entry."""

    sequence: int
    hash: str


def lock_head() -> Head:
    """Return the end of the chain, locked for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_reading())
        found = cursor.fetchone()
    if found is None:
        head, _ = TrailHead.objects.select_for_update().get_or_create(pk=1)
        found = head.sequence, head.hash
    return Head(*found)


def append(entries: Sequence[TrailEntry], head: Head) -> None:
    """Write entries that were linked to the end, and the new end."""
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for start in range(0, len(entries), _AT_ONCE):
            some = entries[start : start + _AT_ONCE]
            values = [
                moment(one.at) if name == "at" else getattr(one, name)
                for one in some
                for name in _COLUMNS
            ]
            cursor.execute(_writing(len(some)), values)
        cursor.execute(_moving(), [head.sequence, head.hash])


@cache
def _reading() -> str:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return f'SELECT "sequence", "hash" FROM "{_HEAD}" WHERE "id" = 1{lock}'  # noqa: S608 - a table's name


@cache
def _writing(count: int) -> str:
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    return f'INSERT INTO "{_ENTRIES}" ({names}) VALUES {", ".join([row] * count)}'  # noqa: S608


@cache
def _moving() -> str:
    return f'UPDATE "{_HEAD}" SET "sequence" = %s, "hash" = %s WHERE "id" = 1'  # noqa: S608
