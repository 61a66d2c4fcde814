"""Taking what is new under a head: every entry, object and tile is checked before it is written.

Files are immutable and are written in the order of the log, 256 entries at a time. What an earlier,
broken turn has written is checked against the head like anything else and not fetched again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError, UnknownError
from certorigin.late import dataclass
from certorigin.log.entry import MAX_OBJECT, find_reference
from certorigin.log.merkle import HASH_SIZE
from certorigin.log.read import TileReader
from certorigin.log.tiles import (
    MAX_BUNDLE,
    TILE_WIDTH,
    Tile,
    bundle_to_bytes,
    levels_at,
    tiles_at,
    width_at,
)

if TYPE_CHECKING:
    from certorigin.log.checkpoint import Checkpoint
    from certorigin.log.directory import Directory

Fetch = Callable[[str, int], bytes]
"""From a path below the log and the most bytes that may come to the file's bytes."""

Check = Callable[[int, bytes], object]
"""Sees the index and the bytes of each new act; raises when it is none."""

Progress = Callable[[int, int], None]
"""Told after each 256 entries how many are done, and of how many."""

MAX_TILE = TILE_WIDTH * HASH_SIZE


@dataclass(frozen=True)
class VoidEntry:
    """An entry of the partner's log that is no valid act: kept, and it counts for nothing."""

    index: int
    code: str
    facts: dict[str, str]


@dataclass
class Taking:
    """One taking under way. `last_file` is what came last, if the partner sent it: evidence."""

    directory: Directory
    head: Checkpoint
    fetch: Fetch
    check: Check | None = None
    progress: Progress | None = None
    last_file: tuple[str, bytes] | None = None
    void: list[VoidEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = TileReader(self.head, self._read)
        self.remote_reader = TileReader(self.head, self._take_file)

    def run(self, start: int) -> None:
        """Take the entries from `start` on, then the tiles above them; all durable on return.

        Raises ProofError for what does not lead to the head, MalformedError, UnknownError, and as
        `fetch`. What was taken before stays, and is not fetched again.
        """
        for index in range(start // TILE_WIDTH, -(-self.head.size // TILE_WIDTH)):
            self._take_bundle(index, start)
            if self.progress is not None:
                self.progress(min((index + 1) * TILE_WIDTH, self.head.size), self.head.size)
        for level in range(1, levels_at(self.head.size)):
            new = [tile for tile in tiles_at(self.head.size, level) if not self._has(tile)]
            for tile in new:
                self.directory.write_new({tile.path: self.reader.tile(level, tile.index)})

    def drop_partials(self, start: int) -> None:
        """Remove the partial tiles that full ones replace (C2SP tlog-tiles allows it)."""
        for level in (None, *range(levels_at(self.head.size))):
            step = TILE_WIDTH ** ((level or 0) + 1)
            for index in range(start // step, self.head.size // step):
                self.directory.remove_folder(f"{Tile(level, index).path}.p")

    def _take_bundle(self, index: int, start: int) -> None:
        """Take one bundle: objects first, so that no entry is ever without its bytes."""
        entries = self.reader.bundle(index)
        first = index * TILE_WIDTH
        for place, entry in enumerate(entries):
            data = self._take_object(entry)
            if first + place >= start and self.check is not None:
                self._judge(first + place, data)
        width = width_at(self.head.size, 0, index)
        files = {
            Tile(None, index, width).path: bundle_to_bytes(entries),
            Tile(0, index, width).path: self.reader.tile(0, index),
        }
        self.directory.write_new(files)

    def _take_object(self, entry: bytes) -> bytes:
        """Return the bytes that were entered, kept in `object/` where the entry is a reference."""
        try:
            reference = find_reference(entry)
        except CertoriginError:
            return entry  # like a reference but none: rubbish of the partner's, for `check` to void
        if reference is None:
            return entry
        if self.directory.has(reference.path):
            return self.directory.read(reference.path, limit=MAX_OBJECT)
        data = self.fetch(reference.path, MAX_OBJECT)
        self.last_file = (reference.path, data)
        reference.verify(data)
        self.directory.write_new({reference.path: data})
        return data

    def _judge(self, index: int, data: bytes) -> None:
        """Ask the caller about an act. The log's truth does not depend on the answer."""
        assert self.check is not None  # noqa: S101 - the caller has just looked
        try:
            self.check(index, data)
        except UnknownError:
            return  # not to be judged yet is not void
        except CertoriginError as fault:
            self.void.append(VoidEntry(index, fault.code, fault.facts))

    def _read(self, path: str) -> bytes:
        """Read a full tile of ours, or take the partner's. The reader above checks either."""
        if ".p/" not in path and self.directory.has(path):
            self.last_file = None
            return self.directory.read(path)
        return self._take_file(path)

    def _take_file(self, path: str) -> bytes:
        data = self.fetch(path, MAX_BUNDLE if "/entries/" in path else MAX_TILE)
        self.last_file = (path, data)
        return data

    def _has(self, tile: Tile) -> bool:
        return self.directory.has(tile.path)
