"""What the assessing body wrote about cases, as far as the term of keeping is concerned (R16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.assessment.models import (
    Appeal,
    Assessment,
    Dossier,
    ExaminationAct,
    Refusal,
)
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

_GONE = "—"
PAPERS = (
    Papers(Assessment, "application", {"document": "", "remark": "", "basis": ""}),
    Papers(Refusal, "application", {"document": "", "remark": "", "basis": ""}),
    Papers(Appeal, "refusal__application", {"text": _GONE}),
    Papers(Appeal, "refusal__application", {"reason": _GONE}, {"resolved_at__isnull": False}),
    Papers(ExaminationAct, "application", {"expert": _GONE, "issuer": _GONE, "findings": _GONE}),
)


def appealed(applications: Iterable[UUID]) -> set[UUID]:
    """Return those about whose refusal an appeal is still open."""
    rows = Appeal.objects.filter(refusal__application__in=applications, resolved_at=None)
    return set(rows.values_list("refusal__application", flat=True))


def dossiers_until(applications: Iterable[UUID]) -> dict[UUID, date]:
    """Return the last day of the dossiers that rest on the assessments of some applications."""
    rows = Dossier.objects.filter(assessment__application__in=applications)
    ends = rows.order_by("valid_until").values_list("assessment__application", "valid_until")
    return dict(ends)
