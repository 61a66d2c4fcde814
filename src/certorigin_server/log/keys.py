"""The keys with which this installation signs its logs and cosigns its partners' logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.seal.multikey import public_key

if TYPE_CHECKING:
    from certorigin.seal.sealer import FileSealer
    from certorigin_server.seal.keyring import Keyring


def log_signer(keyring: Keyring, origin: str) -> Signer:
    """Return the signer of a log's checkpoints; its name is the origin."""
    return _signer(keyring.named("log"), origin, KeyKind.ED25519)


def heartbeat_signer(keyring: Keyring, origin: str) -> Signer:
    """Return the signer of a log's heartbeats."""
    return _signer(keyring.named("heartbeat"), f"{origin}/heartbeat", KeyKind.COSIGNATURE)


def witness_signer(keyring: Keyring, installation: str) -> Signer:
    """Return the signer with which this installation countersigns its partners' heads."""
    name = f"certorigin/{installation}/witness"
    return _signer(keyring.named("witness"), name, KeyKind.COSIGNATURE)


def _signer(sealer: FileSealer, name: str, kind: KeyKind) -> Signer:
    return Signer(Verifier(name, kind, public_key(sealer.key).raw), sealer.sign)
