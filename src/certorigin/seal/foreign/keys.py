"""Public keys as others write them (JWK, raw bytes, DER, Multikey), and signatures in DER or r||s.

Whatever the spelling, an Ed25519, P-256 or P-384 key goes through `multikey`, so that small-order
and impossible points are refused here too. P-521 is read for JOSE and COSE alone (RFC 7518, 3.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from certorigin.errors import MalformedError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.ecdsa import ecdsa_check
from certorigin.seal.foreign.reading import base64url_decode
from certorigin.seal.multikey import (
    ED25519,
    P256,
    P384,
    public_key,
    public_key_from_raw,
)

P521: Final = "P-521"
DER_SEQUENCE: Final = 0x30

# The algorithm that each kind of key signs with, by its JOSE name (RFC 7518, RFC 8037).
ALGORITHMS: Final = {ED25519: "EdDSA", P256: "ES256", P384: "ES384", P521: "ES512"}
_SIZES = {ED25519: 32, P256: 32, P384: 48, P521: 66}
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
    P256: (ec.SECP256R1(), hashes.SHA256()),
    P384: (ec.SECP384R1(), hashes.SHA384()),
    P521: (ec.SECP521R1(), hashes.SHA512()),
}
_NAMES = {
    "eddsa": ED25519,
    "ed25519": ED25519,
    "es256": P256,
    "p-256": P256,
    "ecdsa-p256-sha256": P256,
    "es384": P384,
    "p-384": P384,
    "ecdsa-p384-sha384": P384,
    "es512": P521,
    "p-521": P521,
    "ecdsa-p521-sha512": P521,
}


@dataclass(frozen=True)
class ForeignKey:
    """A public key that is safe to verify with: its kind, and the check of a raw signature."""

    kind: str
    check: Callable[[bytes, bytes], None] = field(repr=False, compare=False)

    @property
    def algorithm(self) -> str:
        """The JOSE name of the algorithm that the key signs with."""
        return ALGORITHMS[self.kind]

    def verify(self, data: bytes, signature: bytes) -> None:
        """Verify a raw signature: 64 bytes, or r and s in full width. Raises SignatureError."""
        self.check(data, signature)

    def verify_der(self, data: bytes, signature: bytes) -> None:
        """Verify an ECDSA signature in DER (RFC 3279, 2.2.3). Raises SignatureError."""
        self.check(data, _raw_of_der(signature, _SIZES[self.kind]))

    def verify_either(self, data: bytes, signature: bytes) -> None:
        """Verify an ECDSA signature whose form nobody states: r||s by its length, or else DER.

        Raises SignatureError.
        """
        if len(signature) == 2 * _SIZES[self.kind]:
            try:
                return self.check(data, signature)
            except SignatureError:
                if signature[0] != DER_SEQUENCE:
                    raise
        return self.verify_der(data, signature)


def kind_of_algorithm(name: str) -> str:
    """Say which kind of key an algorithm takes. Raises UnknownError for one not taken here."""
    kind = _NAMES.get(name.lower())
    if kind is None:
        raise UnknownError("foreign.algorithm_unknown", value=name[:60])
    return kind


def key_from_multibase(multibase: str) -> ForeignKey:
    """Read a Multikey. Raises as `public_key`; UnknownError for a kind outside ALGORITHMS."""
    key = public_key(multibase)
    if key.algorithm not in ALGORITHMS:
        raise UnknownError("seal.key_kind_unknown", value=multibase[:60])
    return ForeignKey(key.algorithm, key.check)


def key_from_bytes(kind: str, data: bytes) -> ForeignKey:
    """Read a key of that kind: raw, a point (compressed or not), or a DER SubjectPublicKeyInfo.

    Raises MalformedError for what is none, and for a point that is refused.
    """
    if data[:1] == bytes([DER_SEQUENCE]) and len(data) != _SIZES[kind]:
        data = _raw_of_spki(kind, data)
    if kind == ED25519:
        key = public_key_from_raw(ED25519, data)
        return ForeignKey(kind, key.check)
    return _on_curve(kind, data)


def key_from_jwk(data: object) -> ForeignKey:
    """Read a JSON Web Key that may verify (RFC 7517, RFC 8037).

    Raises MalformedError for one that can't be read, UnknownError for a kind not taken here.
    """
    jwk = _members(data)
    kind = str(jwk.get("crv"))
    if kind not in ALGORITHMS:
        raise UnknownError("foreign.algorithm_unknown", value=f"{jwk.get('kty')} {kind}"[:60])
    if jwk.get("kty") != ("OKP" if kind == ED25519 else "EC"):
        raise MalformedError("foreign.jwk_malformed", place="jwk.kty")
    if jwk.get("alg", ALGORITHMS[kind]) not in {ALGORITHMS[kind], kind}:
        raise MalformedError("foreign.jwk_malformed", place="jwk.alg")
    if jwk.get("use", "sig") != "sig" or "verify" not in (jwk.get("key_ops") or ["verify"]):
        raise MalformedError("foreign.jwk_malformed", place="jwk.use")
    x = _coordinate(jwk, "x", kind)
    if kind == ED25519:
        return key_from_bytes(kind, x)
    return _on_curve(kind, b"\x04" + x + _coordinate(jwk, "y", kind))


def signer_from_jwk(jwk: object) -> Callable[[bytes], bytes]:
    """Make a function that signs (raw, deterministic) with the secret part of a key.

    Raises as `key_from_jwk`; MalformedError when the secret part is not that of the key.
    """
    key = key_from_jwk(jwk)
    assert isinstance(jwk, dict)  # noqa: S101 - or it would not have been read
    secret = _coordinate(_members(jwk), "d", key.kind)
    signs = _ed25519_signer(secret) if key.kind == ED25519 else _ecdsa_signer(key.kind, secret)
    try:
        key.verify(b"", signs(b""))
    except SignatureError:
        raise MalformedError("foreign.jwk_malformed", place="jwk.d") from None
    return signs


def _ed25519_signer(secret: bytes) -> Callable[[bytes], bytes]:
    return ed25519.Ed25519PrivateKey.from_private_bytes(secret).sign


def _ecdsa_signer(kind: str, secret: bytes) -> Callable[[bytes], bytes]:
    curve, digest = _CURVES[kind]
    width = _SIZES[kind]
    try:
        private_key = ec.derive_private_key(int.from_bytes(secret), curve)
    except ValueError:
        raise MalformedError("foreign.jwk_malformed", place="jwk.d") from None

    def sign(data: bytes) -> bytes:
        signature = private_key.sign(data, ec.ECDSA(digest, deterministic_signing=True))
        return _raw_of_der(signature, width)

    return sign


def _members(jwk: object) -> dict[str, Any]:
    if type(jwk) is not dict:
        raise MalformedError("foreign.jwk_malformed", place="jwk")
    return jwk


def _coordinate(jwk: Mapping[str, Any], name: str, kind: str) -> bytes:
    value = jwk.get(name)
    place = f"jwk, {name}"
    if type(value) is not str:
        raise MalformedError("foreign.jwk_malformed", place=place)
    data = base64url_decode(value, place)
    if len(data) != _SIZES[kind]:
        raise MalformedError("foreign.jwk_malformed", place=place)
    return data


def _on_curve(kind: str, point: bytes) -> ForeignKey:
    curve, digest = _CURVES[kind]
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except ValueError:
        raise MalformedError("seal.key_point_refused", place="", value=point.hex()[:60]) from None
    compressed = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    if kind != P521:
        return ForeignKey(kind, public_key_from_raw(kind, compressed).check)
    return ForeignKey(kind, ecdsa_check(curve, digest, 66, compressed, compressed.hex()))


def _raw_of_spki(kind: str, data: bytes) -> bytes:
    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise MalformedError("seal.key_malformed", place="", value=data.hex()[:60]) from None
    if isinstance(key, ed25519.Ed25519PublicKey) and kind == ED25519:
        return key.public_bytes_raw()
    if isinstance(key, ec.EllipticCurvePublicKey) and kind != ED25519:
        return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    raise MalformedError("seal.key_malformed", place="", value=data.hex()[:60])


def _raw_of_der(signature: bytes, width: int) -> bytes:
    """Turn DER into r||s, and take no other spelling of the same two numbers."""
    try:
        r, s = utils.decode_dss_signature(signature)
        if utils.encode_dss_signature(r, s) != signature:
            raise SignatureError("foreign.signature_not_der", size=str(len(signature)))
        return r.to_bytes(width) + s.to_bytes(width)
    except (ValueError, OverflowError):
        raise SignatureError("foreign.signature_not_der", size=str(len(signature))) from None
