"""Checking a whole log from its files: every entry, tile, object, head and signature."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError, MalformedError, ProofError, SignatureError
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint, SignedHead, read_head
from certorigin.log.edge import TILE_SIZE, root_of_edge
from certorigin.log.entry import MAX_OBJECT, find_reference
from certorigin.log.identity import Identity
from certorigin.log.merkle import HASH_SIZE, leaf_hash, root_of_joined
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.log.stage import StageFile
from certorigin.log.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    bundle_from_bytes,
    levels_at,
    tiles_at,
    width_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin.log.directory import Directory
    from certorigin.log.key import Verifier

MAX_PROBLEMS = 1000

# What lies beside a tree: cosigned heads are checked here, the rest by those who read it.
_BESIDE = (layout.PRIVATE, layout.COSIGNED, layout.EVIDENCE)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a code, the file, and the first entry that it makes doubtful."""

    code: str
    path: str
    index: int | None = None


@dataclass(frozen=True)
class Report:
    """What a check found, in the log's order. `notes` are leftovers of crashes: harmless."""

    size: int | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Say whether the log is whole."""
        return not self.problems

    @property
    def first_bad(self) -> Problem | None:
        """Return the problem of the lowest entry; one without an entry comes last."""
        return self.problems[0] if self.problems else None


def check(directory: Directory, verifiers: Sequence[Verifier]) -> Report:
    """Check the folder of a log at rest against its signed checkpoint. Nothing in it is changed.

    `verifiers` are keys known from elsewhere: the first is the log's own, then its heartbeats, then
    witnesses. Where heartbeats or witnesses are known, a head must be signed by one of them.
    Raises nothing for a bad log: the report says what is wrong.
    """
    log, *others = verifiers
    path = layout.IDENTITY
    try:
        if Identity.from_bytes(directory.read(path)).log != log:
            return Report(None, (Problem("log.keys_differ", path),), ())
        path = layout.CHECKPOINT
        head = _read_head(directory.read(path), log, others).checkpoint
    except CertoriginError as error:
        return Report(None, (Problem(error.code, path),), ())
    state = _Check(directory, head)
    state.check_tree()
    state.check_files()
    state.check_cosigned(log, others)
    in_order = sorted(state.problems, key=lambda bad: (bad.index is None, bad.index or 0))
    return Report(head.size, tuple(in_order[:MAX_PROBLEMS]), tuple(state.notes[:MAX_PROBLEMS]))


@dataclass
class _Check:
    """A check under way."""

    directory: Directory
    head: Checkpoint
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    _reader: TileReader | None = None

    def check_tree(self) -> None:
        """Build the tree again from the entries, and compare every tile on the way up."""
        built, edges = self._check_leaves()
        for level in range(1, levels_at(self.head.size)):
            parents, edge = [], b""
            for tile in tiles_at(self.head.size, level):
                start = tile.index * TILE_SIZE
                hashes = built[start : start + TILE_SIZE]
                stored = self._read_hashes(tile)
                if stored is not None and stored != hashes:
                    self._bad_tile(tile, _differences(stored, hashes)[0])
                if tile.width == TILE_WIDTH:
                    parents.append(root_of_joined(hashes))
                else:
                    edge = hashes
            built = b"".join(parents)
            edges = [[*lower, edge] for lower in edges]
        self._judge_edge(edges)

    def _check_leaves(self) -> tuple[bytes, list[list[bytes]]]:
        """Compare entries with the tiles of level 0; return the hashes of full tiles, and the edge.

        The edge comes twice, as the entries give it and as it is stored: only the root can judge.
        """
        parents, edges = [], [[b""], [b""]]
        for tile in tiles_at(self.head.size, 0):
            built, stored = self._hash_entries(tile), self._read_hashes(tile)
            if tile.width < TILE_WIDTH:
                edges = [[built or stored or b""], [stored or built or b""]]
            else:
                parents.append(self._judge_full(tile, built, stored))
        return b"".join(parents), edges

    def _judge_full(self, tile: Tile, built: bytes | None, stored: bytes | None) -> bytes:
        """Return the hash of a full tile; where entries and tile differ, its parent judges."""
        size = self.head.size
        above = Tile(1, tile.index // TILE_WIDTH, width_at(size, 1, tile.index // TILE_WIDTH))
        start = (tile.index % TILE_WIDTH) * HASH_SIZE
        expected = (self._read_quietly(above) or b"")[start : start + HASH_SIZE]
        if built is None and stored is None:
            return expected or bytes(HASH_SIZE)
        if built is None or stored is None or built == stored:
            return root_of_joined(built or stored or b"")
        return self._judge(tile, built, stored, entries_hold=root_of_joined(built) == expected)

    def _judge_edge(self, edges: Sequence[list[bytes]]) -> None:
        """Compare the root with the checkpoint; it also judges the last entries and their tile."""
        size = self.head.size
        built, stored = edges
        roots = [root_of_edge(built), root_of_edge(stored)]
        if built[:1] != stored[:1]:
            last = Tile(0, size // TILE_WIDTH, size % TILE_WIDTH)
            self._judge(last, built[0], stored[0], entries_hold=roots[0] == self.head.root)
        if self.head.root not in roots:
            self._bad("log.root_differs", layout.CHECKPOINT)

    def _judge(self, tile: Tile, built: bytes, stored: bytes, *, entries_hold: bool) -> bytes:
        """Blame the tile, or each entry that differs; return the hash that holds."""
        places = _differences(stored, built)
        if entries_hold:
            self._bad_tile(tile, places[0])
            return root_of_joined(built)
        bundle = Tile(None, tile.index, tile.width)
        for place in places:
            self._bad("log.entry_altered", bundle.path, tile.first_entry + place)
        return root_of_joined(stored)

    def _hash_entries(self, tile: Tile) -> bytes | None:
        bundle = Tile(None, tile.index, tile.width)
        data = self._read(bundle.path, bundle.first_entry)
        if data is None:
            return None
        try:
            entries = bundle_from_bytes(data, tile.width)
        except MalformedError as error:
            first = self._first_misfit(bundle, data)
            self._bad(error.code, bundle.path, bundle.first_entry + first)
            return None
        for place, entry in enumerate(entries):
            self._check_object(entry, bundle.first_entry + place, bundle.path)
        return b"".join([leaf_hash(entry) for entry in entries])

    def _first_misfit(self, bundle: Tile, data: bytes) -> int:
        """Return the first entry of a bundle that can't be read, or is not what the tile says."""
        stored = self._read_quietly(Tile(0, bundle.index, bundle.width)) or b""
        hashes = [stored[at : at + HASH_SIZE] for at in range(0, len(stored), HASH_SIZE)]
        return _first_misfit(data, hashes, bundle.width)

    def _check_object(self, entry: bytes, index: int, path: str) -> None:
        try:
            reference = find_reference(entry)
            if reference is None:
                return
            path = reference.path
            self.known.add(path)
            reference.verify(self.directory.read(path, limit=MAX_OBJECT))
        except CertoriginError as error:
            self._bad(error.code, path, index)

    def check_files(self) -> None:
        """Look at every file that the tree did not lead to."""
        expected = {*self.known, layout.CHECKPOINT, layout.IDENTITY}
        for path in self.directory.files():
            if path in {layout.STAGE, layout.OLD_STAGE} and StageFile(self.directory).waits():
                self.notes.append(Problem("log.stage_waiting", path))
            elif path.startswith(layout.OBJECTS) and path not in expected:
                self.notes.append(Problem("log.object_unused", path))
            elif path not in expected and not path.startswith(_BESIDE):
                self._check_partial(path)

    def check_cosigned(self, log: Verifier, others: Sequence[Verifier]) -> None:
        """Check the heads with the reader's cosignature; each makes its own entries doubtful."""
        prefix = layout.COSIGNED
        names = [path for path in self.directory.files() if path.startswith(prefix)]
        numbers = sorted(int(name) for path in names if (name := path[len(prefix) :]).isdecimal())
        covered = 0
        for expected, number in enumerate(numbers):
            if number != expected:
                self._bad("log.file_missing", f"{prefix}{expected}", covered)
                return
            path = f"{prefix}{number}"
            try:
                covered = self._check_one_cosigned(path, covered, log, others)
            except CertoriginError as error:
                self._bad(error.code, path, covered)

    def _check_one_cosigned(
        self, path: str, covered: int, log: Verifier, others: Sequence[Verifier]
    ) -> int:
        """Return up to where a cosigned head covers. Raises what is wrong with it."""
        signed = _read_head(self.directory.read(path, limit=MAX_NOTE), log, others)
        witnesses = [one for one in others if one.name != _heartbeat(log)]
        if not _is_signed_by(signed, witnesses):
            raise SignatureError("log.cosignature_missing", origin=log.name)
        found = signed.checkpoint
        if found.size <= covered:
            raise ProofError("log.cosigned_out_of_order", size=str(found.size))
        # A mirror that was put back knows again what it cosigned, before it has the entries.
        if found.size <= self.head.size and not self._has_root(found):
            raise ProofError("log.cosigned_differs", size=str(found.size))
        return found.size

    def _has_root(self, earlier: Checkpoint) -> bool:
        """Say whether the tree began with an earlier one; where tiles are bad, they are told."""
        if self._reader is None:
            self._reader = TileReader(self.head, self.directory.read)
        try:
            return self._reader.root_at(earlier.size) == earlier.root
        except CertoriginError:
            return True

    def _check_partial(self, path: str) -> None:
        """Check a partial tile of an earlier head: today's tile begins with it, or it is stray."""
        try:
            tile = Tile.from_path(path)
        except MalformedError:
            self._bad("log.stray_file", path)
            return
        width = width_at(self.head.size, tile.level or 0, tile.index)
        if tile.width >= width:
            self._bad("log.stray_file", path)
            return
        data = self._read(path, tile.first_entry)
        today = self._read_quietly(Tile(tile.level, tile.index, width))
        if data is None or today is None:
            return
        # An entry that was found altered above differs from its old copies, and the copies hold.
        known = {problem.index for problem in self.problems if problem.code == "log.entry_altered"}
        for place in _differing_places(data, today, tile):
            index = tile.first_entry + (place << (TILE_HEIGHT * (tile.level or 0)))
            if index not in known:
                self._bad("log.tile_altered", path, index)
                return

    def _read_hashes(self, tile: Tile) -> bytes | None:
        data = self._read(tile.path, tile.first_entry)
        if data is not None and len(data) != tile.width * HASH_SIZE:
            self._bad("log.tile_altered", tile.path, tile.first_entry)
            return None
        return data

    def _read(self, path: str, index: int) -> bytes | None:
        self.known.add(path)
        try:
            return self.directory.read(path)
        except CertoriginError as error:
            self._bad(error.code, path, index)
            return None

    def _read_quietly(self, tile: Tile) -> bytes | None:
        """Read a file that another step reports if it is bad."""
        try:
            return self.directory.read(tile.path)
        except CertoriginError:
            return None

    def _bad_tile(self, tile: Tile, place: int) -> None:
        first = tile.first_entry + (place << (TILE_HEIGHT * (tile.level or 0)))
        self._bad("log.tile_altered", tile.path, first)

    def _bad(self, code: str, path: str, index: int | None = None) -> None:
        self.problems.append(Problem(code, path, index))


