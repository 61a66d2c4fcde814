"""C2SP tlog-tiles: where tiles and entry bundles lie, how wide they are, what bundles hold."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_SIZE = 1 << 63
MAX_ENTRY = 0xFFFF
MAX_BUNDLE = TILE_WIDTH * (2 + MAX_ENTRY)

_LENGTH = struct.Struct(">H")
LENGTH_SIZE = _LENGTH.size  # what stands before each entry of a bundle
_PATH = re.compile(r"tile/(entries|[1-9]?\d)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


@dataclass(frozen=True)
class Tile:
    """One tile: `level` None means the bundle of entries below the hash tile of level 0."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Write the tile's path, such as `tile/0/x001/234.p/17`."""
        return self.full_path if self.width == TILE_WIDTH else f"{self.full_path}.p/{self.width}"

    @property
    def full_path(self) -> str:
        """Write the path of the tile once it is full."""
        digits = f"{self.index % 1000:03}"
        rest = self.index // 1000
        while rest:
            digits = f"x{rest % 1000:03}/{digits}"
            rest //= 1000
        return f"tile/{'entries' if self.level is None else self.level}/{digits}"

    @property
    def first_entry(self) -> int:
        """Return the index of the first entry that the tile covers."""
        return self.index << (TILE_HEIGHT * ((self.level or 0) + 1))

    @classmethod
    def from_path(cls, path: str) -> Tile:
        """Read a path; the exact inverse of `path`. Raises MalformedError."""
        match = _PATH.fullmatch(path) if len(path) <= 64 else None
        if match is None:
            raise MalformedError("log.path_malformed", place="tile", value=path[:80])
        level, digits, width = match.groups()
        tile = cls(
            None if level == "entries" else int(level),
            int(digits.replace("/", "").replace("x", "")),
            TILE_WIDTH if width is None else int(width),
        )
        # Only one spelling is good: no superfluous groups, no width of 256, no level above 63.
        too_high = tile.level is not None and tile.level > MAX_LEVEL
        too_wide = width is not None and tile.width >= TILE_WIDTH
        if too_high or too_wide or tile.path != path:
            raise MalformedError("log.path_malformed", place="tile", value=path)
        return tile


def width_at(size: int, level: int, index: int) -> int:
    """Return how many hashes tile `index` of `level` holds in a tree of `size`: 0 to 256."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH))


def tiles_at(size: int, level: int | None) -> list[Tile]:
    """Return every tile of `level` in a tree of `size`, the last one perhaps partial."""
    count = size >> (TILE_HEIGHT * (level or 0))
    full, rest = divmod(count, TILE_WIDTH)
    tiles = [Tile(level, index) for index in range(full)]
    return [*tiles, Tile(level, full, rest)] if rest else tiles


def levels_at(size: int) -> int:
    """Return how many levels of tiles a tree of `size` has."""
    return (max(0, size.bit_length() - 1)) // TILE_HEIGHT + 1 if size else 0


def bundle_to_bytes(entries: Sequence[bytes]) -> bytes:
    """Write an entry bundle. Raises LimitError for an entry above 65,535 bytes."""
    try:
        return b"".join([_LENGTH.pack(len(entry)) + entry for entry in entries])
    except struct.error:
        longest = max(map(len, entries))
        raise LimitError("log.entry_too_long", place="bundle", value=str(longest)) from None


def bundle_from_bytes(data: bytes, width: int | None = None) -> list[bytes]:
    """Read an entry bundle; with `width`, of exactly so many entries. Raises MalformedError."""
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if start > len(data) or position > len(data) or len(entries) == TILE_WIDTH:
            raise MalformedError("log.bundle_malformed", place=f"entry {len(entries)}")
        entries.append(data[start:position])
    if width is not None and len(entries) != width:
        raise MalformedError("log.bundle_malformed", place="width", value=str(len(entries)))
    return entries
