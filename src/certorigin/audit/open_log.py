"""One log of an archive, opened as of one head to be audited: its files, keys and checker."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from certorigin.errors import CertoriginError, ProofError, UnknownError, VerificationError
from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.log.entry import MAX_OBJECT, data_of
from certorigin.log.identity import Identity
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.log.tiles import TILE_WIDTH, Tile, bundle_from_bytes
from certorigin.mirror.acts import Checker
from certorigin.mirror.cosigned import CosignedHeads, read_cosigned
from certorigin.mirror.partner import Partner

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from certorigin.log.checkpoint import SignedHead
    from certorigin.seal.trust.trust import Trust


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, or (`undecided`) that our trust lists or suites can't tell."""

    folder: str
    code: str
    path: str
    index: int | None = None
    undecided: bool = False


@dataclass(frozen=True)
class Opened:
    """A log whose keys are those of the trust lists and whose head they have signed."""

    folder: str
    directory: Directory
    identity: Identity
    partner: Partner
    head: SignedHead
    reader: TileReader
    checker: Checker

    @classmethod
    def of(cls, folder: Path, trust: Trust, *, head: bytes | None = None) -> Opened:
        """Open a folder as of its checkpoint, or of a head from an earlier look at it.

        Raises CertoriginError when it is no log, or not one of a publisher whom we know.
        """
        directory = Directory(folder)
        identity = Identity.from_bytes(directory.read(layout.IDENTITY))
        partner = Partner.from_trust(trust, identity.origin)
        partner.check_identity(identity)
        data = directory.read(layout.CHECKPOINT, limit=MAX_NOTE) if head is None else head
        signed = partner.read_head(data)
        reader = TileReader(signed.checkpoint, directory.read)
        corridor = str(partner.corridor)
        checker = Checker(trust, publisher=partner.publisher, corridor=corridor)
        return cls(str(folder), directory, identity, partner, signed, reader, checker)

    @property
    def cosigned(self) -> CosignedHeads:
        """The countersigned heads, looked at anew, so that no more are kept than are asked for."""
        return CosignedHeads(self.directory, self.partner, self._sizes)

    @cached_property
    def _sizes(self) -> dict[int, int]:
        """How far each countersigned head reaches that lay on the way to another one."""
        return {}

    @cached_property
    def _heartbeat(self) -> datetime:
        return self.partner.heartbeat_of(self.head)

    def wrong(
        self, code: str, path: str, index: int | None = None, *, undecided: bool = False
    ) -> Wrong:
        """Name something in this log."""
        return Wrong(self.folder, code, path, index, undecided)

    def read_bundle(self, tile: Tile) -> list[bytes]:
        """Read the entries of a tile. Raises UnknownError, MalformedError."""
        try:
            return bundle_from_bytes(self.directory.read(tile.path), tile.width)
        except UnknownError:
            if tile.width == TILE_WIDTH:
                raise
        full = Tile(None, tile.index)  # the log has grown since: the full tile begins alike
        return bundle_from_bytes(self.directory.read(full.path))[: tile.width]

    def read_acts(self, tile: Tile, entries: list[bytes], wrong: list[Wrong]) -> list[bytes | None]:
        """Read what was entered: the entries, or the objects that they name; None where wrong."""
        found: list[bytes | None] = []
        for place, entry in enumerate(entries):
            try:
                found.append(data_of(entry, self._read_object))
            except CertoriginError as fault:
                path = fault.facts.get("path", tile.path)
                wrong.append(self.wrong(fault.code, path, tile.first_entry + place))
                found.append(None)
        return found

    def legal_times(self, first: int, count: int, wrong: list[Wrong]) -> list[datetime]:
        """Return when each of `count` entries was countersigned first; else the heartbeat."""
        times: list[datetime] = []
        heads = self.cosigned
        while len(times) < count:
            try:
                head = heads.find_covering(first + len(times))
            except CertoriginError as fault:
                wrong.append(self.wrong(fault.code, layout.COSIGNED, first + len(times)))
                head = None
            covered = count if head is None else min(head.size - first, count)
            at = self._heartbeat if head is None else head.at
            times += [at] * (covered - len(times))
        return times

    def read_cosigned_bytes(self, number: int) -> bytes:
        """Return one countersigned head as it lies here. Raises UnknownError, LimitError."""
        return self.directory.read(f"{layout.COSIGNED}{number}", limit=MAX_NOTE)

    def check_cosigned(self, number: int) -> None:
        """Check a countersigned head: its keys, its place in the sequence, its root in this log.

        Raises MalformedError, SignatureError, UntrustedKeyError, VerificationError, ProofError.
        """
        found = read_cosigned(self.read_cosigned_bytes(number), number, self.partner)
        self.partner.check_entitled(found.head)
        if number:
            data = self.read_cosigned_bytes(number - 1)
            before = read_cosigned(data, number - 1, self.partner)
            if before.size >= found.size or before.at > found.at:
                raise VerificationError("audit.heads_out_of_order", number=str(number))
        checkpoint = found.head.checkpoint
        if self.reader.root_at(checkpoint.size) != checkpoint.root:
            sizes = {"old": str(checkpoint.size), "new": str(self.head.checkpoint.size)}
            raise ProofError("log.inconsistent", **sizes)

    def _read_object(self, path: str) -> bytes:
        return self.directory.read(path, limit=MAX_OBJECT)
