"""C2SP tlog-cosignature: "at this time, this was the largest head of this log that I had seen"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import SignatureError
from certorigin.log.key import KeyKind, Signer, Verifier, seconds_of, timestamped
from certorigin.log.note import Signature, check_text

if TYPE_CHECKING:
    from datetime import datetime


def cosign(text: bytes, signer: Signer, *, at: datetime) -> Signature:
    """Cosign a checkpoint's text at a moment, cut to whole seconds.

    Raises SignatureError when the key is of another kind or does not fit, ValueError for a naive
    moment.
    """
    check_text(text)
    if signer.verifier.kind is not KeyKind.COSIGNATURE:
        raise SignatureError("log.key_kind", name=signer.name)
    seconds = seconds_of(at)
    value = seconds.to_bytes(8, "big") + signer.sign(timestamped(text, seconds))
    signer.verifier.verify(text, value)  # a faulty key must never spoil a log
    return Signature(signer.name, signer.verifier.key_id, value)


def verify_cosignature(text: bytes, signature: Signature, verifier: Verifier) -> datetime:
    """Verify one cosignature and return its time. Raises SignatureError."""
    if (signature.name, signature.key_id) != (verifier.name, verifier.key_id):
        raise SignatureError("log.signature_missing", name=verifier.name)
    at = verifier.verify(text, signature.value)
    if at is None:
        raise SignatureError("log.key_kind", name=verifier.name)
    return at
