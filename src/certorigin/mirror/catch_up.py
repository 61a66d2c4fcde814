"""The publisher's side after a restore: what of our own log the partner holds, and we lost.

A log that was restored from an old copy must not grow: the partner has seen what followed, and
would see a fork. So its newest head of ours is asked for, and whatever lies between is taken back:
from our own folder, from the partner's mirror, or, where only the folder was lost, from our
register. Every byte leads to a head that our own key signed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import (
    CertoriginError,
    ConflictError,
    ForkError,
    ProofError,
    UnknownError,
)
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.entry import entry_of
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.log.tiles import MAX_BUNDLE
from certorigin.mirror.cosigned import CosignedHeads, read_in_sequence
from certorigin.mirror.folder import find_head
from certorigin.mirror.take import Taking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from certorigin.log.checkpoint import SignedHead
    from certorigin.log.directory import Directory
    from certorigin.mirror.partner import Partner
    from certorigin.mirror.take import Fetch

    Logged = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True)
class Copies:
    """The newest head of one log of ours in each place; None where there is none.

    `stored` is the head store's, the truth as long as nothing was restored.
    """

    stored: SignedHead | None
    published: SignedHead | None
    theirs: SignedHead | None

    @property
    def is_behind(self) -> bool:
        """Say whether another place holds more than the store, or the partner than our folder."""
        own, folder, other = map(_size, (self.stored, self.published, self.theirs))
        return max(folder, other) > own or other > folder

    @property
    def known(self) -> tuple[SignedHead, ...]:
        """Every head that there is, the longest log first."""
        found = (one for one in (self.stored, self.published, self.theirs) if one is not None)
        return tuple(sorted(found, key=_size, reverse=True))


def find_copies(
    directory: Directory, partner: Partner, stored: bytes | None, fetch: Fetch | None
) -> Copies:
    """Read the newest head of a log of ours in each place. `partner` is our log to its readers.

    Without `fetch`, and where the partner has no copy (`line.absent`), `theirs` is None. Raises
    UnknownError when no answer came, MalformedError, SignatureError for a head that is not ours.
    """
    return Copies(
        stored=partner.read_head(stored) if stored else None,
        published=_find_published(directory, partner),
        theirs=_ask(partner, fetch) if fetch is not None else None,
    )


def check_one_history(
    directory: Directory, partner: Partner, copies: Copies, fetch: Fetch | None
) -> None:
    """Check that every head of a log lies on the way to the longest one that has tiles.

    Raises ForkError (`log.forked_from_copy`) with both heads, ProofError for a file that was
    altered, UnknownError for one that is missing.
    """
    with_tiles = [one for one in (copies.published, copies.theirs) if one is not None]
    if not with_tiles:
        return
    longest = max(with_tiles, key=_size)
    reader = TileReader(longest.checkpoint, _Source(directory, fetch).read)
    for known in copies.known:
        if _size(known) <= _size(longest):
            root = reader.root_at(_size(known))
            if root != known.checkpoint.root:
                facts = {"old": str(_size(known)), "new": str(_size(longest))}
                raise ForkError(
                    "log.forked_from_copy",
                    ours=known.data,
                    theirs=longest.data,
                    origin=partner.origin,
                    **facts,
                )


def take_back(
    directory: Directory, partner: Partner, copies: Copies, fetch: Fetch, logged: Logged
) -> SignedHead:
    """Bring the folder to the longest of the heads; return that head. The caller holds the lock.

    `logged(start, end)` gives entries that the head store covers and no folder holds, from the
    register. The checkpoint is left alone: `Log.recover` publishes it, once the store has the head.
    Raises UnknownError (`log.head_missing`) where there is no head at all, and as
    `check_one_history`; whatever was taken before stays, and is not taken again.
    """
    if not copies.known:
        raise UnknownError("log.head_missing", origin=partner.origin)
    check_one_history(directory, partner, copies, fetch)
    source = _Source(directory, fetch)
    if not directory.has(layout.IDENTITY):
        directory.write_new({layout.IDENTITY: fetch(layout.IDENTITY, MAX_BUNDLE)})
    start = _size(copies.published)
    theirs = copies.theirs
    if theirs is not None and _size(theirs) > start:
        taking = Taking(directory, theirs.checkpoint, source.fetch)
        taking.run(start)
        taking.drop_partials(start)  # a crash leaves verified entries: the next try finds them
    stored = copies.stored
    base = theirs if theirs is not None and _size(theirs) > start else copies.published
    if stored is not None and _size(stored) > _size(base):
        _write_again(directory, base, stored, logged)
        return stored
    return copies.known[0]


def take_back_cosigned(directory: Directory, partner: Partner, fetch: Fetch) -> int:
    """Take back, from the publisher, the heads of its log that we cosigned; say how many came.

    They are the legal times that the publisher counts by. Only after this may a restored mirror
    cosign again. `fetch("cosigned/<n>", limit)` asks the publisher. Raises as `read_in_sequence`,
    ConflictError (`collect.out_of_order`), and as `fetch`.
    """
    heads = CosignedHeads(directory, partner)
    last, first = heads.last(), heads.count
    number = first
    while (data := _find(fetch, f"{layout.COSIGNED}{number}")) is not None:
        found = read_in_sequence(data, number, partner)
        if last is not None and (found.size <= last.size or found.at < last.at):
            raise ConflictError("collect.out_of_order", number=str(number))
        directory.write_new({f"{layout.COSIGNED}{number}": data})
        last, number = found, number + 1
    return number - first


class _Source:
    """Files of a log from our own folder, and where it has none, from the partner's copy."""

    def __init__(self, directory: Directory, fetch: Fetch | None) -> None:
        self._directory = directory
        self._fetch = fetch

    def fetch(self, path: str, limit: int) -> bytes:
        if self._fetch is None or self._directory.has(path):
            return self._directory.read(path, limit=limit)
        return self._fetch(path, limit)

    def read(self, path: str) -> bytes:
        return self.fetch(path, MAX_BUNDLE)


def _write_again(
    directory: Directory, base: SignedHead | None, stored: SignedHead, logged: Logged
) -> None:
    """Write the files of entries that only the register still holds, if they lead to the head."""
    if base is None:
        raise UnknownError("log.head_missing", origin=stored.checkpoint.origin)
    reader = TileReader(base.checkpoint, directory.read)
    raws = logged(_size(base), _size(stored))
    entries = [entry_of(raw) for raw in raws]
    grown, files = reader.edge().grow(entries)
    if (grown.size, grown.root) != (_size(stored), stored.checkpoint.root):
        raise ProofError("log.root_differs", size=str(_size(stored)))
    for raw, entry in zip(raws, entries, strict=True):
        if raw is not entry:
            directory.write_new({f"{layout.OBJECTS}{sha256(raw).hexdigest()}": raw})
    directory.write_new(files)


def _find_published(directory: Directory, partner: Partner) -> SignedHead | None:
    """Return the checkpoint in the folder; None when it is missing or damaged."""
    try:
        return find_head(directory, partner)
    except CertoriginError:
        return None


def _ask(partner: Partner, fetch: Fetch) -> SignedHead | None:
    data = _find(fetch, layout.CHECKPOINT)
    return partner.read_head(data) if data is not None else None


def _find(fetch: Fetch, path: str) -> bytes | None:
    """Return a file of the partner's, or None where it says that it has none."""
    try:
        return fetch(path, MAX_NOTE)
    except UnknownError as fault:
        if fault.code == "line.absent":
            return None
        raise


def _size(head: SignedHead | None) -> int:
    return head.checkpoint.size if head is not None else 0
