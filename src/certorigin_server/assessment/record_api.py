"""The machine interface of what bodies keep on record: acts of examination, dossiers of goods."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Body, Router, Schema, Status

from certorigin.assessment.examination import ActDocument
from certorigin_server.application.api import WorksheetOut, worksheet_out
from certorigin_server.application.queries import (
    get_visible,
)
from certorigin_server.assessment import act_services, dossier_services
from certorigin_server.assessment.act_queries import acts_for, status_of
from certorigin_server.assessment.dossier_queries import (
    DOSSIERS_A_PAGE,
    dossiers_for,
    recheck,
)
from certorigin_server.assessment.queries import (
    goods_of,
)
from certorigin_server.desk.paging import part_on
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Version

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.assessment.act_queries import ExaminationAct
    from certorigin_server.assessment.dossier_queries import Dossier

router = Router(tags=["assessment"])


class ExaminationActOut(Schema):
    """An act of examination on record, and how it stands today."""

    id: str
    number: str
    date: str
    expert: str
    issuer: str
    valid_from: str
    valid_until: str
    findings: str
    confirms_necessary: bool | None = None
    goods: list[dict[str, str]]
    digest: str = ""
    status: str


class Acts(Schema):
    """The acts of the exporter of an application."""

    acts: list[ExaminationActOut]


class DossierOrder(Schema):
    """Approve an item of a decided application."""

    item: Version
    valid_until: date


class DossierOut(Schema):
    """A dossier, and what its facts come to today."""

    id: str
    exporter: str
    tariff_code: str
    description: str
    criterion: str
    valid_until: str
    status: str
    decision_today: str
    criterion_today: str
    rules_changed: bool


class Dossiers(Schema):
    """Dossiers that the caller may see."""

    dossiers: list[DossierOut]


@router.get("/{uuid:application}/acts", response=Acts)
def list_acts(request: HttpRequest, application: UUID) -> Acts:
    """List the acts of examination of the exporter of an application."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    row = get_visible(application, user=caller.user)
    return Acts(acts=[_act(one.act, one.status) for one in acts_for(row, at=caller.at)])


@router.post("/{uuid:application}/acts", response={201: ExaminationActOut})
def record_act(
    request: HttpRequest,
    application: UUID,
    document: Body[dict[str, Any]],
    evidence: UUID | None = None,
) -> Status[ExaminationActOut]:
    """Record an act of examination; `evidence` is the id of its file in the application."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    recorded = act_services.record_act(
        application=application,
        act=ActDocument.from_data(document),
        evidence=evidence,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _act(recorded, status_of(recorded, at=caller.at)))


@router.post("/acts/{uuid:act}/withdraw", response=ExaminationActOut)
def withdraw_act(request: HttpRequest, act: UUID) -> ExaminationActOut:
    """Withdraw an act: from now on it counts for nothing."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    gone = act_services.withdraw_act(act=act, by=caller.user, at=caller.at)
    return _act(gone, status_of(gone, at=caller.at))


@router.get("/dossiers", response=Dossiers)
def list_dossiers(request: HttpRequest, page: Page = "1") -> Dossiers:
    """List dossiers with what their facts come to today, a page at a time."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    rows = part_on(dossiers_for(caller.user), page, DOSSIERS_A_PAGE)
    return Dossiers(dossiers=[_dossier(one, caller) for one in rows])


@router.post("/{uuid:application}/dossier", response={201: DossierOut})
def approve(request: HttpRequest, application: UUID, order: DossierOrder) -> Status[DossierOut]:
    """Approve an item that was found to originate as a dossier of its exporter."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    approved = dossier_services.approve(
        application=application,
        sequence=int(order.item),
        valid_until=order.valid_until,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _dossier(approved, caller))


@router.post("/dossiers/{uuid:dossier}/withdraw", response=DossierOut)
def withdraw_dossier(request: HttpRequest, dossier: UUID) -> DossierOut:
    """Withdraw a dossier."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    gone = dossier_services.withdraw(dossier=dossier, by=caller.user, at=caller.at)
    return _dossier(gone, caller)


@router.post("/{uuid:application}/reuse", response=WorksheetOut)
def reuse(request: HttpRequest, application: UUID) -> WorksheetOut:
    """Take the facts of a draft from the exporter's dossiers of the same goods."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    return worksheet_out(
        dossier_services.reuse(application=application, by=caller.user, at=caller.at)
    )


def _act(act: ExaminationAct, status: str) -> ExaminationActOut:
    return ExaminationActOut(
        id=str(act.pk),
        number=act.number,
        date=act.dated.isoformat(),
        expert=act.expert,
        issuer=act.issuer,
        valid_from=act.valid_from.isoformat(),
        valid_until=act.valid_until.isoformat(),
        findings=act.findings,
        confirms_necessary=act.confirms_necessary,
        goods=goods_of(act),
        digest=act.evidence.digest if act.evidence else "",
        status=status.rpartition(".")[2],
    )


def _dossier(one: Dossier, caller: Caller) -> DossierOut:
    found = recheck(one, at=caller.at)
    return DossierOut(
        id=str(one.pk),
        exporter=one.exporter.slug,
        tariff_code=one.code,
        description=one.description,
        criterion=one.criterion,
        valid_until=one.valid_until.isoformat(),
        status=found.status.rpartition(".")[2],
        decision_today=found.decision,
        criterion_today=found.criterion,
        rules_changed=found.rules_changed,
    )
