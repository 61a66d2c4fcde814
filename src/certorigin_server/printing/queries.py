"""Reading the print queue: what waits for paper at a body."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin_server.certification.queries import visible_to
from certorigin_server.printing.models import Printed

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.users.queries import User

# What was certified before is printed from its own page.
DAYS = 90


def waiting_for_paper(user: User, *, at: datetime) -> QuerySet[Certificate]:
    """Return the released certificates of the own body that nobody printed, oldest first.

    Those of corridors whose certificates also are paper.
    """
    paper = [
        str(one.corridor)
        for one in settings.SYSTEM.corridors
        if one.document_medium != "electronic-only"
    ]
    since = timezone.localdate(at) - timedelta(days=DAYS)
    found = visible_to(user).filter(
        body=user.organisation,
        issued_on__gte=since,
        act__corridor__in=paper,
        act__published_at__isnull=False,
        printed=None,
        handover=None,
    )
    return found.order_by("issued_on", "id")


def printed_of(certificate: Certificate) -> Printed | None:
    """Return on which blank a certificate was printed, or None."""
    found = Printed.objects.filter(certificate=certificate)
    return found.select_related("printed_by").first()
