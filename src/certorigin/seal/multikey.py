"""Public keys as Multikey text: multibase base58btc of a multicodec prefix and the raw key.

Ed25519 (`z6Mk…`), P-256 (`zDn…`) and P-384 (`z82…`), W3C Controlled Identifiers 1.0, section 2.2.2.
A key is checked when it is read, not when it is first used: small-order and non-canonical Ed25519
points are refused here, because OpenSSL and libsodium would otherwise disagree about them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import lru_cache
from importlib import import_module
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from certorigin.errors import (
    CertoriginError,
    ConflictError,
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.late import dataclass
from certorigin.seal.base58 import base58_decode, base58_encode

ED25519: Final = "Ed25519"
P256: Final = "P-256"
P384: Final = "P-384"

MAX_CHARACTERS = 200

Check = Callable[[bytes, bytes], None]


@dataclass(frozen=True)
class PublicKey:
    """A public key that is safe to verify with. `check(data, signature)` raises SignatureError."""

    multibase: str
    algorithm: str
    raw: bytes
    check: Check = field(repr=False, compare=False)

    def verify(self, data: bytes, signature: bytes) -> None:
        """Verify a raw signature (64 bytes; 96 for P-384). Raises SignatureError."""
        self.check(data, signature)


@dataclass(frozen=True)
class KeyKind:
    """One kind of public key: its multicodec prefix, its size, and how raw bytes become a check.

    `load(raw, multibase)` raises MalformedError for bytes that are no safe key.
    """

    algorithm: str
    prefix: bytes
    size: int
    load: Callable[[bytes, str], Check]


@lru_cache(maxsize=4096)
def public_key(multibase: str) -> PublicKey:
    """Read a Multikey. Raises MalformedError for a bad key, UnknownError for a kind not known here.

    Results are kept: loading a P-256 point costs a third of a verification.
    """
    if not multibase.startswith("z") or len(multibase) > MAX_CHARACTERS:
        raise MalformedError("seal.key_malformed", place="", value=multibase[:60])
    data = base58_decode(multibase[1:])
    for kind in _kinds.values():
        if data.startswith(kind.prefix):
            raw = data[len(kind.prefix) :]
            if len(raw) != kind.size:
                raise MalformedError("seal.key_size", place="", value=multibase[:60])
            return PublicKey(multibase, kind.algorithm, raw, kind.load(raw, multibase))
    raise UnknownError("seal.key_kind_unknown", value=multibase[:60])


def public_key_from_raw(algorithm: str, raw: bytes) -> PublicKey:
    """Make a key from its raw bytes (a compressed point for P-256). Raises as `public_key`."""
    kind = _kinds.get(algorithm)
    if kind is None:
        raise UnknownError("seal.key_kind_unknown", value=algorithm[:60])
    return public_key("z" + base58_encode(kind.prefix + raw))


def register_key_kind(kind: KeyKind) -> None:
    """Let a further kind of key join, for a national suite. Raises ConflictError when taken."""
    taken = any(
        kind.prefix.startswith(known.prefix) or known.prefix.startswith(kind.prefix)
        for known in _kinds.values()
    )
    if kind.algorithm in _kinds or taken:
        raise ConflictError("seal.key_kind_taken", algorithm=kind.algorithm)
    _kinds[kind.algorithm] = kind


def is_public_key(multibase: str) -> bool:
    """Say whether the text is a Multikey that this system would verify with."""
    try:
        public_key(multibase)
    except CertoriginError:
        return False
    return True


def _ed25519_check(raw: bytes, multibase: str) -> Check:
    # libsodium wants the canonical encoding of a point in the prime-order subgroup: it refuses the
    # eight torsion points, their other spellings, and every mixed-order point (RFC 8032 5.1.3).
    if not crypto_core_ed25519_is_valid_point(raw):
        raise MalformedError("seal.key_point_refused", place="", value=multibase[:60])

    def check(data: bytes, signature: bytes) -> None:
        if len(signature) != 64:
            raise SignatureError("seal.signature_size", size=str(len(signature)))
        try:
            crypto_sign_open(signature + data, raw)
        except BadSignatureError:
            raise SignatureError("seal.signature_invalid", key=multibase) from None

    return check


def _ecdsa(algorithm: str) -> Callable[[bytes, str], Check]:
    """Read keys of a curve. What that needs is slow to load, and few keys are of this kind."""

    def load(raw: bytes, multibase: str) -> Check:
        made: Check = import_module("certorigin.seal.ecdsa").check_of(algorithm, raw, multibase)
        return made

    return load


_kinds = {
    kind.algorithm: kind
    for kind in (
        KeyKind(ED25519, b"\xed\x01", 32, _ed25519_check),
        KeyKind(P256, b"\x80\x24", 33, _ecdsa(P256)),
        KeyKind(P384, b"\x81\x24", 49, _ecdsa(P384)),
    )
}
