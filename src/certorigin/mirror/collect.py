"""The publisher's side: take back the heads that the partner cosigned, and keep them.

What comes back is believed when the partner's witness signed it and it is a head of our own log; it
is kept byte for byte as `cosigned/<n>`. A cosigned head that our log never had is a fork: of our
keys, or of us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin.errors import ConflictError, ForkError, UnknownError
from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.mirror.cosigned import CosignedHead, CosignedHeads, read_in_sequence
from certorigin.mirror.folder import find_head
from certorigin.mirror.take import Fetch

if TYPE_CHECKING:
    from certorigin.mirror.partner import Partner

MOST = 1000


def collect(directory: Directory, partner: Partner, fetch: Fetch) -> list[CosignedHead]:
    """Take every cosigned head that is new (at most 1,000 a turn), in order, and return them.

    `fetch("cosigned/<n>", limit)` asks the partner. `partner` is our own log as its readers see it.
    The log's writer may work on meanwhile. A turn that breaks off can be taken again. Raises
    ForkError (`collect.not_our_head`) with both heads, ConflictError (`collect.out_of_order`), and
    as `read_in_sequence` and `fetch`.
    """
    directory = Directory(directory.root, temporary=layout.COLLECTING)
    heads = CosignedHeads(directory, partner)
    last = heads.last()
    taken: list[CosignedHead] = []
    for number in range(heads.count, heads.count + MOST):
        try:
            data = fetch(f"{layout.COSIGNED}{number}", MAX_NOTE)
        except UnknownError as fault:
            if fault.code == "line.absent":
                break
            raise
        found = read_in_sequence(data, number, partner)
        _verify_ours(directory, partner, found)
        if last is not None and (found.size <= last.size or found.at < last.at):
            raise ConflictError("collect.out_of_order", number=str(number))
        directory.write_new({f"{layout.COSIGNED}{number}": data})
        crash_point("mirror.cosigned_collected")
        # A crash here leaves one head more than we have told anybody: the next turn goes on behind
        # it.
        taken.append(found)
        last = found
    return taken


def _verify_ours(directory: Directory, partner: Partner, found: CosignedHead) -> None:
    """Verify that our log, as published, begins with the head that was cosigned."""
    head = find_head(directory, partner)
    if head is None:
        raise UnknownError("log.head_missing", origin=partner.origin)
    if found.size > head.checkpoint.size:
        _fork(partner, head.data, found)
    reader = TileReader(head.checkpoint, directory.read)
    if reader.root_at(found.size) != found.head.checkpoint.root:
        _fork(partner, head.data, found)


def _fork(partner: Partner, ours: bytes, found: CosignedHead) -> None:
    raise ForkError(
        "collect.not_our_head",
        ours=ours,
        theirs=found.head.data,
        origin=partner.origin,
        number=str(found.number),
    )
