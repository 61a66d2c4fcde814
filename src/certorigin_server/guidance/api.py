"""The machine interface before issue: the guided questionnaire, and what states accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Body, Router, Schema, Status
from pydantic import StringConstraints

from certorigin.assessment.questions.answers import Answers
from certorigin.certification.acceptance import AcceptanceRules
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.desk.paging import part_on
from certorigin_server.guidance import services
from certorigin_server.guidance.queries import (
    acceptance_of,
    answers_of,
    ask,
    get_publication,
    get_visible,
    last_turn,
    publications,
    rules_of,
    visible_to,
)
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Version

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.guidance.models import Inquiry, Publication

Id = Annotated[str, StringConstraints(pattern="^[0-9a-f-]{36}$|^$")]
Number = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,8}$")]

ask_router = Router(tags=["ask"])
acceptance_router = Router(tags=["acceptance"])


class InquiryRow(Schema):
    """An inquiry in a list: how far it came."""

    inquiry: str
    began_at: str
    began_by: str
    tariff_code: str
    outcome: str
    finished: bool


class Inquiries(Schema):
    """A page of inquiries."""

    inquiries: list[InquiryRow]


class QuestionnaireOut(Schema):
    """What is asked next; `asked` is what `certorigin ask --json` prints."""

    inquiry: str
    turn: str
    asked: dict[str, Any]


class AnswerIn(Schema):
    """Answers by place, to the turn that was seen; null passes a question over."""

    turn: Version
    given: dict[str, Any]


class UseIn(Schema):
    """The draft that takes the answers as its facts of production; empty for a new one."""

    application: Id = ""


class Used(Schema):
    """The application that has the answers now."""

    application: str


class PublicationRow(Schema):
    """One version of a state's acceptance rules."""

    publication: str
    state: str
    form: str
    version: str
    since: str
    until: str
    digest: str
    entered_at: str


class Publications(Schema):
    """A page of versions."""

    publications: list[PublicationRow]


class PublicationOut(PublicationRow):
    """A version with its rules."""

    document: dict[str, Any]


class CheckOut(Schema):
    """Whether a certificate would be accepted; `published` is false where no rules are held."""

    application: str
    published: bool
    check: dict[str, Any]


@ask_router.get("", response=Inquiries)
def list_inquiries(request: HttpRequest, page: Page = "1") -> Inquiries:
    """List the inquiries of the caller and of the caller's organisation, newest first."""
    caller = Caller.of(request)
    rows = part_on(visible_to(caller.user), page, PAGE_SIZE)
    return Inquiries(
        inquiries=[
            InquiryRow(
                inquiry=str(row.pk),
                began_at=moment_to_text(row.began_at),
                began_by=row.began_by.full_name,
                tariff_code=row.tariff_code or "",
                outcome=row.outcome or "",
                finished=bool(row.finished),
            )
            for row in rows
        ]
    )


@ask_router.post("", response={201: QuestionnaireOut})
def begin(request: HttpRequest, document: Body[dict[str, Any]]) -> Status[QuestionnaireOut]:
    """Begin an inquiry: the body is answers or a worksheet, as `certorigin ask` reads them."""
    caller = Caller.of(request)
    answers = Answers.from_data(document, at=timezone.localdate(caller.at))
    row = services.begin(answers=answers, by=caller.user, at=caller.at)
    return Status(201, _asked(row, caller))


@ask_router.get("/{inquiry}", response=QuestionnaireOut)
def show(request: HttpRequest, inquiry: UUID) -> QuestionnaireOut:
    """Show what is asked next, and what the answers come to so far."""
    caller = Caller.of(request)
    return _asked(get_visible(inquiry, user=caller.user), caller)


@ask_router.post("/{inquiry}", response=QuestionnaireOut)
def answer(request: HttpRequest, inquiry: UUID, order: AnswerIn) -> QuestionnaireOut:
    """Answer further questions."""
    caller = Caller.of(request)
    services.answer(
        inquiry=inquiry, given=order.given, number=int(order.turn), by=caller.user, at=caller.at
    )
    return _asked(get_visible(inquiry, user=caller.user), caller)


@ask_router.post("/{inquiry}/use", response=Used)
def use(request: HttpRequest, inquiry: UUID, order: UseIn) -> Used:
    """Make the answers the facts of production of a draft, or of a new application."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    if order.application:
        target = UUID(order.application)
        row = services.use_in(inquiry=inquiry, application=target, by=caller.user, at=caller.at)
    else:
        row = services.start_application(inquiry=inquiry, by=caller.user, at=caller.at)
    return Used(application=str(row.pk))


@acceptance_router.get("", response=Publications)
def list_rules(request: HttpRequest, page: Page = "1") -> Publications:
    """List the acceptance rules that states published."""
    Caller.of(request)
    rows = part_on(publications(), page, PAGE_SIZE)
    return Publications(publications=[PublicationRow(**_publication(row)) for row in rows])


@acceptance_router.post("", response={201: PublicationOut})
def enter(request: HttpRequest, document: Body[dict[str, Any]]) -> Status[PublicationOut]:
    """Enter a version of a state's rules: the body is the document of docs/spec/acceptance.md."""
    caller = Caller.of(request, Right.GUIDANCE_PUBLISH)
    rules = AcceptanceRules.from_data(document)
    return Status(201, _rules(services.publish(rules=rules, by=caller.user, at=caller.at)))


@acceptance_router.get("/{publication}", response=PublicationOut)
def show_rules(request: HttpRequest, publication: Number) -> PublicationOut:
    """Show one version of a state's rules, as it was published."""
    Caller.of(request)
    return _rules(get_publication(int(publication)))


@acceptance_router.get("/of/{application}", response=CheckOut)
def check(request: HttpRequest, application: UUID) -> CheckOut:
    """Tell whether the state of destination would accept a certificate for an application."""
    caller = Caller.of(request, Right.APPLICATION_READ)
    found = acceptance_of(application, user=caller.user, at=caller.at)
    return CheckOut(
        application=str(application),
        published=found is not None,
        check=found.to_data() if found else {},
    )


def _asked(row: Inquiry, caller: Caller) -> QuestionnaireOut:
    last = last_turn(row)
    turn = ask(answers_of(last), by=caller.user, at=caller.at)
    return QuestionnaireOut(inquiry=str(row.pk), turn=str(last.number), asked=turn.to_data())


def _rules(row: Publication) -> PublicationOut:
    return PublicationOut(**_publication(row), document=rules_of(row).to_data())


def _publication(row: Publication) -> dict[str, str]:
    return {
        "publication": str(row.pk),
        "state": row.state,
        "form": row.form,
        "version": str(row.version),
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "",
        "digest": row.digest,
        "entered_at": moment_to_text(row.entered_at),
    }
