"""Verifying with a key; nobody signs here."""

from nacl.bindings import crypto_sign_open


class VerifyKey:
    """An Ed25519 public key."""

    def __init__(self, key: bytes) -> None:
        self._key = bytes(key)

    def verify(self, message: bytes, signature: bytes) -> bytes:
        """Return the message. Raises BadSignatureError."""
        if len(signature) != 64:
            raise ValueError("The signature must be exactly 64 bytes long.")
        return crypto_sign_open(bytes(signature) + bytes(message), self._key)


class SigningKey:
    """There to be imported: a verifier holds no private key."""

    def __init__(self, *_args: object) -> None:
        raise NotImplementedError("a verifier does not sign")
