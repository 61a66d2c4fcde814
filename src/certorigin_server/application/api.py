"""The machine interface of the first stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from ninja import Body, Router, Schema, Status

from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application import services
from certorigin_server.application.findings import FindingOut, tell
from certorigin_server.application.power import wording_of
from certorigin_server.application.queries import (
    USUAL_FORM,
    declaration_of,
    draft_from_data,
    draft_of,
    find_faults,
    get_visible,
    get_worksheet,
    latest_worksheet,
    questions_of,
    worksheet_of,
)
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text, Version

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.application.models import Application, Question, WorksheetVersion

router = Router(tags=["application"])

PAGE_SIZE = 50


class Submission(Schema):
    """To which body, what the person saw, and the declaration of box 13, expressly confirmed.

    `produced_in` is the state in which the goods were produced; the wording that is confirmed is
    that of `GET /application/{application}/declaration`.
    """

    body: Text
    version: Version
    produced_in: Text
    confirmed: bool = False


class Withdrawal(Schema):
    """Why an application is withdrawn; may be empty."""

    reason: Reason = ""


class Answer(Schema):
    """What the applicant answers to a question."""

    text: Text


class QuestionOut(Schema):
    """A question of the body, and its answer where there is one."""

    id: str
    text: str
    suspends: bool
    asked_at: str
    asked_by: str
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""
    taken_back_at: str = ""


class Questions(Schema):
    """What was asked about an application."""

    questions: list[QuestionOut]


class DeclarationOut(Schema):
    """The declaration of box 13: its wording, and once it is made, who confirmed it of what."""

    wording: str
    digest: str = ""
    declarant: str = ""
    position: str = ""
    principal: str = ""
    power_of_attorney: str = ""
    confirmed_at: str = ""


class ApplicationRow(Schema):
    """An application in a list.

    `outcome` is what became of it: its status until a body decided, then `to_certify`, `certified`,
    `annulled`, `replaced` or `refused`.
    """

    id: str
    status: str
    outcome: str
    version: str
    organisation: str
    organisation_name: str
    agent: str = ""
    body: str = ""
    form: str
    destination: str
    importer: str = ""
    changed_at: str
    submitted_at: str = ""
    decided_at: str = ""


class ApplicationOut(ApplicationRow):
    """An application with its document, the facts of production, and what it lacks."""

    document: dict[str, Any]
    findings: list[FindingOut]
    reading: list[FindingOut] = []
    worksheet_version: str = "0"


class WorksheetOut(Schema):
    """One version of the facts of production."""

    application: str
    version: str
    written_at: str
    written_by: str
    document: dict[str, Any]


@router.post("", response={201: ApplicationOut})
def create_application(
    request: HttpRequest, document: Body[dict[str, Any]], behalf: Text = ""
) -> Status[ApplicationOut]:
    """Keep a first draft: the body is the application's document.

    `behalf` is the short name of the branch or principal for which the caller acts.
    """
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.begin(
        draft=draft_from_data(document), by=caller.user, at=caller.at, behalf=behalf
    )
    return Status(201, whole(row, request, caller))


@router.put("/{application}", response=ApplicationOut)
def revise_application(
    request: HttpRequest,
    application: UUID,
    document: Body[dict[str, Any]],
    version: Version,
) -> ApplicationOut:
    """Replace the document of a draft; `version` is the one that the caller saw."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.revise(
        application=application,
        draft=draft_from_data(document),
        version=int(version),
        by=caller.user,
        at=caller.at,
    )
    return whole(row, request, caller)


@router.post("/{application}/goods", response=ApplicationOut)
def take_goods(
    request: HttpRequest, application: UUID, version: Version, mode: Text = "append"
) -> ApplicationOut:
    """Take lines of goods from a table: the body is the CSV or XLSX file, byte for byte.

    `mode` is `append` or `replace`. With one fault nothing is taken; every fault names its line.
    """
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.take_goods(
        application=application,
        raw=request.body,
        append=mode != "replace",
        version=int(version),
        by=caller.user,
        at=caller.at,
    )
    return whole(row, request, caller)


@router.post("/{application}/submit", response=ApplicationOut)
def submit_application(
    request: HttpRequest, application: UUID, submission: Submission
) -> ApplicationOut:
    """Hand the application to an authorised body and make the declaration of box 13."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.submit(
        application=application,
        version=int(submission.version),
        body=submission.body,
        produced_in=submission.produced_in,
        confirmed=submission.confirmed,
        by=caller.user,
        at=caller.at,
    )
    return whole(row, request, caller)


@router.post("/{application}/withdraw", response=ApplicationOut)
def withdraw_application(
    request: HttpRequest, application: UUID, withdrawal: Withdrawal | None = None
) -> ApplicationOut:
    """Withdraw the application while nothing was decided."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    reason = withdrawal.reason if withdrawal else ""
    row = services.withdraw(application=application, by=caller.user, at=caller.at, reason=reason)
    return whole(row, request, caller)


