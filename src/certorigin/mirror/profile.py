"""Versions of the corridor's profile: which of them two installations have in common (R8).

Each installation tells its partner which versions it speaks; both then speak the newest that they
share. What is in a log is never bound to a version: a log that is followed goes on being followed,
whatever is agreed about the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from certorigin.errors import MalformedError, VerificationError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

V1: Final = "certorigin-corridor/v1"
V2: Final = "certorigin-corridor/v2"
KNOWN: Final = (V1, V2)
# From which version on a partner can be asked for what.
QUESTIONS: Final = V2

MAX_PROFILES: Final = 10_000
_FORMAT: Final = "certorigin-profiles/v1"
_PROFILE = re.compile(r"certorigin-corridor/v[1-9][0-9]{0,2}", re.ASCII)
_MOST = 16


def write_profiles(corridor: str, spoken: Sequence[str]) -> bytes:
    """Write which versions an installation speaks in a corridor, for its partner."""
    return strict_bytes({"corridor": corridor, "format": _FORMAT, "profiles": list(spoken)})


def read_profiles(raw: bytes, corridor: str) -> tuple[str, ...]:
    """Read which versions a partner speaks; those of the future are kept as they are named.

    Raises MalformedError (`profile.malformed`) for anything else.
    """
    record = Record(parse_strict(raw, max_bytes=MAX_PROFILES))
    named = record.text("format") == _FORMAT and record.text("corridor") == corridor
    spoken = record.texts("profiles", limit=_MOST)
    record.finish()
    if not named or not spoken or not all(map(_PROFILE.fullmatch, spoken)):
        raise MalformedError("profile.malformed", place="profiles")
    return spoken


def agree(ours: Sequence[str], theirs: Sequence[str]) -> str:
    """Return the newest version that both speak.

    Raises VerificationError (`profile.none_shared`) with both lists, for people to read.
    """
    shared = [version for version in KNOWN if version in ours and version in theirs]
    if not shared:
        raise VerificationError(
            "profile.none_shared", ours=", ".join(ours), theirs=", ".join(theirs)
        )
    return shared[-1]


def offers(agreed: str, wanted: str) -> bool:
    """Say whether what came with a version can be asked of a partner."""
    return agreed in KNOWN and KNOWN.index(agreed) >= KNOWN.index(wanted)
