"""Replacement: another certificate, with a new number, stands in place of this one (R47)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError, UnknownError
from certorigin.returns.about import act_about, check_not_ended, issued_of
from certorigin.standing.fold import StandingStatus
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Replacement

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import CertificateReference


# Why a certificate is issued in place of another (Rules 8.3).
REASONS = ("error_in_certificate", "consignment_changed", "certificate_annulled")
_KNOWN_TO_BOTH = frozenset(
    {
        StandingStatus.REGISTERED,
        StandingStatus.VALID,
        StandingStatus.USED_UP,
        StandingStatus.EXPIRED,
        StandingStatus.ANNULLED,
    }
)


def check_reason(reason: str) -> None:
    """Raise UnknownError (`replacement.reason_unknown`) for a reason outside the closed list."""
    if reason not in REASONS:
        choices = ", ".join(REASONS)
        raise UnknownError("replacement.reason_unknown", reason=reason[:80], choices=choices)


def check_replaceable(standing: Standing) -> bool:
    """Say whether an act has to end the certificate: one that is annulled has ended already.

    Raises StandingError when it was replaced before, when another end is on its way, or when not
    both states hold it yet (`replacement.not_held`).
    """
    issued_of(standing)
    if standing.status is StandingStatus.ANNULLED:
        return False
    check_not_ended(standing)
    if standing.status not in _KNOWN_TO_BOTH:
        raise StandingError("replacement.not_held", number=standing.reference.number)
    return True


def replaced(
    standing: Standing,
    *,
    by: CertificateReference,
    by_subject: str,
    officer: str,
    act_id: str,
    at: datetime,
    is_version: bool = False,
) -> Act:
    """Return the act that ends a certificate in favour of another (Rules 8.3).

    A corrected version keeps the number (R32): it is told by `is_version`. Raises StandingError
    when there is nothing to replace, or when the other one is not another: it needs a number and a
    subject of its own, and the same issuing state.
    """
    check_not_ended(standing)
    reference = standing.reference
    is_numbered = (by.number == reference.number) == is_version
    is_other = is_numbered and by_subject != standing.subject
    if not is_other or by.issued_in != reference.issued_in:
        raise StandingError("replacement.not_another", number=reference.number, by=by.number)
    body = Replacement(reference, by, by_subject, officer)
    issuer = issued_of(standing).act.issuer
    return act_about(standing, Kind.REPLACED, body.to_data(), issuer=issuer, act_id=act_id, at=at)
