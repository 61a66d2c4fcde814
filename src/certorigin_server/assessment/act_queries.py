"""Reading acts of examination: those of an exporter, as its cases show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.errors import UnknownError
from certorigin_server.application.queries import visible_to
from certorigin_server.assessment.models import ExaminationAct
from certorigin_server.assessment.queries import goods_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import User


@dataclass(frozen=True)
class ShownAct:
    """An act with its goods, and whether it counts today."""

    act: ExaminationAct
    goods: list[dict[str, str]]
    status: str


def acts_for(application: Application, *, at: datetime) -> list[ShownAct]:
    """Return the acts of the exporter of an application, from whichever case they come."""
    found = ExaminationAct.objects.filter(
        exporter=application.organisation_id, application__destroyed_at=None
    )
    rows = found.select_related("evidence", "recorded_by")
    return [ShownAct(act, goods_of(act), status_of(act, at=at)) for act in rows]


def status_of(act: ExaminationAct, *, at: datetime) -> str:
    """Return the code of how an act stands on a day."""
    today = timezone.localdate(at)
    if act.withdrawn_at is not None:
        return "examination.withdrawn"
    if today > act.valid_until:
        return "examination.expired"
    return "examination.valid" if today >= act.valid_from else "examination.not_yet_valid"


def get_act(act: UUID, *, user: User) -> ExaminationAct:
    """Return an act that a person may see. Raises UnknownError (`examination.unknown`)."""
    seen = visible_to(user).values("organisation")
    found = ExaminationAct.objects.filter(pk=act, exporter__in=seen, application__destroyed_at=None)
    row = found.select_related("recorded_by", "application").first()
    if row is None:
        raise UnknownError("examination.unknown", act=str(act))
    return row
