"""What the assessing body wrote about cases, as far as the term of keeping is concerned (R16)."""

from __future__ import annotations

from collections import defaultdict
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
    Papers(
        ExaminationAct,
        "application",
        {"expert": _GONE, "issuer": _GONE, "findings": _GONE, "goods": "[]"},
    ),
    Papers(
        Dossier,
        "assessment__application",
        {"worksheet": "", "description": "", "goods_key": ""},
    ),
)


def appealed(applications: Iterable[UUID]) -> set[UUID]:
    """Return those about whose refusal an appeal is still open."""
    rows = Appeal.objects.filter(refusal__application__in=applications, resolved_at=None)
    return set(rows.values_list("refusal__application", flat=True))


def in_use_until(applications: Iterable[UUID]) -> dict[UUID, list[date]]:
    """Return the last days of the dossiers and acts of examination that came of applications."""
    names, found = list(applications), defaultdict(list)
    for model, path in ((Dossier, "assessment__application"), (ExaminationAct, "application")):
        rows = model._default_manager.filter(**{f"{path}__in": names})  # noqa: SLF001 - Django's
        for application, day in rows.values_list(path, "valid_until"):
            found[application].append(day)
    return found
