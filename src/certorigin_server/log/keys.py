"""The keys with which this installation signs its logs and cosigns its partners' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin.log import layout
from certorigin.log.identity import Identity
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.seal.multikey import ED25519, public_key, public_key_from_raw
from certorigin_server.seal.choice import installation_sealer

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.log.directory import Directory
    from certorigin.seal.proof import Sealer
    from certorigin_server.seal.keyring import Keyring


def log_signer(keyring: Keyring, origin: str, *, at: datetime | None = None) -> Signer:
    """Return the signer of the checkpoints of a log that begins now; its name is the origin."""
    sealer = installation_sealer(keyring, "log", at=at or timezone.now())
    return _signer(sealer, origin, KeyKind.ED25519)


def heartbeat_signer(keyring: Keyring, origin: str, *, at: datetime | None = None) -> Signer:
    """Return the signer of the heartbeats of a log that begins now."""
    sealer = installation_sealer(keyring, "heartbeat", at=at or timezone.now())
    return _signer(sealer, f"{origin}/heartbeat", KeyKind.COSIGNATURE)


def signers_of(
    keyring: Keyring, directory: Directory, origin: str, *, at: datetime
) -> tuple[Signer, Signer]:
    """Return the signers of a log: a term keeps the two keys with which it began.

    Raises UnknownError (`key.not_here`) when they are gone.
    """
    if not directory.has(layout.IDENTITY):
        return log_signer(keyring, origin, at=at), heartbeat_signer(keyring, origin, at=at)
    identity = Identity.from_bytes(directory.read(layout.IDENTITY))
    log, heartbeat = (
        keyring.of_key(public_key_from_raw(ED25519, verifier.public_key).multibase).sign
        for verifier in (identity.log, identity.heartbeat)
    )
    return Signer(identity.log, log), Signer(identity.heartbeat, heartbeat)


def witness_signer(keyring: Keyring, installation: str, *, at: datetime | None = None) -> Signer:
    """Return the signer with which this installation countersigns its partners' heads."""
    name = f"certorigin/{installation}/witness"
    sealer = installation_sealer(keyring, "witness", at=at or timezone.now())
    return _signer(sealer, name, KeyKind.COSIGNATURE)


def _signer(sealer: Sealer, name: str, kind: KeyKind) -> Signer:
    key = public_key(sealer.key)
    if key.algorithm != ED25519:
        raise MalformedError("trust.note_key_kind", place=name, value=sealer.key)
    return Signer(Verifier(name, kind, key.raw), sealer.sign)
