"""One term's log, written by one writer: stage, swap the head, publish, drop the stage.

The order makes every crash harmless. Until the head is swapped nothing has happened; from then on
the entry is logged, and `recover` finishes what is missing by the very function that publishes.
Whoever opens the log next repairs it; nobody has to know where it stopped.
"""

from __future__ import annotations

import os
from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from certorigin.crash import crash_point
from certorigin.errors import (
    ConflictError,
    ForkError,
    MalformedError,
    ProofError,
    SignatureError,
    UnknownError,
)
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint, SignedHead, read_head
from certorigin.log.cosignature import cosign
from certorigin.log.directory import Directory, lock
from certorigin.log.edge import Edge
from certorigin.log.entry import entry_of
from certorigin.log.identity import Identity
from certorigin.log.key import Signer, seconds_of
from certorigin.log.merkle import EMPTY_ROOT
from certorigin.log.note import MAX_NOTE, Note, Verified, sign_text
from certorigin.log.read import TileReader
from certorigin.log.stage import Stage, StageFile
from certorigin.log.tiles import TILE_WIDTH, Tile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from certorigin.log.head import HeadStore


@dataclass(frozen=True)
class Staged:
    """An append that waits for its swap: from exactly `old_head` to exactly `new_head`."""

    old_head: bytes
    new_head: bytes
    first_index: int
    count: int


