"""The key compromise drill: which registered acts a key sealed, and what its withdrawal does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.log.national import is_national
from certorigin.mirror.acts import Checker, Weight
from certorigin.seal.trust.entries import Withdrawal
from certorigin.seal.trust.withdrawal import Drill, Sealed, supposed
from certorigin.seal.trust.withdrawal import rehearse as rehearse_with
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.fallen import sealed_with

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust import Trust
    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.standing.models import RegisteredAct


def rehearse(key: str, *, at: datetime, reason: str) -> Drill:
    """Tell what withdrawing a key of any state from `at` on does here; nothing is changed.

    Each act is judged as the mirror will judge it, by the list as it would be: what never counted
    neither stays nor falls, and a seal that only stands beside the issuer's own takes nothing with
    it. Raises UnknownError (`trust.key_unknown`).
    """
    contents, found = _listed(key)
    trust = get_trust()
    before = trust.supposing(supposed(contents, replace(found, withdrawn=None)))
    rows = [row for row in sealed_with(key) if _counts(row, before)]
    gone = replace(found, withdrawn=Withdrawal(at, reason))
    after = trust.supposing(supposed(contents, gone))
    by_place = {_sealed(row): row for row in rows}
    return rehearse_with(
        contents,
        found,
        by_place,
        lambda one: _counts(by_place[one], after),
        at=at,
        reason=reason,
    )


def _counts(row: RegisteredAct, trust: Trust) -> bool:
    """Say whether an entry counts by these lists, at its legal time or else as of now."""
    corridor = None if is_national(row.origin) else "/".join(row.origin.split("/")[2:4])
    checker = Checker(trust, publisher=row.publisher, corridor=corridor)
    judged = checker.judge(row.raw.encode(), at=row.legal_time or row.registered_at)
    return judged.weight is Weight.COUNTS


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
