"""Keys of signed notes: verifier keys `name+id+base64`, Ed25519 and timestamped Ed25519 (C2SP)."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from certorigin.errors import MalformedError, SignatureError
from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

KEY_SIZE = 32
SIGNATURE_SIZE = 64
MAX_NAME = 256

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH).total_seconds())
_ODD = re.compile(r"[\s\x00-\x1f+]")  # in no name of a key
_VERIFIER = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class KeyKind(IntEnum):
    """The signature types of C2SP signed-note that this house speaks."""

    ED25519 = 1  # over the note's text
    COSIGNATURE = 4  # cosignature/v1: over a time and the text (C2SP tlog-cosignature)


@dataclass(frozen=True)
class Verifier:
    """Somebody whose signature on a note we know how to check. Raises MalformedError when made."""

    name: str
    kind: KeyKind
    public_key: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if len(self.public_key) != KEY_SIZE:
            raise MalformedError("log.key_malformed", place="public_key", value=self.name)

    @cached_property
    def key_id(self) -> bytes:
        """Return the four bytes that, with the name, say whose signature a line is."""
        kind = bytes([self.kind])
        return sha256(self.name.encode() + b"\n" + kind + self.public_key).digest()[:4]

    def to_text(self) -> str:
        """Write the verifier key."""
        key = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def from_text(cls, text: str) -> Verifier:
        """Read a verifier key; the exact inverse of `to_text`. Raises MalformedError."""
        match = _VERIFIER.fullmatch(text) if len(text) <= 2 * MAX_NAME else None
        if match is None:
            raise MalformedError("log.key_malformed", place="verifier", value=text[:80])
        data = base64_strict(match[3], place="verifier")
        try:
            verifier = cls(match[1], KeyKind(data[0]), data[1:])
        except ValueError:
            raise MalformedError("log.key_kind", place="verifier", value=str(data[0])) from None
        if verifier.key_id.hex() != match[2]:
            raise MalformedError("log.key_id_wrong", place="verifier", value=text[:80])
        return verifier

    def verify(self, text: bytes, value: bytes) -> datetime | None:
        """Verify a signature on a note's text; return its time when it is a cosignature.

        Raises SignatureError; MalformedError for a time that no calendar knows.
        """
        if self.kind is KeyKind.ED25519:
            self._verify_bytes(text, value)
            return None
        seconds = int.from_bytes(value[:8], "big")
        if seconds > _END:
            raise MalformedError("log.time_malformed", place=self.name, value=str(seconds))
        self._verify_bytes(timestamped(text, seconds), value[8:])
        return _EPOCH + timedelta(seconds=seconds)

    def _verify_bytes(self, message: bytes, signature: bytes) -> None:
        if len(signature) != SIGNATURE_SIZE:
            raise SignatureError("log.signature_wrong", name=self.name)
        try:
            crypto_sign_open(signature + message, self.public_key)
        except BadSignatureError:
            raise SignatureError("log.signature_wrong", name=self.name) from None


@dataclass(frozen=True)
class Signer:
    """A key in use: how its signatures are verified, and a function that makes them (Ed25519)."""

    verifier: Verifier
    sign: Callable[[bytes], bytes]

    @property
    def name(self) -> str:
        """Return the key name."""
        return self.verifier.name


def check_key_name(name: str) -> None:
    """Check a key name (C2SP signed-note). Raises MalformedError."""
    if not name or _ODD.search(name) or len(name) > MAX_NAME or not _is_unicode(name):
        raise MalformedError("log.key_name_malformed", place="name", value=name[:80])


def seconds_of(moment: datetime) -> int:
    """Return the POSIX seconds of an aware moment, cut to whole ones. Raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    if seconds < 0:
        raise ValueError("a moment before 1970")
    return seconds


def timestamped(text: bytes, seconds: int) -> bytes:
    """Return the message that cosignature/v1 signs."""
    return b"cosignature/v1\ntime %d\n%b" % (seconds, text)


def base64_strict(text: str, *, place: str) -> bytes:
    """Decode standard base64 with exactly one spelling for each value. Raises MalformedError."""
    try:
        written = text.encode("ascii")
        data = binascii.a2b_base64(written)  # lenient: what it passes over shows below
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedError("log.base64_malformed", place=place, value=text[:80]) from None
    if binascii.b2a_base64(data, newline=False) != written:
        raise MalformedError("log.base64_malformed", place=place, value=text[:80])
    return data


def _is_unicode(text: str) -> bool:
    """Say whether the text can be written as UTF-8: no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
