"""Codes of other systems that carry COSE as ours do: `HC1:`, base45, zlib (EU-DCC and its kin)."""

from __future__ import annotations

import zlib

from certorigin.errors import LimitError, MalformedError
from certorigin.seal.base45 import base45_decode
from certorigin.seal.cose import MAX_MESSAGE, Message

PREFIX = "HC1:"


def is_foreign(text: str) -> bool:
    """Say whether the text of a code has the prefix of these systems."""
    return text.startswith(PREFIX)


def read_foreign(text: str) -> Message:
    """Read the signed message out of a code. Raises MalformedError, LimitError."""
    if not is_foreign(text):
        raise MalformedError("code.not_ours", place="prefix")
    return Message.from_bytes(unpack(base45_decode(text.removeprefix(PREFIX))))


def unpack(raw: bytes) -> bytes:
    """Decompress a message. Raises MalformedError, LimitError."""
    machine = zlib.decompressobj()
    try:
        data = machine.decompress(raw, MAX_MESSAGE)
    except zlib.error:
        raise MalformedError("code.not_zlib", place="") from None
    if machine.unconsumed_tail:
        raise LimitError("code.too_long", place="", limit=str(MAX_MESSAGE))
    if not machine.eof:
        raise MalformedError("code.not_zlib", place="end")
    return data
