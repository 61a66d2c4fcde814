"""One log as its reader sees it: origin, publisher, and whose signatures to expect on its heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from certorigin.errors import ForkError, MalformedError, SignatureError, UntrustedKeyError
from certorigin.late import dataclass
from certorigin.log.checkpoint import Checkpoint, SignedHead, read_head
from certorigin.log.key import KeyKind, Verifier
from certorigin.log.note import Note
from certorigin.seal.multikey import ED25519, public_key, public_key_from_raw
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.moment import SKEW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin.log.identity import Identity
    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust import Trust

INSTALLATION = "urn:certorigin:installation:"

Entitled = Callable[[Verifier, str, datetime], bool]
"""Whether a key was entitled to a role at a time, as the trust list tells."""


@dataclass(frozen=True)
class Partner:
    """A publisher's log of one corridor and one term, with every key that may sign its heads.

    Several keys of a kind are normal: keys are renewed, and the old ones stay readable. Whether a
    key was entitled at the time of a head is asked with `is_entitled`.
    """

    origin: str
    publisher: str
    corridor: Corridor
    term: str
    logs: tuple[Verifier, ...]
    heartbeats: tuple[Verifier, ...]
    witnesses: tuple[Verifier, ...]
    is_entitled: Entitled = field(repr=False, compare=False)

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
            is_entitled=_entitled_by(trust),
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

    def check_entitled(self, head: SignedHead) -> None:
        """Check that log and heartbeat were entitled at the time of the heartbeat.

        Raises UntrustedKeyError (`mirror.key_not_entitled`): a withdrawn key signs no new heads.
        """
        at = self.heartbeat_of(head)
        for item in head.signatures:
            if item.verifier in self.witnesses:
                continue
            role = "log" if item.verifier in self.logs else "heartbeat"
            if not self.is_entitled(item.verifier, role, item.at or at):
                raise UntrustedKeyError("mirror.key_not_entitled", name=item.verifier.name)

    def cosigned_at(self, head: SignedHead) -> tuple[datetime, ...]:
        """Return when the partner's witnesses saw this head, earliest first.

        Only a witness that was entitled at the time that it states counts: a withdrawn key gives no
        legal time any more. Nobody can have seen a head before its publisher had it, so that
        neither state dates the other's acts back alone.
        """
        beats = _times(head, self.heartbeats)
        seen = self._entitled_times(head, self.witnesses, "witness")
        return tuple(at for at in seen if not beats or at >= beats[0] - SKEW)

    def beats_of(self, head: SignedHead) -> tuple[datetime, ...]:
        """Return when the publisher said that this is its head, by keys entitled to say so then."""
        return self._entitled_times(head, self.heartbeats, "heartbeat")

    def _entitled_times(
        self, head: SignedHead, verifiers: Iterable[Verifier], role: str
    ) -> tuple[datetime, ...]:
        return tuple(
            sorted(
                at
                for verifier in verifiers
                for at in head.times_by(verifier)
                if self.is_entitled(verifier, role, at)
            )
        )

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


def _entitled_by(trust: Trust) -> Entitled:
    def is_entitled(verifier: Verifier, role: str, at: datetime) -> bool:
        key = public_key_from_raw(ED25519, verifier.public_key).multibase
        # For the installation in the key's name: a state that lists this key, too, as its own must
        # not take a log or its legal times from the two others.
        controller = f"{INSTALLATION}{verifier.name.split('/')[1]}"
        try:
            trust.key_entitlement(key, role=role, at=at, controller=controller)
        except UntrustedKeyError:
            return False
        return True

    return is_entitled


def _witness_of(key: Key) -> str:
    return witness_name(key.controller.removeprefix(INSTALLATION))


def _times(head: SignedHead, verifiers: Iterable[Verifier]) -> tuple[datetime, ...]:
    return tuple(sorted(time for verifier in verifiers for time in head.times_by(verifier)))
