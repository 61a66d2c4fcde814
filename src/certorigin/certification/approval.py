"""What an exporter approves: the boxes of a draft, but for what is only given at certification.

Number, officer and day come with the certification; all else is fixed by one digest. A draft that
differs in any other box has another digest, and no approval.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from certorigin.seal.canonical import strict_bytes

if TYPE_CHECKING:
    from certorigin.vocabulary.certificate import Certificate

_GIVEN_LATER = frozenset({"number"})
_GIVEN_LATER_IN_BOX_12 = frozenset({"officer", "officerName", "date"})


def digest_of_draft(certificate: Certificate) -> str:
    """Return the SHA-256, in hexadecimal, of what an exporter approves in a draft."""
    data = certificate.to_data()
    kept = {name: value for name, value in data.items() if name not in _GIVEN_LATER}
    kept["certification"] = {
        name: value
        for name, value in data["certification"].items()
        if name not in _GIVEN_LATER_IN_BOX_12
    }
    return hashlib.sha256(strict_bytes(kept)).hexdigest()
