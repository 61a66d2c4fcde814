"""ECDSA on the curves of NIST (FIPS 186-5): how the bytes of a point become a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from certorigin.errors import MalformedError, SignatureError
from certorigin.seal.multikey import P256, P384

if TYPE_CHECKING:
    from certorigin.seal.multikey import Check

_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    P256: (ec.SECP256R1(), hashes.SHA256(), 32),
    P384: (ec.SECP384R1(), hashes.SHA384(), 48),
}


def check_of(algorithm: str, raw: bytes, multibase: str) -> Check:
    """Make the check of a key of one of our curves. Raises as `ecdsa_check`."""
    return ecdsa_check(*_CURVES[algorithm], raw, multibase)


def ecdsa_check(
    curve: ec.EllipticCurve, digest: hashes.HashAlgorithm, width: int, raw: bytes, multibase: str
) -> Check:
    """Make the check of an ECDSA key. Raises MalformedError for what is no point of the curve."""
    try:  # reading the point proves that it lies on the curve (SEC 1 section 2.3.4)
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
