"""The key compromise drill: which registered acts a key sealed, and what its withdrawal does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.seal.trust.withdrawal import Drill, Sealed
from certorigin.seal.trust.withdrawal import rehearse as rehearse_with
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.fallen import sealed_with

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.standing.models import RegisteredAct


def rehearse(key: str, *, at: datetime, reason: str) -> Drill:
    """Tell what withdrawing a key of any state from `at` on does here; nothing is changed.

    Raises UnknownError (`trust.key_unknown`).
    """
    contents, found = _listed(key)
    acts = [_sealed(row) for row in sealed_with(key)]
    return rehearse_with(contents, found, acts, at=at, reason=reason)


def _listed(key: str) -> tuple[TrustDraft, Key]:
    trust = get_trust()
    for state in trust.states:
        contents = trust.newest(state).contents
        for one in contents.keys:
            if one.key == key:
                return contents, one
    raise UnknownError("trust.key_unknown", key=key[:80])


def _sealed(row: RegisteredAct) -> Sealed:
    return Sealed(
        act=row.act,
        kind=row.kind,
        subject=row.subject,
        number=row.number,
        publisher=row.publisher,
        legal_time=row.legal_time,
    )
