"""The right edge of a log: its partial tiles, all that is needed to grow and to find the root."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from certorigin.late import dataclass
from certorigin.log.merkle import EMPTY_ROOT, HASH_SIZE, fold_right, leaf_hash, root_of_joined
from certorigin.log.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, bundle_to_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE_SIZE = TILE_WIDTH * HASH_SIZE


def root_of_edge(levels: Sequence[bytes]) -> bytes:
    """Return the root of a tree from its partial tiles, lowest level first."""
    peaks = []
    for tile in reversed(levels):
        start = 0
        for bit in reversed(range(TILE_HEIGHT)):
            width = (1 << bit) * HASH_SIZE
            if len(tile) & width:  # the binary digits of the width are the complete subtrees
                peaks.append(root_of_joined(tile[start : start + width]))
                start += width
    return fold_right(peaks) if peaks else EMPTY_ROOT


@dataclass(frozen=True)
class Edge:
    """A tree of `size` leaves as it is needed to grow: partial hash tiles and the last bundle."""

    size: int = 0
    levels: tuple[bytes, ...] = ()
    bundle: bytes = b""

    @cached_property
    def root(self) -> bytes:
        """Return the root of the tree."""
        return root_of_edge(self.levels)

    def grow(self, entries: Sequence[bytes]) -> tuple[Edge, dict[str, bytes]]:
        """Return the edge after `entries`, and every file that is new: path and content.

        Raises LimitError for an entry above 65,535 bytes.
        """
        bundle, files = self._grow_bundles(entries)
        levels = list(self.levels)
        hashes = b"".join([leaf_hash(entry) for entry in entries])
        level = 0
        while hashes:
            if level == len(levels):
                levels.append(b"")
            hashes, levels[level] = self._grow_level(level, levels[level] + hashes, files)
            level += 1
        return Edge(self.size + len(entries), tuple(levels), bundle), files

    def _grow_bundles(self, entries: Sequence[bytes]) -> tuple[bytes, dict[str, bytes]]:
        files: dict[str, bytes] = {}
        bundle = self.bundle
        index, width = divmod(self.size, TILE_WIDTH)
        start = 0
        while start < len(entries):
            batch = entries[start : start + TILE_WIDTH - width]
            bundle += bundle_to_bytes(batch)
            width += len(batch)
            start += len(batch)
            files[Tile(None, index, width).path] = bundle
            if width == TILE_WIDTH:
                bundle, index, width = b"", index + 1, 0
        return bundle, files

    def _grow_level(
        self, level: int, hashes: bytes, files: dict[str, bytes]
    ) -> tuple[bytes, bytes]:
        """Cut hashes into tiles; return the parents of full tiles, and what stays partial."""
        index = self.size >> (TILE_HEIGHT * (level + 1))
        parents = []
        full = len(hashes) - len(hashes) % TILE_SIZE
        for start in range(0, full, TILE_SIZE):
            tile = hashes[start : start + TILE_SIZE]
            files[Tile(level, index).path] = tile
            parents.append(root_of_joined(tile))
            index += 1
        rest = hashes[full:]
        if rest:
            files[Tile(level, index, len(rest) // HASH_SIZE).path] = rest
        return b"".join(parents), rest
