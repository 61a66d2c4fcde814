"""A mirror's folder: the layout of a log, then `cosigned/`, `evidence/` and `private/`.

checkpoint           the newest head that was verified to its last entry, as the publisher signed it
private/pending      a newer head that was believed but is not taken to its end yet
private/cosigning    a cosigned head that has no name yet
cosigned/<n>         heads that this installation cosigned, n = 0, 1, 2 … by growing size
evidence/<n>/        what a fork, a roll-back or an alteration left behind (certorigin.mirror.halt)
the rest             log.json, tile/, object/ as in docs/spec/log.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.log import layout
from certorigin.log.note import MAX_NOTE

if TYPE_CHECKING:
    from certorigin.log.checkpoint import SignedHead
    from certorigin.log.directory import Directory
    from certorigin.mirror.partner import Partner

PENDING = "private/pending"
COSIGNING = "private/cosigning"


def find_head(directory: Directory, partner: Partner) -> SignedHead | None:
    """Return the head that the mirror stands on, or None before the first.

    Raises MalformedError or SignatureError when the file is not what it was.
    """
    return _find(directory, layout.CHECKPOINT, partner)


def find_pending(directory: Directory, partner: Partner) -> SignedHead | None:
    """Return the head that is being taken, or None. Raises as `find_head`."""
    return _find(directory, PENDING, partner)


def _find(directory: Directory, path: str, partner: Partner) -> SignedHead | None:
    if not directory.has(path):
        return None
    return partner.read_head(directory.read(path, limit=MAX_NOTE))
