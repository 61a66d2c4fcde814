"""COSE_Sign1 (RFC 9052): small signed messages for QR codes.

Our own messages are read strictly: tagged, the algorithm protected, one spelling. Messages of
others are read as the standard allows, as far as their algorithms are taken here.
"""

from __future__ import annotations

import io
from dataclasses import field
from typing import TYPE_CHECKING, Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from certorigin.errors import LimitError, MalformedError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.multikey import ED25519, P256, public_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin.seal.proof import Sealer

    Loaded = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

SIGN1, CWT = 18, 61
MAX_MESSAGE = 65_536
ALG, CRIT, KEY_ID = 1, 2, 4
EDDSA, ES256, ES384, ES512, PS256 = -8, -7, -35, -36, -37

_OF_KIND = {ED25519: EDDSA, P256: ES256}
_HASHES: dict[int, hashes.HashAlgorithm] = {
    ES256: hashes.SHA256(),
    ES384: hashes.SHA384(),
    ES512: hashes.SHA512(),
}


@dataclass(frozen=True)
class Message:
    """A COSE_Sign1 as it was read; nothing in it is believed yet."""

    protected: bytes
    unprotected: Mapping[Any, Any]
    payload: bytes
    signature: bytes
    is_tagged: bool = True
    headers: Mapping[Any, Any] = field(default_factory=dict)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Message:
        """Read a message, tagged or not. Raises MalformedError, LimitError."""
        if len(raw) > MAX_MESSAGE:
            raise LimitError("code.too_long", place="", limit=str(MAX_MESSAGE))
        value = read_cbor(raw)
        is_tagged = isinstance(value, cbor2.CBORTag)
        if isinstance(value, cbor2.CBORTag) and value.tag == CWT:
            value = value.value
        if isinstance(value, cbor2.CBORTag) and value.tag == SIGN1:
            value = value.value
        if type(value) is not list or len(value) != 4:
            raise MalformedError("code.not_sign1", place="")
        protected, unprotected, payload, signature = value
        if type(unprotected) is not dict or not all(
            type(part) is bytes for part in (protected, payload, signature)
        ):
            raise MalformedError("code.not_sign1", place="")
        headers = read_cbor(protected) if protected else {}
        if type(headers) is not dict:
            raise MalformedError("code.not_sign1", place="protected")
        return cls(protected, unprotected, payload, signature, is_tagged, headers)

    def header(self, label: int) -> object:
        """Return a header, the protected one first, or None."""
        return self.headers.get(label, self.unprotected.get(label))

    @property
    def algorithm(self) -> int:
        """The algorithm; it counts only where it is protected. Raises MalformedError."""
        found = self.headers.get(ALG)
        if type(found) is not int:
            raise MalformedError("code.algorithm_unprotected", place="protected")
        return found

    def to_be_signed(self, external: bytes = b"") -> bytes:
        """Return the bytes under the signature."""
        protected = self.protected if self.headers else b""  # RFC 9052, 4.4: an empty map is none
        return bytes(cbor2.dumps(["Signature1", protected, external, self.payload]))

    def verify(self, key: Loaded, *, external: bytes = b"") -> None:
        """Verify a message of others by a key of any kind that is taken here.

        The algorithm may stand unprotected, for the kind of key leaves no choice. Raises
        SignatureError when it does not fit, UnknownError for what is not understood.
        """
        if CRIT in self.headers:
            raise UnknownError("code.header_unknown", header=str(self.headers[CRIT])[:40])
        algorithm = self.header(ALG)
        _verify(algorithm, key, self.to_be_signed(external), self.signature)


def sign_message(payload: bytes, sealer: Sealer, *, key_id: bytes) -> bytes:
    """Sign a payload: tagged, algorithm protected. Raises UnknownError for another kind of key."""
    algorithm = _OF_KIND.get(public_key(sealer.key).algorithm)
    if algorithm is None:
        raise UnknownError("code.suite_without_cose", suite=sealer.suite)
    protected = cbor2.dumps({ALG: algorithm}, canonical=True)
    message = Message(protected, {KEY_ID: key_id}, payload, b"", headers={ALG: algorithm})
    parts = [protected, {KEY_ID: key_id}, payload, sealer.sign(message.to_be_signed())]
    return bytes(cbor2.dumps(cbor2.CBORTag(SIGN1, parts), canonical=True))


def read_cbor(raw: bytes) -> object:
    """Read one CBOR item to its last byte. Raises MalformedError for anything else."""
    if len(raw) > MAX_MESSAGE:
        raise LimitError("code.too_long", place="", limit=str(MAX_MESSAGE))
    try:
        source = io.BytesIO(raw)
        value: object = cbor2.CBORDecoder(source).decode()
    except (
        cbor2.CBORDecodeError,
        ValueError,
        RecursionError,
        OverflowError,
        TypeError,
        ArithmeticError,
        MemoryError,
        LookupError,
    ):
        raise MalformedError("code.not_cbor", place="") from None
    if source.read(1):
        raise MalformedError("code.not_cbor", place="end")
    return value


def _verify(algorithm: object, key: Loaded, data: bytes, signature: bytes) -> None:
    try:
        if isinstance(key, ed25519.Ed25519PublicKey) and algorithm == EDDSA:
            key.verify(signature, data)
        elif (
            isinstance(key, ec.EllipticCurvePublicKey)
            and type(algorithm) is int
            and (algorithm in _HASHES)
        ):
            size = (key.curve.key_size + 7) // 8
            if len(signature) != 2 * size:
                raise SignatureError("code.seal_broken")
            r, s = (int.from_bytes(half) for half in (signature[:size], signature[size:]))
            der = utils.encode_dss_signature(r, s)
            key.verify(der, data, ec.ECDSA(_HASHES[algorithm]))
        elif isinstance(key, rsa.RSAPublicKey) and algorithm == PS256:
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
            key.verify(signature, data, pss, hashes.SHA256())
        else:
            raise UnknownError("code.algorithm_unknown", algorithm=str(algorithm)[:20])
    except InvalidSignature:
        raise SignatureError("code.seal_broken") from None
