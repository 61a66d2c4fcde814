"""Logs of many years audited again, tile by tile: each entry, proof, object, seal and issuer.

A tile of 256 entries is one task, and so are 256 countersigned heads. A task names files of one log
and says what is wrong in them. It needs no other task and no order, so that any number of processes
can share them. What it finds is true for the exact bytes that were read, for the trust lists, and
for the legal times: their digest stands in the answer (`audited` keeps it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from certorigin.audit.open_log import Opened, Wrong
from certorigin.errors import CertoriginError, UnknownError
from certorigin.log import layout
from certorigin.log.merkle import HASH_SIZE, leaf_hash, root_of_joined
from certorigin.log.national import is_commitment, is_national
from certorigin.log.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, width_at
from certorigin.mirror.acts import Weight
from certorigin.mirror.partner import verify_successor
from certorigin.seal.trust.folder import read_trust_folder, roots_to_bytes
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from certorigin.seal.trust.trust import Trust

HEADS = 256


@dataclass(frozen=True)
class Planned:
    """One log as it is to be audited: its folder, its head, and the trust lists to judge it by."""

    folder: str
    trust: str
    trust_digest: str
    head: bytes
    origin: str
    size: int
    heads: int


@dataclass(frozen=True)
class Task:
    """One tile, or (`is_heads`) one stretch of countersigned heads; `known` was audited before."""

    log: Planned
    number: int
    is_heads: bool = False
    known: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name the task within its log; the same in every run."""
        if self.is_heads:
            return f"{layout.COSIGNED}{self.number * HEADS}"
        return Tile(None, self.number).path


@dataclass(frozen=True)
class Found:
    """What a task found. `judged` is None when its digest was known: it is as it was recorded."""

    origin: str
    name: str
    count: int
    is_heads: bool
    digest: str
    unproven: tuple[Wrong, ...]
    judged: tuple[Wrong, ...] | None


def trust_digest(trust: Trust) -> str:
    """Return the digest of all that a trust folder says: pinned roots, and every version."""
    digest = sha256(roots_to_bytes(trust.roots))
    for state in trust.states:
        for trust_list in trust.versions(state):
            digest.update(sha256(trust_list.raw).digest())
    return digest.hexdigest()


def plan(folder: Path, trust_folder: Path, trust: Trust) -> Planned:
    """Open a log and verify its head: signatures, and that its keys were entitled.

    Raises CertoriginError when there is nothing to audit it by.
    """
    heads = Opened.of(folder, trust).cosigned.count
    log = Opened.of(folder, trust)  # after the heads were counted: it covers all of them
    log.partner.check_entitled(log.head)
    return Planned(
        folder=str(folder.resolve()),
        trust=str(trust_folder.resolve()),
        trust_digest=trust_digest(trust),
        head=log.head.data,
        origin=log.partner.origin,
        size=log.head.checkpoint.size,
        heads=heads,
    )


