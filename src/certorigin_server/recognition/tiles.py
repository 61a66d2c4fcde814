"""Reading a mirror for one certificate after the other: what was checked need not be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from certorigin.errors import ProofError
from certorigin.log.merkle import HASH_SIZE, inclusion_proof, leaf_hash
from certorigin.log.read import TileReader
from certorigin.log.tiles import TILE_WIDTH, Tile, bundle_from_bytes, width_at

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin.log.checkpoint import Checkpoint
    from certorigin.log.directory import Directory


class Stamp(NamedTuple):
    """What changes when a file is written, or another is put in its place."""

    inode: int
    size: int
    changed_ns: int


def stamp_of(place: Path) -> Stamp | None:
    """Return the stamp of a file or folder, or None where there is none."""
    try:
        found = place.stat(follow_symlinks=False)
    except OSError:
        return None
    return Stamp(found.st_ino, found.st_size, max(found.st_mtime_ns, found.st_ctime_ns))


class KeptReader(TileReader):
    """Keeps tiles that were checked, each for as long as its file has the same stamp.

    An entry is read alone: that its neighbours are whole says nothing about it.
    """

    def __init__(self, head: Checkpoint, directory: Directory) -> None:
        super().__init__(head, self._read)
        self._directory = directory
        self._stamps: dict[Tile, tuple[Path, Stamp | None]] = {}
        self._edge_files: list[Tile] = []
        self._last: tuple[Path, Stamp | None] | None = None
        self._looked: set[Tile] = set()
        self._extended: dict[int, bytes] = {}

    def look_again(self) -> None:
        """Look, from here on, whether the files of kept tiles are still the same."""
        self._looked.clear()

    def tile(self, level: int, index: int) -> bytes:
        """Return the hashes of one tile, from memory while its file is the same. Raises as ever."""
        width = width_at(self.head.size, level, index)
        if width == TILE_WIDTH:
            if (level, index) in self._tiles and self._has_changed(Tile(level, index)):
                del self._tiles[level, index]
        elif self._edge is not None and any(map(self._has_changed, self._edge_files)):
            self._edge, self._edge_files = None, []
        return super().tile(level, index)

    def entry(self, index: int) -> bytes:
        """Return one entry. Raises ProofError, MalformedError, UnknownError."""
        number, place = divmod(index, TILE_WIDTH)
        hashes = self.tile(0, number)
        tile, data = self._fetch_widest(Tile(None, number, len(hashes) // HASH_SIZE))
        entry = bundle_from_bytes(data, tile.width)[place]
        if leaf_hash(entry) != hashes[place * HASH_SIZE : (place + 1) * HASH_SIZE]:
            raise ProofError("log.entry_altered", path=tile.path, index=str(index))
        return entry

    def proof_under(self, index: int, head: Checkpoint) -> list[bytes]:
        """Prove that an entry is under an earlier head, or this one, which extends it.

        Raises ProofError where it does not, and as `tile`.
        """
        if self._extended.get(head.size) != head.root:
            self.verify_extends(head)
            self._extended[head.size] = head.root
        return inclusion_proof(index, head.size, self.hashes)

    def _has_changed(self, tile: Tile) -> bool:
        if tile in self._looked:
            return False
        place, stamp = self._stamps[tile]
        if stamp is None or stamp_of(place) != stamp:
            return True
        self._looked.add(tile)
        return False

    def _fetch_tile(self, tile: Tile) -> bytes:
        data = super()._fetch_tile(tile)
        assert self._last is not None  # noqa: S101 - it has just been read
        self._stamps[tile] = self._last
        self._looked.add(tile)
        if tile.width < TILE_WIDTH:
            self._edge_files.append(tile)
        return data

    def _read(self, path: str) -> bytes:
        place = self._directory.root / path
        self._last = (place, stamp_of(place))
        return self._directory.read(path)
