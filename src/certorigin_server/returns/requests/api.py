"""The machine interface of verification requests, for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ninja import Router, Schema, Status

from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import day_from_text, moment_from_text, moment_to_text
from certorigin.vocabulary.requests import Answer, Question
from certorigin_server.desk.paging import PAGE_SIZE, part_on
from certorigin_server.returns.api import ActOut
from certorigin_server.returns.requests import answered, asked
from certorigin_server.returns.requests.queries import (
    asked_by,
    asked_of,
    get_asked_by,
    get_asked_of,
    thread_of,
    threads_of,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text, Version

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from certorigin.returns.terms import Term
    from certorigin.returns.verification import Thread
    from certorigin_server.returns.requests.queries import Verification
    from certorigin_server.seal.queries import SealedAct

router = Router(tags=["verification"])


class DocumentIn(Schema):
    """A document by number and day."""

    number: Text
    date: Text


class QuestionIn(Schema):
    """One exact question; `item` only where it is about one."""

    topic: Text
    item: Version = "0"
    detail: Reason = ""


class VerificationAskIn(Schema):
    """A verification request: grounds of the closed list, or a random check."""

    subject: Text
    number: Text
    grounds: list[Text]
    questions: list[QuestionIn]
    preference: Literal["granted", "withheld"] = "granted"
    declaration: DocumentIn | None = None
    remark: Reason = ""


class RepeatIn(Schema):
    """The registration of the repeat."""

    number: Text
    remark: Reason = ""


class JudgementIn(Schema):
    """Whether the answer suffices, or that the request is taken back."""

    outcome: Literal["adequate", "inadequate", "withdrawn"]
    remark: Reason = ""


class VerificationAnswerIn(Schema):
    """The answer to one question, in its place."""

    result: Literal["confirmed", "not_confirmed", "corrected", "cannot_answer"]
    facts: Reason = ""


class ReplyIn(Schema):
    """A draft of the answer: one line for each question, in their order."""

    answers: list[VerificationAnswerIn]
    finding: Text = ""
    remark: Reason = ""
    with_assessment: bool = False


class VerificationDraftOut(Schema):
    """A draft that waits for a second person."""

    draft: str


class RestoreIn(Schema):
    """On what a refused preference is restored."""

    basis: Text
    document: DocumentIn | None = None
    remark: Reason = ""


class ReviewIn(Schema):
    """Until when a certificate is under review; a moment that is past ends the review."""

    ends: Text
    remark: Reason = ""


class TermOut(Schema):
    """A clock: the day from which it runs, its last day, when that is over in both states."""

    begins: str
    last_day: str
    ends: str


class RequestOut(Schema):
    """A request as both logs have it now."""

    id: str
    subject: str
    certificate: str
    number: str
    stage: str
    has_ground: bool
    result: str
    first: TermOut | None
    second: TermOut | None


class Requests(Schema):
    """A page of requests, newest first."""

    requests: list[RequestOut]


@router.post("", response={201: RequestOut})
def ask(request: HttpRequest, body: VerificationAskIn) -> Status[RequestOut]:
    """Ask the issuing state about one certificate (R52)."""
    caller = Caller.of(request, Right.RETURNS_ASK)
    row = asked.ask(
        subject=body.subject,
        number=body.number,
        grounds=body.grounds,
        questions=[
            Question(index + 1, one.topic, int(one.item) or None, one.detail)
            for index, one in enumerate(body.questions)
        ],
        preference=body.preference,
        declaration=_document(body.declaration),
        remark=body.remark,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _request(row, caller.at))


@router.get("/asked", response=Requests)
def list_asked(request: HttpRequest, page: Page = "1") -> Requests:
    """List the requests that the person's post sent, newest first."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _listed(asked_by(caller.user), page, caller.at)


@router.get("/received", response=Requests)
def list_received(request: HttpRequest, page: Page = "1") -> Requests:
    """List the requests that the person's body received, newest first."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    return _listed(asked_of(caller.user), page, caller.at)


@router.get("/asked/{row}", response=RequestOut)
def get_asked(request: HttpRequest, row: int) -> RequestOut:
    """Show a request that the person's post sent."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    found = get_asked_by(row, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    return _request(found, caller.at)


