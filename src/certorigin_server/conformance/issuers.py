"""Issuers of the test profile: a fresh `did:key` for each prefix, in memory, gone at the end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from certorigin.seal.foreign.verification import DID_KEY
from certorigin.seal.multikey import ED25519, P256, P384
from certorigin.seal.sealer import FileSealer, make_private_key

# Prefix of the address: suite and kind of key.
KINDS = {
    "/vc/eddsa-jcs-2022": ("eddsa-jcs-2022", ED25519),
    "/vc/ecdsa-jcs-2019/P-256": ("ecdsa-jcs-2019", P256),
    "/vc/ecdsa-jcs-2019/P-384": ("ecdsa-jcs-2019", P384),
    "/vc/status": ("eddsa-jcs-2022", ED25519),
}


@dataclass(frozen=True)
class Issuer:
    """Who issues under a prefix."""

    prefix: str
    sealer: FileSealer

    @property
    def did(self) -> str:
        """The address of the issuer; its key is in it."""
        return DID_KEY + self.sealer.key


def make_issuers() -> dict[str, Issuer]:
    """Make an issuer for each prefix, with a new key."""
    return {
        prefix: Issuer(
            prefix,
            FileSealer(make_private_key(secrets.token_bytes, suite=suite, algorithm=algorithm)),
        )
        for prefix, (suite, algorithm) in KINDS.items()
    }
