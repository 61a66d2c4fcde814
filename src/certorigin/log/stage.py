"""The staged file: all that one append will publish, durable before the head moves."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.note import Note
from certorigin.log.tiles import Tile

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_STAGE = 4 << 30

_HEADER = b"certorigin-stage/v1\n"
_DIGEST_SIZE = 32


@dataclass(frozen=True)
class Stage:
    """The next head as signed, and the files that it needs, sorted by path when written."""

    head: bytes
    files: Mapping[str, bytes]

    @property
    def checkpoint(self) -> Checkpoint:
        """Return the head's checkpoint. Our own file: signatures are checked where the head is."""
        return Checkpoint.from_text(Note.from_bytes(self.head).text)

    def to_bytes(self) -> bytes:
        """Write header, head, path and content of each file, and a SHA-256 over it all."""
        parts = [_HEADER, *_framed(self.head)]
        for path, content in sorted(self.files.items()):
            parts += [*_framed(path.encode()), *_framed(content)]
        data = b"".join(parts)
        return data + sha256(data).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Stage:
        """Read a stage; the exact inverse of `to_bytes`. Raises MalformedError."""
        body, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
        if not body.startswith(_HEADER) or sha256(body).digest() != digest:
            raise MalformedError("log.stage_malformed", place="stage")
        items = []
        position = len(_HEADER)
        while position < len(body):
            start = position + 4
            position = start + int.from_bytes(body[position:start], "big")
            items.append(body[start:position])
        if position != len(body) or not len(items) % 2:
            raise MalformedError("log.stage_malformed", place="stage")
        head, *rest = items
        paths = [Tile.from_path(path.decode("utf-8", "replace")).path for path in rest[::2]]
        stage = cls(head, dict(zip(paths, rest[1::2], strict=True)))
        if stage.to_bytes() != data:  # sorted, and no path twice
            raise MalformedError("log.stage_malformed", place="stage")
        return stage


def _framed(data: bytes) -> tuple[bytes, bytes]:
    return len(data).to_bytes(4, "big"), data
