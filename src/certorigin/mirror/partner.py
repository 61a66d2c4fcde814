"""One log as its reader sees it: origin, publisher, and whose signatures to expect on its heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.errors import ForkError, MalformedError, SignatureError
from certorigin.log.checkpoint import Checkpoint, SignedHead, read_head
from certorigin.log.key import KeyKind, Verifier
from certorigin.log.note import Note
from certorigin.seal.multikey import ED25519, public_key
from certorigin.vocabulary.corridor import Corridor

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.log.identity import Identity
    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust import Trust

INSTALLATION = "urn:certorigin:installation:"


@dataclass(frozen=True)
class Partner:
    """A publisher's log of one corridor and one term, with every key that may sign its heads.

    Several keys of a kind are normal: keys are renewed, and the old ones stay readable. Whether a
    key was entitled at the time of a head is asked of the trust list, not here.
    """

    origin: str
    publisher: str
    corridor: Corridor
    term: str
    logs: tuple[Verifier, ...]
    heartbeats: tuple[Verifier, ...]
    witnesses: tuple[Verifier, ...]

    @classmethod
    def from_trust(cls, trust: Trust, origin: str) -> Partner:
        """Find a log's keys. Raises MalformedError (the origin), UnknownError (the publisher)."""
        keys = trust.verifiers_of_log(origin)
        return cls(
            origin=origin,
            publisher=keys.publisher.removeprefix(INSTALLATION),
            corridor=keys.corridor,
            term=origin.rpartition("/")[2],
            logs=_verifiers(keys.log, origin, KeyKind.ED25519),
            heartbeats=_verifiers(keys.heartbeat, heartbeat_name(origin), KeyKind.COSIGNATURE),
            witnesses=tuple(
                verifier
                for key in keys.witnesses
                for verifier in _verifiers([key], _witness_of(key), KeyKind.COSIGNATURE)
            ),
        )

    @property
    def state(self) -> str:
        """The publisher's state."""
        return self.publisher.partition("-")[0]

    def read_head(self, data: bytes) -> SignedHead:
        """Read a head, and verify every signature on it that is by a known key of this log.

        Raises MalformedError, and SignatureError when the log has not signed or a signature is
        wrong.
        """
        note = Note.from_bytes(data)
        signed = {(signature.name, signature.key_id) for signature in note.signatures}
        for log in self.logs:
            if (log.name, log.key_id) in signed:
                return read_head(data, log, (*self.heartbeats, *self.witnesses))
        if Checkpoint.from_text(note.text).origin != self.origin:
            raise SignatureError("log.origin_wrong", name=self.origin)
        raise SignatureError("log.signature_missing", name=self.origin)

    def heartbeat_of(self, head: SignedHead) -> datetime:
        """Return when the publisher last said that this is its head. Raises SignatureError."""
        times = _times(head, self.heartbeats)
        if not times:
            raise SignatureError("log.heartbeat_missing", origin=self.origin)
        return times[-1]

    def cosigned_at(self, head: SignedHead) -> tuple[datetime, ...]:
        """Return when the partner's witnesses saw this head, earliest first."""
        return _times(head, self.witnesses)

    def check_identity(self, identity: Identity) -> None:
        """Check that `log.json` names this log and keys of it. Raises SignatureError."""
        known = identity.log in self.logs and identity.heartbeat in self.heartbeats
        if identity.origin != self.origin or not known:
            raise SignatureError("log.keys_differ", origin=self.origin, name=identity.log.name)


def heartbeat_name(origin: str) -> str:
    """Return the key name of a publisher's heartbeat."""
    return f"{origin}/heartbeat"


def witness_name(installation: str) -> str:
    """Return the key name with which an installation cosigns the logs that it follows."""
    return f"certorigin/{installation}/witness"


def verify_successor(identity: Identity, closed: SignedHead) -> None:
    """Verify that a new term begins where our mirror of the last one ends.

    Raises MalformedError when the identity names no predecessor or another one, ForkError when the
    closing head that it embeds is not the one that we hold.
    """
    predecessor = identity.predecessor
    if predecessor is None or predecessor.origin != closed.checkpoint.origin:
        raise MalformedError("mirror.predecessor_differs", place="predecessor")
    embedded = Checkpoint.from_text(Note.from_bytes(predecessor.head).text)
    if embedded != closed.checkpoint:
        raise ForkError(
            "mirror.predecessor_forked",
            ours=closed.data,
            theirs=predecessor.head,
            origin=identity.origin,
        )


def verifier_of(multibase: str, name: str, kind: KeyKind) -> Verifier:
    """Turn a key of the trust list into a verifier of notes. Raises MalformedError."""
    key = public_key(multibase)
    if key.algorithm != ED25519:
        raise MalformedError("mirror.key_kind", place=name, value=key.algorithm)
    return Verifier(name, kind, key.raw)


def _verifiers(keys: Iterable[Key], name: str, kind: KeyKind) -> tuple[Verifier, ...]:
    return tuple(verifier_of(key.key, name, kind) for key in keys)


def _witness_of(key: Key) -> str:
    return witness_name(key.controller.removeprefix(INSTALLATION))


def _times(head: SignedHead, verifiers: Iterable[Verifier]) -> tuple[datetime, ...]:
    return tuple(sorted(time for verifier in verifiers for time in head.times_by(verifier)))
