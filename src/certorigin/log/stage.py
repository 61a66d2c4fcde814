"""The staged file: all that one append will publish, durable before the head moves.

It is written in its place, over the stage before it, and flushed once: its blocks and its name are
there already. A crash meanwhile leaves it torn, which its checksum shows. That harms nothing as
long as its head was not swapped in, and it can't have been: the swap comes after the flush.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.note import Note
from certorigin.log.tiles import Tile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.log.directory import Directory

MAX_STAGE = 4 << 30

_HEADER = b"certorigin-stage/v2\n"
_DROPPED = b"certorigin-stage/--\n"  # in the header's place: nothing waits
_OLD_HEADER = b"certorigin-stage/v1\n"
_LENGTH_SIZE = 8
_DIGEST_SIZE = 32


@dataclass(frozen=True)
class Stage:
    """The next head as signed, and the files that it needs, sorted by path when written."""

    head: bytes
    files: Mapping[str, bytes]

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """Return the head's checkpoint. Our own file: signatures are checked where the head is."""
        return Checkpoint.from_text(Note.from_bytes(self.head).text)

    def to_bytes(self) -> bytes:
        """Write header, length and SHA-256 of the rest: head, path and content of each file."""
        parts = [*_framed(self.head)]
        for path, content in sorted(self.files.items()):
            parts += [*_framed(path.encode()), *_framed(content)]
        length = sum(map(len, parts)).to_bytes(_LENGTH_SIZE, "big")
        return b"".join([_HEADER, length, _digest(length, *parts), *parts])

    @classmethod
    def from_bytes(cls, data: bytes) -> Stage:
        """Read a stage; the exact inverse of `to_bytes`, whatever an earlier one left behind it.

        Raises MalformedError.
        """
        start = len(_HEADER) + _LENGTH_SIZE + _DIGEST_SIZE
        length = data[len(_HEADER) : len(_HEADER) + _LENGTH_SIZE]
        body = data[start : start + int.from_bytes(length, "big")]
        digest = data[start - _DIGEST_SIZE : start]
        if not data.startswith(_HEADER) or _digest(length, body) != digest:
            raise MalformedError("log.stage_malformed", place="stage")
        return cls._from_body(body)

    @classmethod
    def from_old_bytes(cls, data: bytes) -> Stage:
        """Read a stage of version 0.1: SHA-256 of all of it at its end. Raises MalformedError."""
        whole, digest = data[:-_DIGEST_SIZE], data[-_DIGEST_SIZE:]
        if not whole.startswith(_OLD_HEADER) or sha256(whole).digest() != digest:
            raise MalformedError("log.stage_malformed", place="stage")
        return cls._from_body(whole[len(_OLD_HEADER) :])

    @classmethod
    def _from_body(cls, body: bytes) -> Stage:
        items = []
        position = 0
        while position < len(body):
            start = position + 4
            position = start + int.from_bytes(body[position:start], "big")
            items.append(body[start:position])
        if position != len(body) or not len(items) % 2:
            raise MalformedError("log.stage_malformed", place="stage")
        head, *rest = items
        paths = [Tile.from_path(path.decode("utf-8", "replace")).path for path in rest[::2]]
        if paths != sorted(set(paths)):
            raise MalformedError("log.stage_malformed", place="stage")
        return cls(head, dict(zip(paths, rest[1::2], strict=True)))


class StageFile:
    """The place of a log's stage."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def write(self, stage: Stage) -> None:
        """Write a stage, durable on return, over one that nobody needs any more.

        What it is there for is laid aside at the same time. Only the writer who did it takes it
        from there: whoever recovers writes it anew from the stage.
        """
        ahead = {**stage.files, layout.CHECKPOINT: stage.head}
        self._directory.overwrite(layout.STAGE, stage.to_bytes(), ahead=ahead)

    def waits(self) -> bool:
        """Say whether a stage lies there that was not dropped, whole or torn."""
        return self._is_there() or self._directory.has(layout.OLD_STAGE)

    def find(self, head: Checkpoint, published: Checkpoint | None) -> Stage | None:
        """Return the stage that led to a head; None when there is none, or another's.

        A torn one is nobody's while the published checkpoint is the head: its own was never swapped
        in. Raises MalformedError when it may be the one that led to a head which is not published.
        """
        # The checkpoint decides, not the exact bytes: a heartbeat may have come between.
        if self._directory.has(layout.OLD_STAGE):
            data = self._directory.read(layout.OLD_STAGE, limit=MAX_STAGE)
            old = Stage.from_old_bytes(data)
            if old.checkpoint == head:
                return old
        if not self._is_there():
            return None
        try:
            stage = Stage.from_bytes(self._directory.read(layout.STAGE, limit=MAX_STAGE))
        except MalformedError:
            if published != head:
                raise
            return None
        return stage if stage.checkpoint == head else None

    def drop(self) -> None:
        """Let nothing wait. Not fsynced: a stage that comes back is found as before."""
        if self._is_there():
            self._directory.mark(layout.STAGE, _DROPPED)
        self._directory.remove(layout.OLD_STAGE)

    def _is_there(self) -> bool:
        if not self._directory.has(layout.STAGE):
            return False
        return self._directory.read_part(layout.STAGE, 0, len(_DROPPED)) != _DROPPED


def _digest(*parts: bytes) -> bytes:
    state = sha256()
    for part in parts:
        state.update(part)
    return state.digest()


def _framed(data: bytes) -> tuple[bytes, bytes]:
    return len(data).to_bytes(4, "big"), data
