"""The machine interface around a case: questions, refusals, appeals, bills, computing again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Router, Schema, Status

from certorigin.assessment.bill import read_bill, with_materials
from certorigin.errors import FaultsError, UnknownError
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application import services as applications
from certorigin_server.application.api import WorksheetOut, worksheet_out
from certorigin_server.application.queries import (
    get_visible,
    latest_worksheet,
    questions_of,
    worksheet_of,
)
from certorigin_server.assessment import services
from certorigin_server.assessment.queries import (
    appeal_of,
    appeal_until,
    attempts_at,
    refusals_of,
)
from certorigin_server.assessment.reasons_views import compute_again
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text, Version

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.application.queries import Question
    from certorigin_server.assessment.queries import Appeal, Refusal

router = Router(tags=["assessment"])


class Asked(Schema):
    """A question; with `suspends` the clock stands still until it is settled."""

    text: Text
    suspends: bool = False


class CaseQuestionOut(Schema):
    """A question and its answer."""

    id: str
    text: str
    suspends: bool
    asked_at: str
    answer: str = ""
    answered_at: str = ""
    taken_back_at: str = ""


class CaseQuestions(Schema):
    """What was asked about an application."""

    questions: list[CaseQuestionOut]


class RefusalOrder(Schema):
    """Refuse on a ground of the closed list, on the version of the facts that the officer saw."""

    worksheet_version: Version
    ground: Text
    remark: Text = ""


class AppealOut(Schema):
    """An appeal; `outcome` is empty while it waits."""

    id: str
    text: str
    filed_at: str
    outcome: str = ""
    reason: str = ""
    resolved_at: str = ""


class RefusalOut(Schema):
    """A refusal of a round, with its appeal."""

    round: str
    ground: str
    remark: str
    refused_at: str
    refused_by: str
    appeal_until: str
    appeal: AppealOut | None = None


class Refusals(Schema):
    """Every refusal of an application, the newest first."""

    refusals: list[RefusalOut]


class AppealText(Schema):
    """What the applicant says against the refusal."""

    text: Text


class Resolution(Schema):
    """`upheld` opens the case again, `rejected` leaves the refusal; always with a reason."""

    outcome: Text
    reason: Text


class AgainOut(Schema):
    """What came out when an attempt was computed again."""

    same: bool
    same_answer: bool
    fault: str = ""
    changes: list[dict[str, str]]


@router.get("/{uuid:application}/questions", response=CaseQuestions)
def list_questions(request: HttpRequest, application: UUID) -> CaseQuestions:
    """List what was asked about an application."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    row = get_visible(application, user=caller.user)
    return CaseQuestions(questions=[_question(one) for one in questions_of(row)])


@router.post("/{uuid:application}/questions", response={201: CaseQuestionOut})
def ask(request: HttpRequest, application: UUID, asked: Asked) -> Status[CaseQuestionOut]:
    """Ask the applicant something."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    question = applications.ask(
        application=application,
        text=asked.text,
        suspends=asked.suspends,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _question(question))


@router.post("/questions/{uuid:question}/take-back", response=CaseQuestionOut)
def take_back(request: HttpRequest, question: UUID) -> CaseQuestionOut:
    """Take a question back that nobody answered."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    return _question(applications.take_back(question=question, by=caller.user, at=caller.at))


@router.get("/{uuid:application}/refusals", response=Refusals)
def list_refusals(request: HttpRequest, application: UUID) -> Refusals:
    """List the refusals of an application with their appeals."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    row = get_visible(application, user=caller.user)
    return Refusals(refusals=[_refusal(one) for one in refusals_of(row)])


@router.post("/{uuid:application}/refuse", response={201: RefusalOut})
def refuse(request: HttpRequest, application: UUID, order: RefusalOrder) -> Status[RefusalOut]:
    """Refuse to certify."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    refusal = services.refuse(
        application=application,
        worksheet_version=int(order.worksheet_version),
        ground=order.ground,
        remark=order.remark,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _refusal(refusal))


