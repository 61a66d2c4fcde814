"""Reading a log tile by tile; nothing is handed out that does not lead to the head's root."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from certorigin.errors import ProofError, UnknownError
from certorigin.log import merkle
from certorigin.log.edge import Edge, root_of_edge
from certorigin.log.merkle import HASH_SIZE, leaf_hash, root_of_joined
from certorigin.log.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    bundle_from_bytes,
    bundle_to_bytes,
    levels_at,
    width_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from certorigin.log.checkpoint import Checkpoint

CACHED_TILES = 1024


class TileReader:
    """A log as of one head, over `fetch(path)`, which may be a folder, a mirror or a liar.

    `fetch` raises UnknownError for a file that is not there. What it returns is checked: the
    partial tiles of the right edge together give the head's root, every full tile gives its hash in
    the tile above.
    """

    def __init__(self, head: Checkpoint, fetch: Callable[[str], bytes]) -> None:
        self.head = head
        self._fetch = fetch
        self._edge: list[bytes] | None = None
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def tile(self, level: int, index: int) -> bytes:
        """Return the hashes of one tile, cut to the head's size.

        Raises ProofError when it does not lead to the root, UnknownError when it is not there.
        """
        width = width_at(self.head.size, level, index)
        if not width or index < 0:
            raise ProofError("log.tile_outside", level=str(level), index=str(index))
        if width < TILE_WIDTH:
            return self._edge_tiles()[level]
        key = (level, index)
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        parent = self.tile(level + 1, index >> TILE_HEIGHT)
        start = (index % TILE_WIDTH) * HASH_SIZE
        tile = Tile(level, index)
        data = self._fetch_tile(tile)
        if root_of_joined(data) != parent[start : start + HASH_SIZE]:
            raise ProofError("log.tile_altered", path=tile.path)
        self._tiles[key] = data
        if len(self._tiles) > CACHED_TILES:
            self._tiles.popitem(last=False)
        return data

    def bundle(self, index: int) -> list[bytes]:
        """Return the entries of one bundle, cut to the head's size and checked one by one.

        Raises ProofError, MalformedError, UnknownError.
        """
        hashes = self.tile(0, index)
        width = len(hashes) // HASH_SIZE
        tile, data = self._fetch_widest(Tile(None, index, width))
        entries = bundle_from_bytes(data, tile.width)[:width]
        for place, entry in enumerate(entries):
            if leaf_hash(entry) != hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]:
                at = str(index * TILE_WIDTH + place)
                raise ProofError("log.entry_altered", path=tile.path, index=at)
        return entries

    def entry(self, index: int) -> bytes:
        """Return one entry. Raises ProofError, MalformedError, UnknownError."""
        return next(self.entries(index, index + 1))

    def entries(self, start: int, end: int | None = None) -> Iterator[bytes]:
        """Read the entries from `start` up to `end` (the head's size), bundle by bundle.

        Raises ProofError when the range leaves the log, and as `bundle` does.
        """
        end = self.head.size if end is None else end
        if not 0 <= start <= end <= self.head.size:
            raise ProofError("log.index_outside", index=str(start), size=str(self.head.size))
        return self._iterate(start, end)

    def hashes(self, nodes: Sequence[merkle.Node]) -> list[bytes]:
        """Return the hashes of complete subtrees (a `merkle.HashReader`). Raises as `tile` does."""
        return [self._hash(level, index) for level, index in nodes]

    def root_at(self, size: int) -> bytes:
        """Return the root that the log had at an earlier size. Raises as `tile` does."""
        if not 0 <= size <= self.head.size:
            raise ProofError("log.sizes_wrong", old=str(size), new=str(self.head.size))
        return merkle.tree_root(size, self.hashes)

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Prove that the entry `index` is under the head. Raises as `tile` does."""
        return merkle.inclusion_proof(index, self.head.size, self.hashes)

    def consistency_proof(self, old: int) -> list[bytes]:
        """Prove that the head extends the log of size `old`. Raises as `tile` does."""
        return merkle.consistency_proof(old, self.head.size, self.hashes)

    def verify_extends(self, old: Checkpoint) -> None:
        """Verify that the head extends an older one. Raises ProofError, UnknownError."""
        if old.origin != self.head.origin:
            raise ProofError("log.origin_wrong", origin=old.origin, name=self.head.origin)
        if self.root_at(old.size) != old.root:
            raise ProofError("log.inconsistent", old=str(old.size), new=str(self.head.size))

    def edge(self) -> Edge:
        """Return the right edge, checked, ready to grow. Raises as `bundle` does."""
        size = self.head.size
        partial = self.bundle(size // TILE_WIDTH) if size % TILE_WIDTH else []
        return Edge(size, tuple(self._edge_tiles()), bundle_to_bytes(partial))

    def _iterate(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            index, place = divmod(start, TILE_WIDTH)
            batch = self.bundle(index)[place : place + end - start]
            yield from batch
            start += len(batch)

    def _hash(self, level: int, index: int) -> bytes:
        height = level % TILE_HEIGHT
        first = index << height
        tile = self.tile(level // TILE_HEIGHT, first // TILE_WIDTH)
        start = (first % TILE_WIDTH) * HASH_SIZE
        return root_of_joined(tile[start : start + (HASH_SIZE << height)])

    def _edge_tiles(self) -> list[bytes]:
        """Fetch the partial tiles of the right edge once, and check them against the root."""
        if self._edge is None:
            edge = []
            for level in range(levels_at(self.head.size)):
                index, width = divmod(self.head.size >> (TILE_HEIGHT * level), TILE_WIDTH)
                edge.append(self._fetch_tile(Tile(level, index, width)) if width else b"")
            if root_of_edge(edge) != self.head.root:
                raise ProofError("log.root_differs", size=str(self.head.size))
            self._edge = edge
        return self._edge

    def _fetch_tile(self, tile: Tile) -> bytes:
        fetched, data = self._fetch_widest(tile)
        if len(data) != fetched.width * HASH_SIZE:
            raise ProofError("log.tile_altered", path=fetched.path)
        return data[: tile.width * HASH_SIZE]

    def _fetch_widest(self, tile: Tile) -> tuple[Tile, bytes]:
        """Fetch a tile; a partial one that was dropped lives on in the full one (tlog-tiles)."""
        try:
            return tile, self._fetch(tile.path)
        except UnknownError:
            if tile.width == TILE_WIDTH:
                raise
        full = Tile(tile.level, tile.index)
        return full, self._fetch(full.path)
