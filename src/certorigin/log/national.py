"""A national log: salted hashes of what no corridor takes (docs/spec/log.md, 8).

Its reader, a witness of choice, countersigns that the entries stand and learns nothing of them.
Whoever holds the bytes and their salt, which travel in the bundle, can show that they are entered.
"""

from __future__ import annotations

import re
from hashlib import sha256

AGREEMENT = "NATIONAL"
SALT_SIZE = 32

_HEADER = b"certorigin-commitment/v1\n"
_COMMITMENT = re.compile(re.escape(_HEADER) + rb"[0-9a-f]{64}\n")


def commitment_to(data: bytes, salt: bytes) -> bytes:
    """Return the entry that stands for bytes. Raises ValueError for a salt of another size."""
    if len(salt) != SALT_SIZE:
        raise ValueError("a salt has 32 bytes")
    return _HEADER + sha256(_HEADER + salt + data).hexdigest().encode() + b"\n"


def is_commitment(entry: bytes) -> bool:
    """Say whether an entry stands for bytes that are kept elsewhere."""
    return _COMMITMENT.fullmatch(entry) is not None


def is_national(origin: str) -> bool:
    """Say whether an origin is that of a national log."""
    parts = origin.split("/")
    return len(parts) == 5 and parts[3] == AGREEMENT