@router.post("/{uuid:application}/appeal", response={201: AppealOut})
def file_appeal(request: HttpRequest, application: UUID, said: AppealText) -> Status[AppealOut]:
    """Appeal against the refusal that holds, within its term."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    filed = services.file_appeal(
        application=application, text=said.text, by=caller.user, at=caller.at
    )
    return Status(201, _appeal(filed))


@router.post("/appeals/{uuid:appeal}/resolve", response=AppealOut)
def resolve(request: HttpRequest, appeal: UUID, order: Resolution) -> AppealOut:
    """Resolve an appeal against somebody else's refusal."""
    caller = Caller.of(request, Right.ASSESSMENT_RESOLVE)
    return _appeal(
        services.resolve_appeal(
            appeal=appeal,
            outcome=order.outcome,
            reason=order.reason,
            by=caller.user,
            at=caller.at,
        )
    )


@router.post("/{uuid:application}/materials", response=WorksheetOut)
def take_bill(
    request: HttpRequest, application: UUID, version: Version, mode: Text = "replace"
) -> WorksheetOut:
    """Take the materials from a bill: the body is the XLSX or CSV file. All of it or nothing."""
    caller = Caller.of(request, Right.ASSESSMENT_DECIDE)
    row = get_visible(application, user=caller.user)
    facts = latest_worksheet(row)
    if facts is None:
        raise UnknownError("application.worksheet_unknown", version=version)
    worksheet = worksheet_of(facts)
    bill = read_bill(request.body, items=len(worksheet.items))
    if bill.faults:
        first = bill.faults[0]
        raise FaultsError(first.code, bill.faults, **(dict(first.facts) | {"place": first.place}))
    changed, _ = with_materials(worksheet, bill.rows, append=mode == "append")
    written = services.correct_facts(
        application=row.pk, worksheet=changed, version=int(version), by=caller.user, at=caller.at
    )
    return worksheet_out(written)


@router.get("/{uuid:application}/again", response=AgainOut)
def again(request: HttpRequest, application: UUID) -> AgainOut:
    """Compute the newest attempt again, with the rules and records of today."""
    caller = Caller.of(request, Right.ASSESSMENT_READ)
    row = get_visible(application, user=caller.user)
    attempt = attempts_at(row).first()
    if attempt is None:
        raise UnknownError("assessment.none_yet", application=str(row.pk))
    record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    found = compute_again(row, attempt, request.headers.get("Accept-Language", "en")[:2])
    changes = [{"place": one.place, "was": one.was, "now": one.now} for one in found.changes]
    return AgainOut(
        same=found.is_same,
        same_answer=found.is_same_answer,
        fault=found.fault,
        changes=changes,
    )


def _question(one: Question) -> CaseQuestionOut:
    return CaseQuestionOut(
        id=str(one.pk),
        text=one.text,
        suspends=one.suspends,
        asked_at=moment_to_text(one.asked_at),
        answer=one.answer,
        answered_at=moment_to_text(one.answered_at) if one.answered_at else "",
        taken_back_at=moment_to_text(one.taken_back_at) if one.taken_back_at else "",
    )


def _appeal(one: Appeal) -> AppealOut:
    return AppealOut(
        id=str(one.pk),
        text=one.text,
        filed_at=moment_to_text(one.filed_at),
        outcome=one.outcome,
        reason=one.reason,
        resolved_at=moment_to_text(one.resolved_at) if one.resolved_at else "",
    )


def _refusal(one: Refusal) -> RefusalOut:
    appeal = appeal_of(one)
    return RefusalOut(
        round=str(one.round),
        ground=one.ground,
        remark=one.remark,
        refused_at=moment_to_text(one.refused_at),
        refused_by=one.refused_by.full_name,
        appeal_until=appeal_until(one).isoformat(),
        appeal=_appeal(appeal) if appeal else None,
    )