def tasks_of(log: Planned) -> Iterator[Task]:
    """Return every task of a log: its heads, then its tiles."""
    for number in range(-(-log.heads // HEADS)):
        yield Task(log, number, is_heads=True)
    for number in range(-(-log.size // TILE_WIDTH)):
        yield Task(log, number)


def check_terms(logs: Sequence[Planned], trust: Trust) -> list[Wrong]:
    """Check that each term begins where the one before it ends, as far as both are here."""
    opened = [(log, Opened.of(Path(log.folder), trust)) for log in logs]
    wrong = []
    for log, begun in opened:
        predecessor = begun.identity.predecessor
        for before, ended in opened:
            if predecessor is None or before.origin != predecessor.origin:
                continue
            try:
                verify_successor(begun.identity, ended.head)
            except CertoriginError as fault:
                wrong.append(Wrong(log.folder, fault.code, layout.IDENTITY))
    return wrong


def audit(task: Task) -> Found:
    """Audit one task. Raises UnknownError `audit.trust_changed`, for then answers would not agree.

    Everything else that is wrong is an answer.
    """
    log = _opened(task.log)
    return _audit_heads(task, log) if task.is_heads else _audit_tile(task, log)


def audit_all(tasks: Sequence[Task]) -> list[Found]:
    """Audit several tasks in one go. Raises as `audit`."""
    return [audit(task) for task in tasks]


@lru_cache(maxsize=4)
def _opened(log: Planned) -> Opened:
    """Open a log once for many tasks of one process."""
    trust = read_trust_folder(Path(log.trust))
    if trust_digest(trust) != log.trust_digest:
        raise UnknownError("audit.trust_changed", path=log.trust)
    return Opened.of(Path(log.folder), trust, head=log.head)


def _audit_tile(task: Task, log: Opened) -> Found:
    width = width_at(task.log.size, 0, task.number)
    tile = Tile(None, task.number, width)
    unproven: list[Wrong] = []
    entries: list[bytes] = []
    try:
        entries = log.read_bundle(tile)
    except CertoriginError as fault:
        unproven.append(log.wrong(fault.code, tile.path, tile.first_entry))
    leaves = [leaf_hash(entry) for entry in entries]
    sound = _proven(log, tile, leaves, unproven) if entries else set()
    acts = log.read_acts(tile, entries, unproven)
    times = log.legal_times(tile.first_entry, len(entries), unproven)
    absent = str([place for place, data in enumerate(acts) if data is None])
    texts = {at: moment_to_text(at) for at in set(times)}  # few: a head covers many entries
    seen = [absent, *(texts[at] for at in times)]
    digest = _digest(task, [*leaves, *(text.encode() for text in seen)])
    judged = None
    if digest not in task.known:
        placed = [(at, data) for at, data in enumerate(acts) if data is not None and at in sound]
        judged = tuple(_judged(log, tile, placed, times))
    origin = log.partner.origin
    return Found(origin, task.name, width, False, digest, tuple(unproven), judged)


def _proven(log: Opened, tile: Tile, leaves: list[bytes], wrong: list[Wrong]) -> set[int]:
    """Return the places whose entries lead to the head, and name those that do not."""
    every = set(range(len(leaves)))
    try:
        stored = log.reader.tile(0, tile.index)
    except CertoriginError as fault:
        # The tile can't be believed. Its parent still says what the entries must come to.
        path = fault.facts.get("path", Tile(0, tile.index, tile.width).path)
        wrong.append(log.wrong(fault.code, path, tile.first_entry))
        if _hash_above(log, tile) == root_of_joined(b"".join(leaves)):
            return every
        wrong.append(log.wrong("audit.entries_unproven", tile.path, tile.first_entry))
        return every
    if stored == b"".join(leaves):
        return every
    altered = {
        place
        for place, leaf in enumerate(leaves)
        if stored[place * HASH_SIZE : (place + 1) * HASH_SIZE] != leaf
    }
    wrong += [
        log.wrong("log.entry_altered", tile.path, tile.first_entry + place)
        for place in sorted(altered)
    ]
    return every - altered


def _hash_above(log: Opened, tile: Tile) -> bytes:
    if tile.width < TILE_WIDTH:
        return b""
    try:
        above = log.reader.tile(1, tile.index >> TILE_HEIGHT)
    except CertoriginError:
        return b""
    start = tile.index % TILE_WIDTH * HASH_SIZE
    return above[start : start + HASH_SIZE]


def _judged(
    log: Opened, tile: Tile, placed: Sequence[tuple[int, bytes]], times: Sequence[datetime]
) -> Iterator[Wrong]:
    """Judge the acts of a tile: their seals, schema and body, their issuers at the legal times.

    What stands in a national log for an act that is kept elsewhere can't be judged by anybody.
    """
    if is_national(log.partner.origin):
        placed = [(place, data) for place, data in placed if not is_commitment(data)]
    quickly = log.checker.judge_all([(data, times[place]) for place, data in placed])
    for (place, data), found in zip(placed, quickly, strict=True):
        if found.weight is not Weight.COUNTS:
            yield from _told(log, tile, place, data, times[place])


def _told(log: Opened, tile: Tile, place: int, data: bytes, at: datetime) -> Iterator[Wrong]:
    """Say of one act what is wrong with it, or what can't be told."""
    index = tile.first_entry + place
    try:
        checked = log.checker.check(data, at=at)
    except UnknownError as fault:
        yield log.wrong(fault.code, tile.path, index, undecided=True)
    except CertoriginError as fault:
        yield log.wrong(fault.code, tile.path, index)
    else:
        if checked.weight is not Weight.COUNTS:
            undecided = checked.weight is Weight.UNDECIDED
            yield log.wrong(checked.code, tile.path, index, undecided=undecided)


def _audit_heads(task: Task, log: Opened) -> Found:
    """Audit heads: each is signed, countersigned, larger and later than the last, of this log."""
    first = task.number * HEADS
    numbers = range(first, min(first + HEADS, task.log.heads))
    notes, wrong = [task.log.head], []
    for number in numbers:
        try:
            notes.append(log.read_cosigned_bytes(number))
            log.check_cosigned(number)
        except CertoriginError as fault:
            path = fault.facts.get("path", f"{layout.COSIGNED}{number}")
            wrong.append(log.wrong(fault.code, path))
    digest = _digest(task, notes)
    origin = log.partner.origin
    judged = None if digest in task.known else tuple(wrong)
    return Found(origin, task.name, len(numbers), True, digest, (), judged)


def _digest(task: Task, parts: Sequence[bytes]) -> str:
    digest = sha256(f"{task.log.trust_digest} {task.log.origin} {task.name}\n".encode())
    for part in parts:
        digest.update(len(part).to_bytes(4, "big"))
        digest.update(part)
    return digest.hexdigest()
