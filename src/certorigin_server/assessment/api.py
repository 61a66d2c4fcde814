"""The machine interface of the second stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from ninja import Body, Router, Schema, Status

from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import WorksheetOut, worksheet_out
from certorigin_server.application.evidence_api import EvidenceOut, attach_body
from certorigin_server.application.findings import FindingOut, tell
from certorigin_server.application.queries import submitted_at
from certorigin_server.assessment import services
from certorigin_server.assessment.queries import WorkList, latest_visible, reasons_of
from certorigin_server.desk.paging import PAGE_SIZE, bounds_of
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Text, Version

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.assessment.models import Assessment
    from certorigin_server.assessment.queries import Waiting

router = Router(tags=["assessment"])


class WaitingOut(Schema):
    """An application that waits for a decision; `last` is the outcome of the last attempt.

    While the clock stands still `due` is empty and `suspended_since` names the day.
    """

    application: str
    organisation: str
    organisation_name: str
    form: str
    destination: str
    submitted_at: str
    due: str
    overdue: bool
    days_left: str
    suspended_since: str = ""
    answered: bool
    worksheet_version: str
    last: str = ""


class WorkListOut(Schema):
    """What waits for a decision, longest waiting first."""

    waiting: list[WaitingOut]


class Order(Schema):
    """Decide, on the version of the facts that the officer saw."""

    worksheet_version: Version
    remark: Text = ""


class ItemOut(Schema):
    """The decision about one item; `missing` names the facts that kept it open."""

    sequence: str
    tariff_code: str
    decision: str
    criterion: str
    missing: list[str]
    hints: list[FindingOut]


class AssessmentOut(Schema):
    """A decision with its reasons: `document` holds every rule that was tried, and its figures."""

    application: str
    decision: str
    decided_at: str
    decided_by: str
    worksheet_version: str
    remark: str
    items: list[ItemOut]
    document: dict[str, Any]


@router.get("", response=WorkListOut)
def list_waiting(request: HttpRequest, page: Page = "1") -> WorkListOut:
    """List the applications that wait for a decision, most pressing first, with the last day."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    waiting = WorkList(caller.user, at=caller.at)[slice(*bounds_of(page, PAGE_SIZE))]
    return WorkListOut(waiting=[_waiting(one) for one in waiting])


@router.get("/{application}", response=AssessmentOut)
def show_assessment(request: HttpRequest, application: UUID) -> AssessmentOut:
    """Show the newest assessment of an application with all its reasons."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    return _out(latest_visible(application, user=caller.user), request)


@router.post("/{application}/decide", response=AssessmentOut)
def decide(request: HttpRequest, application: UUID, order: Order) -> AssessmentOut:
    """Decide whether the goods originate."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    assessment = services.decide(
        application=application,
        worksheet_version=int(order.worksheet_version),
        remark=order.remark,
        by=caller.user,
        at=caller.at,
    )
    return _out(assessment, request)


@router.put("/{application}/worksheet", response=WorksheetOut)
def correct_facts(
    request: HttpRequest,
    application: UUID,
    document: Body[dict[str, Any]],
    version: Version,
) -> WorksheetOut:
    """Correct the facts of production after submission; `version` is the latest that was seen."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    written = services.correct_facts(
        application=application,
        worksheet=Worksheet.from_data(document),
        version=int(version),
        by=caller.user,
        at=caller.at,
    )
    return worksheet_out(written)


@router.post("/{application}/evidence", response={201: EvidenceOut})
def attach_evidence(
    request: HttpRequest, application: UUID, name: Text, kind: Text
) -> Status[EvidenceOut]:
    """Attach a file to the case for the body: the body of the request is the file."""
    return attach_body(request, application, name=name, kind=kind, right=Right.ASSESSMENT_DECIDE)


def _waiting(one: Waiting) -> WaitingOut:
    row, since = one.application, one.clock.suspended_since
    return WaitingOut(
        application=str(row.pk),
        organisation=row.organisation.slug,
        organisation_name=row.organisation.name,
        form=row.form,
        destination=row.destination,
        submitted_at=moment_to_text(submitted_at(row)),
        due=one.due.isoformat() if one.due else "",
        overdue=one.is_overdue,
        days_left=str(one.clock.days_left),
        suspended_since=since.isoformat() if since else "",
        answered=one.is_answered,
        worksheet_version=str(one.worksheet_version),
        last=one.last.decision if one.last else "",
    )


def _out(row: Assessment, request: HttpRequest) -> AssessmentOut:
    return AssessmentOut(
        application=str(row.application_id),
        decision=row.decision,
        decided_at=moment_to_text(row.decided_at),
        decided_by=row.decided_by.full_name,
        worksheet_version=str(row.worksheet.version),
        remark=row.remark,
        items=[
            ItemOut(
                sequence=str(item.sequence),
                tariff_code=str(item.tariff_code),
                decision=str(item.decision),
                criterion=str(item.criterion or ""),
                missing=list(item.missing),
                hints=tell(item.hints, request),
            )
            for item in reasons_of(row).items
        ],
        document=orjson.loads(row.document),
    )
