"""What travelled back about a certificate, as far as both logs say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin_server.certification.queries import get_visible
from certorigin_server.returns.models import Verification
from certorigin_server.standing.queries import issued_act_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.standing.fold import Standing
    from certorigin_server.users.queries import User


def get_standing_for(user: User, subject: str, *, at: datetime) -> Standing:
    """Return the standing of a certificate that a person may see.

    Raises UnknownError, also (`log.not_published`) while no log holds the certificate.
    """
    certificate = get_visible(subject, user=user)
    if issued_act_of(subject) is None:
        act = certificate.act
        raise UnknownError("log.not_published", act=act.pk, status=act.status)
    return standing_of(subject, at=at)


def asked_about(subjects: Iterable[str]) -> set[str]:
    """Return the certificates about which a verification request is open."""
    rows = Verification.objects.filter(subject__in=list(subjects), closed_at=None)
    return set(rows.values_list("subject", flat=True))
