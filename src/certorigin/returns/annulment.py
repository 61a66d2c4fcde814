"""Annulment: the issuing body takes a certificate back, and the partner learns it at once (R50)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.returns.about import act_about, check_not_ended, issued_of
from certorigin.returns.grounds import get_annulment_ground
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.bodies import Annulment
from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act


def annulled(
    standing: Standing,
    *,
    ground: str,
    remark: str,
    officer: str,
    act_id: str,
    at: datetime,
    effective: datetime,
) -> Act:
    """Return the act that annuls a certificate (Rules 9.4). Its issuer is the body that issued.

    `effective` may lie before `at`, down to the day of issue: it is the body's statement, and
    customs sees it. The annulment still holds only from its legal time (docs/decisions/0006).
    Raises StandingError when there is nothing to annul or `effective` is before the issue,
    UnknownError for a ground that is not in the closed list.
    """
    check_not_ended(standing)
    get_annulment_ground(ground)
    reference = standing.reference
    if effective < start_of_day(reference.date, reference.issued_in):
        raise StandingError(
            "annulment.before_issue",
            number=reference.number,
            effective=moment_to_text(effective),
            issued=reference.date.isoformat(),
        )
    body = Annulment(reference, ground, remark, effective, officer)
    issuer = issued_of(standing).act.issuer
    return act_about(standing, Kind.ANNULLED, body.to_data(), issuer=issuer, act_id=act_id, at=at)