@router.get("/received/{row}", response=RequestOut)
def get_received(request: HttpRequest, row: int) -> RequestOut:
    """Show a request that the person's body received."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    found = get_asked_of(row, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=found.subject)
    return _request(found, caller.at)


@router.post("/asked/{row}/repeat", response={201: ActOut})
def repeat(request: HttpRequest, row: int, body: RepeatIn) -> Status[ActOut]:
    """Send the mandatory repeat (R53)."""
    caller = Caller.of(request, Right.RETURNS_ASK)
    act = asked.repeat_request(
        row=row,
        number=body.number,
        remark=body.remark,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _act(act))


@router.post("/asked/{row}/judge", response={201: ActOut})
def judge(request: HttpRequest, row: int, body: JudgementIn) -> Status[ActOut]:
    """Say whether the answer suffices."""
    caller = Caller.of(request, Right.RETURNS_ASK)
    act = asked.judge_reply(
        row=row,
        outcome=body.outcome,
        remark=body.remark,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _act(act))


@router.post("/received/{row}/draft", response={201: VerificationDraftOut})
def draft(request: HttpRequest, row: int, body: ReplyIn) -> Status[VerificationDraftOut]:
    """Draft the answer (R54)."""
    caller = Caller.of(request, Right.RETURNS_DRAFT)
    made = answered.draft_reply(
        row=row,
        answers=[
            Answer(index + 1, one.result, one.facts) for index, one in enumerate(body.answers)
        ],
        finding=body.finding,
        remark=body.remark,
        with_assessment=body.with_assessment,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, VerificationDraftOut(draft=str(made.pk)))


@router.post("/received/{row}/confirm/{draft}", response={201: ActOut})
def confirm(request: HttpRequest, row: int, draft: int) -> Status[ActOut]:
    """Confirm the answer that another person drafted, and so send it."""
    caller = Caller.of(request, Right.RETURNS_ANSWER)
    act = answered.confirm_reply(
        row=row, draft=draft, keyring=get_keyring(), by=caller.user, at=caller.at
    )
    return Status(201, _act(act))


@router.post("/decision/{decision}/restore", response={201: ActOut})
def restore(request: HttpRequest, decision: int, body: RestoreIn) -> Status[ActOut]:
    """Give a refused preference back (R58)."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = asked.restore(
        decision=decision,
        basis=body.basis,
        document=_document(body.document),
        remark=body.remark,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, ActOut(act=row.act, kind="PreferenceRestored", status="prepared"))


@router.post("/review/{subject}", response={201: ActOut})
def review(request: HttpRequest, subject: str, body: ReviewIn) -> Status[ActOut]:
    """Say that the body looks into a certificate until a moment: a hint, and no ground."""
    caller = Caller.of(request, Right.RETURNS_ANNUL)
    act = answered.announce_review(
        subject=subject,
        ends=moment_from_text(body.ends, place="ends"),
        remark=body.remark,
        keyring=get_keyring(),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _act(act))


def _document(found: DocumentIn | None) -> DocumentReference | None:
    if found is None:
        return None
    return DocumentReference(found.number, day_from_text(found.date, place="document.date"))


def _act(act: SealedAct) -> ActOut:
    return ActOut(act=act.pk, kind=act.kind, status=act.status)


def _listed(rows: QuerySet[Verification], page: str, at: datetime) -> Requests:
    shown = part_on(rows, page, PAGE_SIZE)
    threads = threads_of(shown, at=at)
    return Requests(requests=[_out(row, threads.get(row.pk)) for row in shown])


def _request(row: Verification, at: datetime) -> RequestOut:
    return _out(row, thread_of(row, at=at))


def _out(row: Verification, thread: Thread | None) -> RequestOut:
    """Write a request; one that is void by now has no stage."""
    return RequestOut(
        id=str(row.pk),
        subject=row.subject,
        certificate=row.certificate_number,
        number=row.number,
        stage=str(thread.stage) if thread else "",
        has_ground=bool(thread and thread.has_ground),
        result=thread.reply.body.result if thread and thread.reply else "",
        first=_term(thread.first if thread else None),
        second=_term(thread.second if thread else None),
    )


def _term(term: Term | None) -> TermOut | None:
    if term is None:
        return None
    return TermOut(
        begins=term.begins.isoformat(),
        last_day=term.last_day.isoformat(),
        ends=moment_to_text(term.ends),
    )
