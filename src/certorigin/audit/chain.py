"""How an entry of the trail is hashed: over the hash before it and its own canonical form."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from datetime import datetime

START = "0" * 64


def entry_hash(
    *, previous: str, sequence: int, at: datetime, actor: str, action: str, subject: str, facts: str
) -> str:
    """Return the hash of one entry, in hexadecimal."""
    data = {
        "previous": previous,
        "sequence": str(sequence),
        "at": moment_to_text(at),
        "actor": actor,
        "action": action,
        "subject": subject,
        "facts": facts,
    }
    return hashlib.sha256(strict_bytes(data)).hexdigest()
