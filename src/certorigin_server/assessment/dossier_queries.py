"""Reading dossiers: whose they are, which fit an application, whose answer would change today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.assessment.basis import digest_of_rules
from certorigin.assessment.dossier import goods_key, repriced
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import CertoriginError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin_server.application.queries import draft_of
from certorigin_server.assessment.models import Dossier
from certorigin_server.assessment.queries import judge_for
from certorigin_server.users.queries import (
    is_trader,
    issuing_organisations_of,
    sees_every_body,
)

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.application.queries import Application
    from certorigin_server.users.queries import Organisation, User

# Each of a page is computed anew when the page is opened.
DOSSIERS_A_PAGE = 10


@dataclass(frozen=True)
class Rechecked:
    """A dossier beside what its facts come to today.

    `rules_changed`: the data of the agreement are others than at its approval.
    """

    dossier: Dossier
    status: str
    decision: str
    criterion: str
    rules_changed: bool = False

    @property
    def is_other(self) -> bool:
        """Say whether the answer would be another one."""
        return self.status == "dossier.other"


def dossiers_for(user: User) -> QuerySet[Dossier]:
    """Return the dossiers that a person may see: the exporter's own, those that bodies approved."""
    seen = issuing_organisations_of(user)
    found = Dossier.objects.exclude(worksheet="")  # destroyed with its case (R16)
    if user.organisation is not None and is_trader(user.organisation):
        found = found.filter(exporter__in=seen)
    elif not sees_every_body(user):
        found = found.filter(body__in=seen)
    return found.select_related("exporter", "body", "approved_by")


def get_dossier(dossier: UUID, *, user: User) -> Dossier:
    """Return a dossier that a person may see. Raises UnknownError (`dossier.unknown`)."""
    found = dossiers_for(user).filter(pk=dossier).first()
    if found is None:
        raise UnknownError("dossier.unknown", dossier=str(dossier))
    return found


def facts_of(dossier: Dossier) -> Worksheet:
    """Read the facts that a dossier holds."""
    return Worksheet.from_data(parse_strict(dossier.worksheet.encode()))


def dossiers_in_force(exporter: Organisation, *, at: datetime) -> frozenset[str]:
    """Return the keys of the goods of which an exporter has a dossier in force."""
    rows = Dossier.objects.filter(
        exporter=exporter, withdrawn_at=None, valid_until__gte=timezone.localdate(at)
    )
    return frozenset(rows.values_list("goods_key", flat=True))


def fitting(application: Application, *, at: datetime) -> dict[int, Dossier]:
    """Return for each item of an application the newest dossier of its goods that is in force."""
    wanted = {
        goods_key(item.tariff_code, item.description): item.sequence
        for item in draft_of(application).items
        if item.tariff_code is not None
    }
    rows = Dossier.objects.filter(
        exporter=application.organisation_id,
        goods_key__in=list(wanted),
        withdrawn_at=None,
        valid_until__gte=timezone.localdate(at),
    )
    return {wanted[row.goods_key]: row for row in rows.order_by("approved_at", "id")}


def recheck(dossier: Dossier, *, at: datetime, percent: Decimal | None = None) -> Rechecked:
    """Say what the facts of a dossier come to today; `percent`: with dearer foreign materials."""
    worksheet = facts_of(dossier)
    if percent is not None:
        worksheet = repriced(worksheet, percent=percent)
    try:
        reasons = judge_for(dossier.exporter_id, worksheet, at=at).reasons
        (item,) = reasons.items
        decision, criterion = str(item.decision), str(item.criterion or "")
        changed = digest_of_rules(worksheet.agreement) != dossier.rules
    except CertoriginError:  # the agreement or its codes are others now: no answer is another one
        decision, criterion, changed = "undetermined", "", True
    status = "dossier.same" if criterion == dossier.criterion else "dossier.other"
    if dossier.withdrawn_at is not None:
        status = "dossier.withdrawn"
    elif dossier.valid_until < timezone.localdate(at):
        status = "dossier.expired"
    return Rechecked(dossier, status, decision, criterion, changed)