def _read_head(data: bytes, log: Verifier, others: Sequence[Verifier]) -> SignedHead:
    """Read a head with its heartbeat, where that is known. Raises as `read_head`."""
    signed = read_head(data, log, others)
    if not _is_signed_by(signed, [one for one in others if one.name == _heartbeat(log)]):
        raise SignatureError("log.heartbeat_missing", origin=log.name)
    return signed


def _heartbeat(log: Verifier) -> str:
    return f"{log.name}/heartbeat"


def _is_signed_by(signed: SignedHead, known: Sequence[Verifier]) -> bool:
    """Say whether one of some keys signed; none of them known asks for nothing."""
    return not known or any(item.verifier in known for item in signed.signatures)


def _differences(left: bytes, right: bytes) -> list[int]:
    """Return the places at which two tiles of equal width hold different hashes."""
    starts = range(0, len(left), HASH_SIZE)
    return [
        start // HASH_SIZE
        for start in starts
        if left[start : start + HASH_SIZE] != right[start : start + HASH_SIZE]
    ]


def _first_misfit(data: bytes, hashes: Sequence[bytes], width: int) -> int:
    """Return the first entry of a bundle that can't be read, or has another hash than it should."""
    position = 0
    for place in range(width):
        start = position + 2
        position = start + int.from_bytes(data[position:start], "big")
        if position > len(data) or start > len(data):
            return place
        if place < len(hashes) and leaf_hash(data[start:position]) != hashes[place]:
            return place
    return width - 1  # something stands behind the last one


def _differing_places(data: bytes, today: bytes, tile: Tile) -> list[int]:
    """Return where an earlier partial tile differs from today's; the start when it is misshaped."""
    if tile.level is not None:
        begin = today[: tile.width * HASH_SIZE]
        return _differences(data, begin) if len(data) == len(begin) else [0]
    try:
        entries = bundle_from_bytes(today)
    except MalformedError:
        return []  # today's bundle was blamed above; it says nothing about this one
    try:
        earlier = bundle_from_bytes(data, tile.width)
    except MalformedError:
        return [_first_misfit(data, [leaf_hash(entry) for entry in entries], tile.width)]
    pairs = zip(earlier, entries, strict=False)
    return [place for place, (left, right) in enumerate(pairs) if left != right]
