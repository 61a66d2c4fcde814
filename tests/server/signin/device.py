"""A device with passkeys, in software: real keys, real signatures, the standard's own bytes."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://testserver"
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def to_text(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """One passkey. `verifies`: it asks for its person's finger."""

    def __init__(self, *, verifies=True, origin=ORIGIN, count=0):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.verifies, self.origin, self.count = verifies, origin, count
        self.handle = b""

    def _said(self, kind, options):
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _about(self, domain, more=b"", flags=0):
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        hashed = hashlib.sha256(domain.encode()).digest()
        return hashed + bytes([flags]) + struct.pack(">I", self.count) + more

    def _packed(self, **response):
        told = {name: to_text(value) for name, value in response.items()}
        rest = {"id": to_text(self.id), "rawId": to_text(self.id), "type": "public-key"}
        return json.dumps(rest | {"response": told})

    def make(self, options):
        """Answer a question for a new passkey."""
        options = json.loads(options)
        self.handle = to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1}
        key |= {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        made = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(key)
        about = self._about(options["rp"]["id"], made, ATTESTED)
        stated = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        said = self._said("webauthn.create", options)
        return self._packed(clientDataJSON=said, attestationObject=stated)

    def use(self, options, *, domain=None):
        """Answer a question for a passkey that there is."""
        options = json.loads(options)
        self.count += 1 if self.count else 0
        about = self._about(domain or options["rpId"])
        said = self._said("webauthn.get", options)
        signed = about + hashlib.sha256(said).digest()
        return self._packed(
            clientDataJSON=said,
            authenticatorData=about,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=self.handle,
        )
