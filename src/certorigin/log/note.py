"""C2SP signed-note: a text, an empty line, and one line for each signature."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.errors import LimitError, MalformedError, SignatureError
from certorigin.late import dataclass
from certorigin.log.key import KeyKind, Signer, Verifier, base64_strict, check_key_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MAX_NOTE = 128 << 10
MAX_SIGNATURES = 64

_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")
_DASH = "\u2014 "


@dataclass(frozen=True)
class Signature:
    """One signature line: whose it claims to be, and the bytes after the key id."""

    name: str
    key_id: bytes
    value: bytes

    def to_line(self) -> str:
        """Write the line, without its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}"

    @classmethod
    def from_line(cls, line: str) -> Signature:
        """Read a line; the exact inverse of `to_line`. Raises MalformedError."""
        name, space, value = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise MalformedError("log.note_malformed", place="signature", value=line[:80])
        check_key_name(name)
        data = base64_strict(value, place="signature")
        if len(data) < 5:
            raise MalformedError("log.note_malformed", place="signature", value=line[:80])
        return cls(name, data[:4], data[4:])


@dataclass(frozen=True)
class Verified:
    """A signature that was verified with a known key; `at` is the time of a cosignature."""

    verifier: Verifier
    signature: Signature
    at: datetime | None


@dataclass(frozen=True)
class Note:
    """A text with its signatures. Nothing is trusted by being read: see `verify_note`."""

    text: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def from_bytes(cls, data: bytes) -> Note:
        """Read a note; the exact inverse of `to_bytes`. Raises MalformedError, LimitError."""
        if len(data) > MAX_NOTE:
            raise LimitError("log.note_too_long", place="note", value=str(len(data)))
        split = data.rfind(b"\n\n")
        if split < 0 or not data.endswith(b"\n"):
            raise MalformedError("log.note_malformed", place="note")
        text = data[: split + 1]
        check_text(text)
        lines = _decode(data[split + 2 : -1]).split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise LimitError("log.note_too_long", place="signatures", value=str(len(lines)))
        return cls(text, tuple(Signature.from_line(line) for line in lines))

    def to_bytes(self) -> bytes:
        """Write the note. Raises MalformedError when it could not be read again."""
        check_text(self.text)
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedError("log.note_malformed", place="signatures")
        lines = "".join(f"{signature.to_line()}\n" for signature in self.signatures)
        return self.text + b"\n" + lines.encode()

    def with_signature(self, signature: Signature) -> Note:
        """Return the note with one more signature; the same note when it has it already."""
        if signature in self.signatures:
            return self
        return replace(self, signatures=(*self.signatures, signature))


def check_text(text: bytes) -> None:
    """Check a text: UTF-8, no control characters, ends in a newline. Raises MalformedError."""
    _decode(text)
    if not text.endswith(b"\n") or _CONTROL.search(text):
        raise MalformedError("log.note_malformed", place="text")


def sign_text(text: bytes, signer: Signer) -> Signature:
    """Sign a note's text with an Ed25519 key. Raises SignatureError when the key does not fit.

    A cosignature needs a time: see `certorigin.log.cosignature`.
    """
    check_text(text)
    if signer.verifier.kind is not KeyKind.ED25519:
        raise SignatureError("log.key_kind", name=signer.name)
    value = signer.sign(text)
    signer.verifier.verify(text, value)  # a faulty key must never spoil a log
    return Signature(signer.name, signer.verifier.key_id, value)


def verify_note(note: Note, verifiers: Sequence[Verifier]) -> tuple[Verified, ...]:
    """Verify each signature by a known key, and return them in the note's order.

    Signatures by unknown keys stay in the note and count for nothing. A repeated line counts once;
    a key that signed more than once (cosignatures of several times) counts each time.

    Raises SignatureError when a known key's signature does not fit, when no known key has signed,
    or when two known keys cannot be told apart.
    """
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise SignatureError("log.key_ambiguous", name=verifier.name)
    verified = []
    for signature in dict.fromkeys(note.signatures):
        signed_by = known.get((signature.name, signature.key_id))
        if signed_by is not None:
            at = signed_by.verify(note.text, signature.value)
            verified.append(Verified(signed_by, signature, at))
    if not verified:
        raise SignatureError("log.signature_missing")
    return tuple(verified)


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise MalformedError("log.note_malformed", place="encoding") from None