@router.post("/{application}/copy", response={201: ApplicationOut})
def copy_application(
    request: HttpRequest, application: UUID, form: str = ""
) -> Status[ApplicationOut]:
    """Begin a new application with what this one states, perhaps for another form (R43)."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.copy(application=application, form=form, by=caller.user, at=caller.at)
    return Status(201, whole(row, request, caller))


@router.get("/{application}/declaration", response=DeclarationOut)
def show_declaration(request: HttpRequest, application: UUID) -> DeclarationOut:
    """Show what is declared in box 13, and how it was confirmed (R3)."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_visible(application, user=caller.user)
    declared = declaration_of(row)
    if declared is None:
        form = row.form or USUAL_FORM
        return DeclarationOut(wording=wording_of(form, produced_in=settings.SYSTEM.state))
    return DeclarationOut(
        wording=declared.wording,
        digest=declared.digest,
        declarant=declared.declarant,
        position=declared.position,
        principal=declared.principal.slug,
        power_of_attorney=declared.power.number if declared.power else "",
        confirmed_at=moment_to_text(declared.confirmed_at),
    )


@router.get("/{application}/question", response=Questions)
def list_questions(request: HttpRequest, application: UUID) -> Questions:
    """List what the body asked, with the answers."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_visible(application, user=caller.user)
    return Questions(questions=[question_out(one) for one in questions_of(row)])


@router.post("/question/{question}/answer", response=QuestionOut)
def answer_question(request: HttpRequest, question: UUID, answer: Answer) -> QuestionOut:
    """Answer a question; an answer stays as it was given."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    said = services.answer(question=question, text=answer.text, by=caller.user, at=caller.at)
    return question_out(said)


@router.put("/{application}/worksheet", response=WorksheetOut)
def state_facts(
    request: HttpRequest,
    application: UUID,
    document: Body[dict[str, Any]],
    version: Version = "0",
) -> WorksheetOut:
    """State the facts of production before submission; `version` is the latest that was seen."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    written = services.state_facts(
        application=application,
        worksheet=Worksheet.from_data(document),
        version=int(version),
        by=caller.user,
        at=caller.at,
    )
    return worksheet_out(written)


@router.get("/{application}/worksheet/{version}", response=WorksheetOut)
def show_facts(request: HttpRequest, application: UUID, version: Version) -> WorksheetOut:
    """Show one version of the facts of production."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    row = get_visible(application, user=caller.user)
    return worksheet_out(get_worksheet(row, version=int(version)))


def worksheet_out(written: WorksheetVersion) -> WorksheetOut:
    """Write one version of the facts of production."""
    return WorksheetOut(
        application=str(written.application_id),
        version=str(written.version),
        written_at=moment_to_text(written.written_at),
        written_by=written.written_by.full_name,
        document=orjson.loads(written.document),
    )


def question_out(asked: Question) -> QuestionOut:
    """Write a question."""
    return QuestionOut(
        id=str(asked.pk),
        text=asked.text,
        suspends=asked.suspends,
        asked_at=moment_to_text(asked.asked_at),
        asked_by=asked.asked_by.full_name,
        answer=asked.answer,
        answered_at=_moment(asked.answered_at),
        answered_by=asked.answered_by.full_name if asked.answered_by else "",
        taken_back_at=_moment(asked.taken_back_at),
    )


def whole(row: Application, request: HttpRequest, caller: Caller) -> ApplicationOut:
    """Write an application with its document and with what it lacks."""
    draft = draft_of(row)
    worksheet = latest_worksheet(row)
    facts = worksheet_of(worksheet) if worksheet else None
    return ApplicationOut(
        **row_of(row).dict(),
        document=orjson.loads(row.document),
        findings=tell(find_faults(draft, worksheet=facts, at=caller.at), request),
        worksheet_version=str(worksheet.version if worksheet else 0),
    )


def row_of(row: Application) -> ApplicationRow:
    """Write an application as a list shows it."""
    return ApplicationRow(
        id=str(row.pk),
        status=row.status,
        outcome=row.status,  # what came later is known where certificates are
        version=str(row.version),
        organisation=row.organisation.slug,
        organisation_name=row.organisation.name,
        agent=row.power.agent.slug if row.power else "",
        body=row.body.slug if row.body else "",
        form=row.form,
        destination=row.destination,
        importer=row.listed[0],
        changed_at=moment_to_text(row.changed_at),
        submitted_at=_moment(row.submitted_at),
        decided_at=_moment(row.decided_at),
    )


def _moment(moment: datetime | None) -> str:
    return moment_to_text(moment) if moment else ""