class Log:
    """The log of one publisher, one corridor and one term, held by one writer at a time.

    A lock keeps other writers out. `open` and `create` are the only doors, so that no log comes
    into being by a mistyped path.
    """

    def __init__(
        self,
        directory: Directory,
        head_store: HeadStore,
        signer: Signer,
        heartbeat: Signer,
        held: int,
    ) -> None:
        self._directory = directory
        self._stage = StageFile(directory)
        self._store = head_store
        self._signer = signer
        self._heartbeat = heartbeat
        self._held: int | None = held
        self._edge = Edge()
        self._head_seen: SignedHead | None = None
        self._signed: SignedHead | None = None  # the head that was signed last, and its signatures
        self._settled: SignedHead | None = None  # the head that was last left published
        self._waiting: Stage | None = None  # what this object staged, and has not dropped

    @classmethod
    def create(
        cls,
        directory: Directory,
        head_store: HeadStore,
        identity: Identity,
        *,
        signer: Signer,
        heartbeat: Signer,
        at: datetime,
    ) -> Log:
        """Create an empty log and sign its first head. Done again after a crash, it finishes.

        Raises ConflictError when a log is there already, SignatureError when keys and identity
        differ.
        """
        _check_keys(identity, signer, heartbeat)
        log = cls(directory, head_store, signer, heartbeat, _hold(directory))
        try:
            log._check_absent()
            directory.write_new({layout.IDENTITY: identity.to_bytes()})
            crash_point("log.identity_written")
            # A crash here leaves a folder that says whose it is, without a head: `open` refuses it,
            # and `create` with the same identity goes on.
            first = log._sign(Checkpoint(identity.origin, 0, EMPTY_ROOT), at)
            head_store.swap(None, first.data)
            crash_point("log.created")
            # A crash here leaves a head that was not published: `recover`, in `open`, publishes it.
            log.recover()
        except BaseException:
            log.close()
            raise
        return log

    @classmethod
    def open(
        cls, directory: Directory, head_store: HeadStore, *, signer: Signer, heartbeat: Signer
    ) -> Log:
        """Open an existing log and recover it.

        Raises UnknownError when there is no log, ConflictError `log.in_use` when somebody else
        writes, SignatureError when the keys are not those of `log.json`, and as `recover` does.
        """
        _check_keys(Identity.from_bytes(directory.read(layout.IDENTITY)), signer, heartbeat)
        log = cls(directory, head_store, signer, heartbeat, _hold(directory))
        try:
            log.recover()
        except BaseException:
            log.close()
            raise
        return log

    def close(self) -> None:
        """Let another writer in. Closing twice is harmless."""
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

    @property
    def origin(self) -> str:
        """Return the log's origin line."""
        return self._signer.name

    def head(self) -> SignedHead:
        """Return the present head, with both of our signatures verified.

        Raises UnknownError when the store has none, MalformedError or SignatureError when it is not
        ours.
        """
        data = self._store.get()
        if data is None:
            raise UnknownError("log.head_missing", origin=self.origin)
        if self._signed is not None and self._signed.data == data:
            self._head_seen = self._signed
        elif self._head_seen is None or self._head_seen.data != data:
            self._head_seen = self._verified(data)
        return self._head_seen

    def reader(self) -> TileReader:
        """Return a reader of the log as of the present head. Raises as `head` does."""
        return TileReader(self.head().checkpoint, self._directory.read)

    def append(self, entries: Sequence[bytes], *, at: datetime) -> int:
        """Enter `entries` and return the index of the first. All of them are in the log, or none.

        Raises as `stage` does, and ConflictError when the head has moved.
        """
        staged = self.stage(entries, at=at)
        self._store.swap(staged.old_head, staged.new_head)
        self.publish(staged)
        return staged.first_index

    def stage(self, entries: Sequence[bytes], *, at: datetime) -> Staged:
        """Sign the head that `entries` lead to, and lay aside, durably, all that it needs.

        Nothing is entered by this: the caller swaps the head, then calls `publish`. Entries above
        65,535 bytes are written as object files. An unused stage is dropped by the next `stage` or
        `recover`.

        Raises MalformedError, LimitError (an entry), ConflictError (a clock that went back),
        ValueError (no entries), ForkError.
        """
        if not entries:
            raise ValueError("nothing to append")
        if self._waiting is not None or self.head() is not self._settled:
            self.recover()  # from here on nobody needs the stage that this one is written over
        old = self.head()
        self._check_clock(old, at)
        grown, files = self._edge_at(old.checkpoint).grow(self._write_objects(entries))
        self._signed = self._sign(Checkpoint(self.origin, grown.size, grown.root), at)
        self._waiting = Stage(self._signed.data, files)
        self._stage.write(self._waiting)
        crash_point("log.staged")
        # A crash here leaves a stage whose head was never swapped in: nobody was told, `recover`
        # drops it. So does a crash before, which leaves it torn.
        self._edge = grown  # used next time if the head gets there, else read again
        return Staged(old.data, self._signed.data, old.checkpoint.size, len(entries))

    def publish(self, staged: Staged) -> None:
        """Publish what was staged, after its head was swapped in. Doing it again is harmless.

        Raises ConflictError when the head is not the staged one, and as `recover` does.
        """
        head = self.head()
        expected = Checkpoint.from_text(Note.from_bytes(staged.new_head).text)
        if head.checkpoint != expected:
            raise ConflictError("log.head_moved", origin=self.origin)
        crash_point("log.head_swapped")
        # A crash here leaves a head whose tiles are in the stage alone: `recover` publishes them.
        if not self._publish_waiting(head):
            self.recover()

    def heartbeat(self, at: datetime) -> bytes:
        """Sign the present head again with a new time, so that readers can tell quiet from frozen.

        Returns the new head. Raises ConflictError when the head or the clock has moved against us.
        """
        self.recover()  # a stage must be published under the head that it was staged for
        old = self.head()
        self._check_clock(old, at)
        new = self._sign(old.checkpoint, at)
        self._store.swap(old.data, new.data)
        crash_point("log.heartbeat_swapped")
        # A crash here leaves the old time published: `recover` publishes the new one.
        self.recover()
        return new.data

    def recover(self) -> None:
        """Make the folder equal to the head: publish or drop the stage, publish the checkpoint.

        Raises ForkError when the published checkpoint is ahead of the head or contradicts it (a
        head store that was restored from an old copy), ConflictError when a published file differs,
        MalformedError for a damaged stage.
        """
        head = self.head()
        published = self._find_published()
        if published is not None:
            _check_forward(published, head)
        shown = None if published is None else published.checkpoint
        stage = self._stage.find(head.checkpoint, shown)
        self._publish(stage, published, head)
        self._directory.remove_folder(layout.TEMPORARY)

    def _publish_waiting(self, head: SignedHead) -> bool:
        """Publish from memory what this object staged; say whether that was to be published.

        The lock keeps other writers out since it was staged, so that memory holds what the file
        does; and the new tree was grown from the very edge whose head is on show, so that it
        extends it. Anything else is for `recover`, which believes the disk alone.
        """
        stage, settled = self._waiting, self._settled
        if stage is None or settled is None or stage.head != head.data:
            return False
        if not self._directory.has(layout.CHECKPOINT) or self._read_published() != settled.data:
            return False
        self._publish(stage, settled, head, is_grown=True)
        return True

    def _publish(
        self,
        stage: Stage | None,
        published: SignedHead | None,
        head: SignedHead,
        *,
        is_grown: bool = False,
    ) -> None:
        is_shown = published is not None and published.data == head.data
        if stage is not None:
            self._directory.write_new(stage.files)
            crash_point("log.tiles_published")
            # A crash here leaves tiles that no published checkpoint covers yet: `recover` finds
            # them equal to the stage, which is still there, and goes on to the checkpoint.
        if not is_shown:
            self._publish_checkpoint(None if is_grown else published, head)
        elif stage is not None:
            self._directory.keep_name(layout.CHECKPOINT)  # a crash may have come before its fsync
        if stage is not None:
            self._drop_partials(stage)
        if self._waiting is not None or self._stage.waits():
            self._stage.drop()
            crash_point("log.stage_dropped")
            # A crash here leaves nothing undone. What drops the stage is not fsynced: a stage that
            # comes back after a power loss is published again, or dropped again.
        self._settled, self._waiting = head, None

    def _publish_checkpoint(self, published: SignedHead | None, head: SignedHead) -> None:
        """Publish the head, once the tiles on disk show that it extends the one before."""
        if published is not None:
            try:
                self.reader().verify_extends(published.checkpoint)
            except ProofError as error:
                raise _fork(error.code, published, head) from error
        self._directory.replace(layout.CHECKPOINT, head.data)
        crash_point("log.checkpoint_published")
        # A crash here leaves a finished append with its stage: `recover` drops the stage.

    def _drop_partials(self, stage: Stage) -> None:
        """Remove the partial tiles that the stage's full ones replace (tlog-tiles allows it)."""
        for path in stage.files:
            if Tile.from_path(path).width == TILE_WIDTH:
                self._directory.remove_folder(f"{path}.p")
        crash_point("log.partials_dropped")
        # A crash here or half-way leaves partial tiles too many: `recover` goes on by the stage.

    def _find_published(self) -> SignedHead | None:
        """Return the published checkpoint; None when missing or damaged: the head repairs it."""
        try:
            return self._verified(self._read_published())
        except (UnknownError, MalformedError, SignatureError):
            return None

    def _read_published(self) -> bytes:
        return self._directory.read(layout.CHECKPOINT, limit=MAX_NOTE)

    def _verified(self, data: bytes) -> SignedHead:
        head = read_head(data, self._signer.verifier, [self._heartbeat.verifier])
        if not head.times_by(self._heartbeat.verifier):
            raise SignatureError("log.heartbeat_missing", origin=self.origin)
        return head

    def _check_absent(self) -> None:
        if self._store.get() is not None or self._directory.has(layout.CHECKPOINT):
            raise ConflictError("log.exists", origin=self.origin)

    def _check_clock(self, head: SignedHead, at: datetime) -> None:
        """A head must never say that it is older than the one before it."""
        last = head.times_by(self._heartbeat.verifier)[-1]
        if seconds_of(at) < seconds_of(last):
            raise ConflictError("log.clock_went_back", origin=self.origin, last=last.isoformat())

    def _sign(self, checkpoint: Checkpoint, at: datetime) -> SignedHead:
        text = checkpoint.to_text()
        ours, heartbeat = sign_text(text, self._signer), cosign(text, self._heartbeat, at=at)
        second = at.astimezone(UTC).replace(microsecond=0)
        verified = (  # as they were made
            Verified(self._signer.verifier, ours, None),
            Verified(self._heartbeat.verifier, heartbeat, second),
        )
        return SignedHead(Note(text, (ours, heartbeat)).to_bytes(), checkpoint, verified)

    def _edge_at(self, checkpoint: Checkpoint) -> Edge:
        """Return the edge at a checkpoint, from memory when it fits, or else from the tiles."""
        if (self._edge.size, self._edge.root) != (checkpoint.size, checkpoint.root):
            self._edge = self.reader().edge()
        return self._edge

    def _write_objects(self, entries: Sequence[bytes]) -> list[bytes]:
        """Write what is too long for a bundle as object files; return what the bundles hold."""
        plain = [entry_of(data) for data in entries]
        objects = {
            f"object/{sha256(data).hexdigest()}": data
            for data, entry in zip(entries, plain, strict=True)
            if data is not entry
        }
        if objects:
            self._directory.write_new(objects)
            crash_point("log.objects_written")
            # A crash here leaves objects that no entry names: harmless, and the next try finds them
            # equal.
        return plain


def _hold(directory: Directory) -> int:
    return lock(directory.root / layout.LOCK, wait=False)


def _check_keys(identity: Identity, signer: Signer, heartbeat: Signer) -> None:
    if (identity.log, identity.heartbeat) != (signer.verifier, heartbeat.verifier):
        raise SignatureError("log.keys_differ", origin=identity.origin, name=signer.name)


def _check_forward(published: SignedHead, head: SignedHead) -> None:
    """A log only grows: what was published once binds the head for ever. Raises ForkError."""
    if published.checkpoint.size > head.checkpoint.size:
        raise _fork("log.head_behind", published, head)
    if (
        published.checkpoint.size == head.checkpoint.size
        and published.checkpoint != head.checkpoint
    ):
        raise _fork("log.inconsistent", published, head)


def _fork(code: str, published: SignedHead, head: SignedHead) -> ForkError:
    sizes = {"old": str(published.checkpoint.size), "new": str(head.checkpoint.size)}
    return ForkError(code, ours=head.data, theirs=published.data, **sizes)
