"""Replacement: another certificate, with a new number, stands in place of this one (R47)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.returns.about import act_about, check_not_ended, issued_of
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Replacement

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import CertificateReference


def replaced(
    standing: Standing,
    *,
    by: CertificateReference,
    by_subject: str,
    officer: str,
    act_id: str,
    at: datetime,
) -> Act:
    """Return the act that ends a certificate in favour of another (Rules 8.3).

    Raises StandingError when there is nothing to replace, or when the other one is not another: it
    needs a number and a subject of its own, and the same issuing state.
    """
    check_not_ended(standing)
    reference = standing.reference
    is_other = by.number != reference.number and by_subject != standing.subject
    if not is_other or by.issued_in != reference.issued_in:
        raise StandingError("replacement.not_another", number=reference.number, by=by.number)
    body = Replacement(reference, by, by_subject, officer)
    issuer = issued_of(standing).act.issuer
    return act_about(standing, Kind.REPLACED, body.to_data(), issuer=issuer, act_id=act_id, at=at)
