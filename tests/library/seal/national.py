"""How a national algorithm joins: a kind of key, a suite, a sealer. Nothing else is touched.

Ed448 with SHAKE256 stands in for it: another size of key, another hash, another signature.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey, Ed448PublicKey

from certorigin.errors import MalformedError, SignatureError
from certorigin.seal.multikey import KeyKind, PublicKey, public_key_from_raw
from certorigin.seal.suite import Suite

NAME = "national-jcs-2026"


def load(raw, multibase):
    """From raw bytes to a check, as every kind of key does it."""
    try:
        key = Ed448PublicKey.from_public_bytes(raw)
    except ValueError:
        raise MalformedError("seal.key_point_refused", place="", value=multibase[:60]) from None

    def check(data, signature):
        try:
            key.verify(signature, data)
        except InvalidSignature:
            raise SignatureError("seal.signature_invalid", key=multibase) from None

    return check


KIND = KeyKind("Ed448", b"\x83\x24", 57, load)
SUITE = Suite(NAME, {"Ed448": lambda data: hashlib.shake_256(data).digest(64)})


class NationalSealer:
    """What signs: here a key in memory, elsewhere a certified device."""

    suite = NAME

    def __init__(self, seed: bytes) -> None:
        self._private = Ed448PrivateKey.from_private_bytes(seed)
        self._public: PublicKey = public_key_from_raw(
            "Ed448", self._private.public_key().public_bytes_raw()
        )

    @property
    def key(self) -> str:
        return self._public.multibase

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)
