"""Certificates of cases whose term of keeping is looked at, and words about them (R16)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from certorigin_server.certification.models import Certificate, DraftAnswer, SentBack
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

PAPERS = (
    Papers(DraftAnswer, "draft__application", {"remark": ""}),
    Papers(SentBack, "application", {"reason": "—"}),
)


def certificates_of_cases(applications: Iterable[UUID]) -> dict[UUID, list[tuple[str, date]]]:
    """Return name and day of the certificates of some applications."""
    found: dict[UUID, list[tuple[str, date]]] = defaultdict(list)
    rows = Certificate.objects.filter(application__in=applications).order_by("id")
    for application, subject, day in rows.values_list("application", "id", "issued_on"):
        found[application].append((subject, day))
    return found
