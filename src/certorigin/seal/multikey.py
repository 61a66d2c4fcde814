"""Public keys as Multikey text: multibase base58btc of a multicodec prefix and the raw key.

Ed25519 (`z6Mk…`), P-256 (`zDn…`) and P-384 (`z82…`), W3C Controlled Identifiers 1.0, section 2.2.2.
A key is checked when it is read, not when it is first used: small-order and non-canonical Ed25519 points
are refused here, because OpenSSL and libsodium would otherwise disagree about signatures under them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from certorigin.errors import CertoriginError, MalformedError, SignatureError, UnknownError
from certorigin.seal.base58 import base58_decode, base58_encode

ED25519: Final = "Ed25519"
P256: Final = "P-256"
P384: Final = "P-384"

_PREFIXES = {ED25519: b"\xed\x01", P256: b"\x80\x24", P384: b"\x81\x24"}
_SIZES = {ED25519: 32, P256: 33, P384: 49}
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    P256: (ec.SECP256R1(), hashes.SHA256(), 32),
    P384: (ec.SECP384R1(), hashes.SHA384(), 48),
}

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


@lru_cache(maxsize=4096)
def public_key(multibase: str) -> PublicKey:
    """Read a Multikey. Raises MalformedError for a bad key, UnknownError for a kind not known here.

    Results are kept: loading a P-256 point costs a third of a verification.
    """
    if not multibase.startswith("z"):
        raise MalformedError("seal.key_malformed", place="", value=multibase[:60])
    data = base58_decode(multibase[1:])
    for algorithm, prefix in _PREFIXES.items():
        if data.startswith(prefix):
            return _load(algorithm, data[2:], multibase)
    raise UnknownError("seal.key_kind_unknown", value=multibase[:60])


def public_key_from_raw(algorithm: str, raw: bytes) -> PublicKey:
    """Make a key from its raw bytes (compressed point for P-256 and P-384). Raises as `public_key`."""
    if algorithm not in _PREFIXES:
        raise UnknownError("seal.key_kind_unknown", value=algorithm[:60])
    return public_key("z" + base58_encode(_PREFIXES[algorithm] + raw))


def is_public_key(multibase: str) -> bool:
    """Say whether the text is a Multikey that this system would verify with."""
    try:
        public_key(multibase)
    except CertoriginError:
        return False
    return True


def _load(algorithm: str, raw: bytes, multibase: str) -> PublicKey:
    if len(raw) != _SIZES[algorithm]:
        raise MalformedError("seal.key_size", place="", value=multibase[:60])
    if algorithm == ED25519:
        return PublicKey(multibase, algorithm, raw, _ed25519_check(raw, multibase))
    return PublicKey(multibase, algorithm, raw, _ecdsa_check(algorithm, raw, multibase))


def _ed25519_check(raw: bytes, multibase: str) -> Check:
    # libsodium's test wants a canonical encoding of a point in the prime-order subgroup: it refuses the
    # eight torsion points, their other spellings, and every mixed-order point (RFC 8032 section 5.1.3).
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


def _ecdsa_check(algorithm: str, raw: bytes, multibase: str) -> Check:
    curve, digest, width = _CURVES[algorithm]
    if raw[0] not in (2, 3):
        raise MalformedError("seal.key_point_refused", place="", value=multibase[:60])
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, raw)
    except ValueError:
        raise MalformedError("seal.key_point_refused", place="", value=multibase[:60]) from None
    scheme = ec.ECDSA(digest)

    def check(data: bytes, signature: bytes) -> None:
        if len(signature) != 2 * width:
            raise SignatureError("seal.signature_size", size=str(len(signature)))
        r = int.from_bytes(signature[:width], "big")
        s = int.from_bytes(signature[width:], "big")
        try:
            key.verify(utils.encode_dss_signature(r, s), data, scheme)
        except InvalidSignature:
            raise SignatureError("seal.signature_invalid", key=multibase) from None

    return check
