"""Cryptosuites by name. National suites (STB 34.101.45) join by `register`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import field

from certorigin.errors import ConflictError, SignatureError, UnknownError
from certorigin.late import dataclass
from certorigin.seal.multikey import ED25519, P256, P384, PublicKey

Digest = Callable[[bytes], bytes]


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sha384(data: bytes) -> bytes:
    return hashlib.sha384(data).digest()


@dataclass(frozen=True)
class Suite:
    """One Data Integrity cryptosuite: which kinds of key it takes, and how each kind hashes."""

    name: str
    digests: dict[str, Digest] = field(hash=False)

    def hash(self, key: PublicKey, data: bytes) -> bytes:
        """Hash canonical bytes as this key needs. Raises SignatureError for another kind of key."""
        digest = self.digests.get(key.algorithm)
        if digest is None:
            raise SignatureError("seal.key_does_not_fit_suite", suite=self.name, key=key.multibase)
        return digest(data)

    def verify(self, key: PublicKey, data: bytes, signature: bytes) -> None:
        """Verify the signature over `data` (proof hash, document hash). Raises SignatureError."""
        if key.algorithm not in self.digests:
            raise SignatureError("seal.key_does_not_fit_suite", suite=self.name, key=key.multibase)
        key.verify(data, signature)


EDDSA_JCS_2022 = Suite("eddsa-jcs-2022", {ED25519: _sha256})
ECDSA_JCS_2019 = Suite("ecdsa-jcs-2019", {P256: _sha256, P384: _sha384})

_suites = {suite.name: suite for suite in (EDDSA_JCS_2022, ECDSA_JCS_2019)}


def register(suite: Suite) -> None:
    """Let a further suite join. Raises ConflictError when the name is taken by another one."""
    if _suites.setdefault(suite.name, suite) is not suite:
        raise ConflictError("seal.suite_name_taken", suite=suite.name)


def get_suite(name: str) -> Suite:
    """Return the suite of that name. Raises UnknownError, which says nothing about a seal."""
    suite = _suites.get(name)
    if suite is None:
        raise UnknownError("seal.suite_unknown", suite=name[:60])
    return suite
