"""The head of a log in the database, so that it moves together with the register's indexes."""

from __future__ import annotations

from certorigin.errors import ConflictError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.note import Note
from certorigin_server.log.models import Log


class DatabaseHead:
    """A `certorigin.log.head.HeadStore` over one row. `swap` joins the caller's transaction."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def get(self) -> bytes | None:
        """Return the signed checkpoint, or None when the log has none yet."""
        row = Log.objects.filter(origin=self._origin).values_list("head", flat=True).first()
        return row.encode() if row else None

    def swap(self, old: bytes | None, new: bytes) -> None:
        """Replace exactly `old` by `new`. Raises ConflictError when the head is another."""
        size = Checkpoint.from_text(Note.from_bytes(new).text).size
        expected = None if old is None else old.decode()
        changed = Log.objects.filter(origin=self._origin, head=expected).update(
            head=new.decode(), size=size
        )
        if not changed:
            raise ConflictError("log.head_moved", origin=self._origin)
