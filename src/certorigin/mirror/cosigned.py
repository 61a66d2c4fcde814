"""The cosigned heads of a log: `cosigned/<n>`, numbered by growing size, written once each.

The mirror makes them, and the publisher takes them back. An entry's legal time is the time of the
cosignature on the first of them that covers it. The same folder, with the same bytes, lies on both
sides.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from certorigin.errors import SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint, SignedHead
from certorigin.log.note import MAX_NOTE, Note

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.log.directory import Directory
    from certorigin.mirror.partner import Partner


@dataclass(frozen=True)
class CosignedHead:
    """A head with the partner's cosignature: its number, and when the partner saw it.

    Without `counts` the witness's key is withdrawn from before the time that it states: the head
    keeps its place in the sequence, and gives no legal time any more.
    """

    number: int
    head: SignedHead
    at: datetime
    counts: bool = True

    @property
    def size(self) -> int:
        """The number of entries that it covers."""
        return self.head.checkpoint.size


def read_cosigned(data: bytes, number: int, partner: Partner) -> CosignedHead:
    """Read one head that counts.

    Raises MalformedError, SignatureError when nobody has cosigned it who was entitled to.
    """
    found = read_in_sequence(data, number, partner)
    if not found.counts:
        raise SignatureError("mirror.cosignature_missing", origin=partner.origin)
    return found


def read_in_sequence(data: bytes, number: int, partner: Partner) -> CosignedHead:
    """Read one head, whether it still counts or not: the sequence goes on behind either.

    Raises MalformedError, SignatureError when no witness has cosigned it at all.
    """
    head = partner.read_head(data)
    times = partner.cosigned_at(head)
    if times:
        return CosignedHead(number, head, times[0])
    stated = [at for witness in partner.witnesses for at in head.times_by(witness)]
    if not stated:
        raise SignatureError("mirror.cosignature_missing", origin=partner.origin)
    return CosignedHead(number, head, min(stated), counts=False)


class CosignedHeads:
    """The sequence in one folder as of now: read when asked, each verified once.

    `sizes` may be what an earlier look at the same folder has learnt of the way.
    """

    def __init__(
        self, directory: Directory, partner: Partner, sizes: dict[int, int] | None = None
    ) -> None:
        self._directory = directory
        self._partner = partner
        self._heads: dict[int, CosignedHead] = {}
        self._sizes = {} if sizes is None else sizes

    @cached_property
    def count(self) -> int:
        """How many there are, without gaps from 0: found by doubling, then halving the step."""
        step = 1
        while self._has(step - 1):
            step *= 2
        count = step // 2
        while step > 1:
            step //= 2
            if self._has(count + step - 1):
                count += step
        return count

    def get(self, number: int) -> CosignedHead:
        """Return one of them, verified. Raises UnknownError, MalformedError, SignatureError."""
        if number not in self._heads:
            self._heads[number] = read_in_sequence(self._read(number), number, self._partner)
        return self._heads[number]

    def last(self) -> CosignedHead | None:
        """Return the newest, counting or not, or None when there is none."""
        return self.get(self.count - 1) if self.count else None

    def find_covering(self, index: int) -> CosignedHead | None:
        """Return the first that counts and covers an entry; None: it has no legal time yet."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self._size(middle) > index:
                high = middle
            else:
                low = middle + 1
        found = (self.get(number) for number in range(low, self.count))
        return next((head for head in found if head.counts), None)

    def newest_by(self, at: datetime) -> CosignedHead | None:
        """Return the newest that counts and was cosigned by a moment, or None."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if self.get(middle).at > at:
                high = middle
            else:
                low = middle + 1
        found = (self.get(number) for number in reversed(range(low)))
        return next((head for head in found if head.counts), None)

    def _size(self, number: int) -> int:
        """Return a size only to find the way; the head that is found is verified by `get`."""
        if number not in self._sizes:
            note = Note.from_bytes(self._read(number))
            self._sizes[number] = Checkpoint.from_text(note.text).size
        return self._sizes[number]

    def _has(self, number: int) -> bool:
        return self._directory.has(f"{layout.COSIGNED}{number}")

    def _read(self, number: int) -> bytes:
        if number < 0:
            raise UnknownError("mirror.not_cosigned", origin=self._partner.origin)
        return self._directory.read(f"{layout.COSIGNED}{number}", limit=MAX_NOTE)
