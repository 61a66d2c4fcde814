"""Following a partner's log: it moves forward, or it stops with evidence (architecture.md 7.4).

One turn, in numbered steps (docs/spec/mirror.md):

1. A halted mirror takes nothing.
2. The head is fetched, its signatures and times verified.
3. It is newer than the one that we believed.
4. It extends every head that we have believed.
5. Every new entry, object and tile leads to it, and is written durably.
6. The head is written.
7. Only then it is cosigned, and the cosigned head kept.

Bytes that do not lead to the head are asked for once more before the mirror halts: a broken wire is
not a fork. What cannot be read or reached at all stops this turn only.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Self

from certorigin.crash import crash_point
from certorigin.durable import make_folder
from certorigin.errors import (
    ConflictError,
    ForkError,
    ProofError,
    StandingError,
    UnknownError,
    VerificationError,
)
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.cosignature import cosign
from certorigin.log.directory import lock
from certorigin.log.identity import Identity
from certorigin.log.note import MAX_NOTE, Note
from certorigin.log.tiles import MAX_BUNDLE
from certorigin.mirror.cosigned import CosignedHead, CosignedHeads, read_in_sequence
from certorigin.mirror.evidence import Consistency
from certorigin.mirror.folder import COSIGNING, PENDING, find_head, find_pending
from certorigin.mirror.halt import Halt, find_halt, halt, lift
from certorigin.mirror.take import Check, Fetch, Progress, Taking, VoidEntry
from certorigin.vocabulary.moment import SKEW, moment_to_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from certorigin.log.checkpoint import SignedHead
    from certorigin.log.directory import Directory
    from certorigin.log.key import Signer
    from certorigin.mirror.partner import Partner


@dataclass(frozen=True)
class Followed:
    """What one turn brought: the entries [start, size), the head, and the cosigned head."""

    start: int
    size: int
    head: SignedHead
    heartbeat: datetime
    cosigned: CosignedHead | None
    void: tuple[VoidEntry, ...]


class Mirror:
    """A mirror of one log, held by one follower at a time; there is no way back in it."""

    def __init__(self, directory: Directory, partner: Partner, held: int) -> None:
        self._directory = directory
        self._held: int | None = held
        self.partner = partner

    @classmethod
    def create(cls, directory: Directory, partner: Partner, fetch: Fetch) -> Mirror:
        """Begin to mirror a log, once its `log.json` fits the trust list.

        Doing it again opens the mirror that is there. Raises SignatureError when the log names
        other keys, ConflictError when it names other ones than before, and as `fetch` and `open`.
        """
        data = fetch(layout.IDENTITY, MAX_BUNDLE)
        partner.check_identity(Identity.from_bytes(data))
        make_folder(directory.root)
        directory.write_new({layout.IDENTITY: data})
        crash_point("mirror.identity_written")
        # A crash here leaves an empty mirror that knows whose it is: creating it again goes on.
        return cls.open(directory, partner)

    @classmethod
    def open(cls, directory: Directory, partner: Partner) -> Mirror:
        """Open a mirror to follow on.

        Raises UnknownError when there is none, ConflictError `log.in_use` when somebody else
        follows, SignatureError when it is the mirror of another log.
        """
        partner.check_identity(Identity.from_bytes(directory.read(layout.IDENTITY)))
        return cls(directory, partner, lock(directory.root / layout.LOCK, wait=False))

    def close(self) -> None:
        """Let another follower in. Closing twice is harmless."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def head(self) -> SignedHead | None:
        """Return the newest head that was taken to its last entry, or None."""
        return find_head(self._directory, self.partner)

    def cosigned(self) -> CosignedHeads:
        """Return the cosigned heads as of now."""
        return CosignedHeads(self._directory, self.partner)

    def halted(self) -> Halt | None:
        """Return why the mirror stands still, or None."""
        return find_halt(self._directory)

    def lift(self, *, by: str, remark: str, at: datetime) -> Halt:
        """Let a halted mirror go on from its head. Raises StandingError when it is not halted."""
        return lift(self._directory, by=by, remark=remark, at=at)

    def follow(
        self,
        fetch: Fetch,
        *,
        at: datetime,
        cosigner: Signer | None,
        check: Check | None = None,
        progress: Progress | None = None,
    ) -> Followed:
        """Take one turn. A turn that breaks off anywhere can be taken again.

        `check(index, bytes)` sees each new act; what it raises makes the entry void and stops
        nothing. Without a cosigner (a post's copy) heads are taken and not cosigned. Raises
        StandingError `mirror.halted`; ForkError, or ProofError `mirror.altered`, after which the
        mirror is halted; UnknownError, MalformedError, LimitError, SignatureError,
        UntrustedKeyError and VerificationError `mirror.head_from_future`, after which it stands
        where it stood.
        """
        reason = self.halted()
        if reason is not None:  # step 1
            raise StandingError(
                "mirror.halted", reason=reason.code, since=moment_to_text(reason.at)
            )
        self._check_cosigner(cosigner)
        new = self._fetch_head(fetch, at)
        held = self.head()
        start = held.checkpoint.size if held else 0
        known = find_pending(self._directory, self.partner) or held
        if known is not None:
            self._check_forward(known, new, at)

        def new_taking() -> Taking:
            return Taking(self._directory, new.checkpoint, fetch, check, progress)

        taking = self._take_or_halt(new_taking, new, start, at)
        if held is None or held.data != new.data:
            self._write_head(new)
        taking.drop_partials(start)
        cosigned = self._cosign(new, cosigner, at) if cosigner else None
        size, heartbeat = new.checkpoint.size, self.partner.heartbeat_of(new)
        return Followed(start, size, new, heartbeat, cosigned, tuple(taking.void))

    def _check_cosigner(self, cosigner: Signer | None) -> None:
        if cosigner is not None and cosigner.verifier not in self.partner.witnesses:
            raise VerificationError("mirror.witness_unknown", name=cosigner.name)

    def _fetch_head(self, fetch: Fetch, at: datetime) -> SignedHead:
        """Step 2: what log and heartbeat have not both signed is no head, and no evidence."""
        head = self.partner.read_head(fetch(layout.CHECKPOINT, MAX_NOTE))
        beat = self.partner.heartbeat_of(head)
        if beat > at + SKEW:
            raise VerificationError("mirror.head_from_future", time=moment_to_text(beat))
        self.partner.check_entitled(head)
        return head

    def _check_forward(self, known: SignedHead, new: SignedHead, at: datetime) -> None:
        """Step 3: never smaller, never older, never another root at the same size."""
        ours, theirs = known.checkpoint, new.checkpoint
        times = self.partner.heartbeat_of(known), self.partner.heartbeat_of(new)
        if theirs.size < ours.size:
            self._fork("mirror.rolled_back", known, new, at)
        if times[1] < times[0]:
            self._fork("mirror.time_went_back", known, new, at)
        if theirs.size == ours.size and theirs.root != ours.root:
            self._fork("mirror.forked", known, new, at)

    def _take_or_halt(
        self, new_taking: Callable[[], Taking], new: SignedHead, start: int, at: datetime
    ) -> Taking:
        """Steps 4 and 5, twice if need be: when bytes do not fit again, the mirror halts."""
        for last in (False, True):
            taking = new_taking()
            try:
                self._verify_extends(taking, new, at)
                self._take(taking, new, start)
                return taking
            except ForkError:
                raise
            except ProofError as fault:
                if last:
                    self._halt_altered(fault, taking, new, at)
        raise AssertionError  # pragma: no cover - the second round returns or raises

    def _verify_extends(self, taking: Taking, new: SignedHead, at: datetime) -> None:
        """Step 4: by the partner's own tiles, so that a difference is shown by its signature."""
        pending = find_pending(self._directory, self.partner)
        for known in (self.head(), pending):
            if known is None or known.checkpoint == new.checkpoint:
                continue
            size, reader = known.checkpoint.size, taking.remote_reader
            if reader.root_at(size) != known.checkpoint.root:
                way = Consistency.from_reader(reader, size)
                self._fork("mirror.forked", known, new, at, way)

    def _take(self, taking: Taking, new: SignedHead, start: int) -> None:
        if new.checkpoint.size > start:
            self._directory.replace(PENDING, new.data)
            crash_point("mirror.pending_written")
            # A crash here leaves a head that was believed: the next one must extend it too.
            taking.run(start)
        crash_point("mirror.entries_written")
        # A crash here leaves verified entries above the head: the next turn checks them and goes
        # on.

    def _write_head(self, new: SignedHead) -> None:
        """Step 6: from here on the mirror answers as of this head."""
        self._directory.replace(layout.CHECKPOINT, new.data)
        crash_point("mirror.head_written")
        # A crash here leaves a head without our cosignature: the next turn cosigns, with its own
        # time.
        self._directory.remove(PENDING)

    def _cosign(self, new: SignedHead, cosigner: Signer, at: datetime) -> CosignedHead | None:
        """Step 7: say that we hold all of it. Only a head that grew joins the sequence."""
        heads = self._finish_cosigning()
        last = heads.last()
        if new.checkpoint.size <= (last.size if last else 0):
            return None
        if last is not None and at < last.at:
            raise ConflictError("mirror.clock_went_back", last=moment_to_text(last.at))
        text = new.checkpoint.to_text()
        note = Note.from_bytes(new.data).with_signature(cosign(text, cosigner, at=at)).to_bytes()
        # The partner may fetch it the moment it has its name. Durable aside first, or a power cut
        # could take back a time that the partner already counts by.
        self._directory.replace(COSIGNING, note)
        crash_point("mirror.cosignature_written")
        # A crash here leaves a cosigned head under no name: the next turn gives it its name.
        self._directory.write_new({f"{layout.COSIGNED}{heads.count}": note})
        crash_point("mirror.cosigned")
        # A crash here leaves a cosigned head that nobody was told of: whoever asks finds it.
        self._directory.remove(COSIGNING)
        return read_in_sequence(note, heads.count, self.partner)

    def _finish_cosigning(self) -> CosignedHeads:
        """Give its name to a cosigned head that a crash left without; return the sequence."""
        heads = self.cosigned()
        if not self._directory.has(COSIGNING):
            return heads
        note = self._directory.read(COSIGNING, limit=MAX_NOTE)
        left = read_in_sequence(note, heads.count, self.partner)
        last = heads.last()
        if left.size > (last.size if last else 0):
            self._directory.write_new({f"{layout.COSIGNED}{heads.count}": note})
        # Not fsynced: one that comes back after a power cut is no longer than the sequence.
        self._directory.remove(COSIGNING)
        return self.cosigned()

    def _fork(
        self,
        code: str,
        known: SignedHead,
        new: SignedHead,
        at: datetime,
        way: Consistency | None = None,
    ) -> None:
        """Keep both signed heads, halt, and raise them. Raises ForkError."""
        facts = {
            "origin": self.partner.origin,
            "ours": str(known.checkpoint.size),
            "theirs": str(new.checkpoint.size),
        }
        heads = {"ours": known.data, "theirs": new.data}
        halt(self._directory, code, facts, at=at, consistency=way, **heads)
        raise ForkError(code, ours=known.data, theirs=new.data, origin=self.partner.origin)

    def _halt_altered(
        self, fault: ProofError, taking: Taking, new: SignedHead, at: datetime
    ) -> None:
        """Halt over bytes of the partner's that do not lead to its own signed head.

        A file of our own that went bad is no evidence against anybody: that fault is raised as it
        is.
        """
        path, data = taking.last_file or ("", b"")
        if not path or fault.facts.get("path", path) != path:
            raise UnknownError(
                "mirror.own_file_altered", fault=fault.code, **fault.facts
            ) from fault
        facts = {"origin": self.partner.origin, "fault": fault.code, "path": path}
        facts |= {name: fault.facts[name] for name in ("index",) if name in fault.facts}
        held = self.head()
        ours = held.data if held else b""
        halt(self._directory, "mirror.altered", facts, at=at, ours=ours, theirs=new.data, file=data)
        raise ProofError("mirror.altered", **facts) from fault
