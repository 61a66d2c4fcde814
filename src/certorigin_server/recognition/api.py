"""The machine interface of the sixth stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from ninja import Body, Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.recognition import services
from certorigin_server.recognition.examination import examine
from certorigin_server.recognition.queries import get_visible, visible_to
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.recognition.models import Decision, GoodsDeclaration

router = Router(tags=["recognition"])


class DeclarationOut(Schema):
    """A goods declaration."""

    id: str
    number: str
    date: str
    post: str
    registered_at: str
    document: dict[str, Any]


class Declarations(Schema):
    """A page of declarations."""

    declarations: list[DeclarationOut]


class ExaminationOut(Schema):
    """One cited certificate: the report with its parts and codes, or why there is none."""

    certificate: dict[str, str]
    subject: str
    bottom_line: str
    reason: str
    report: dict[str, Any]


class Examinations(Schema):
    """Every certificate that the declaration cites."""

    certificates: list[ExaminationOut]


class Acceptance(Schema):
    """Accept a certificate; `override` is the reason when the report is not `recognised` (R19)."""

    subject: Text
    override: Reason = ""


class RefusalIn(Schema):
    """Refuse on a ground of the closed list (R57)."""

    subject: Text
    ground: Text
    remark: Reason = ""


class DecisionOut(Schema):
    """A decision with the report as it stood."""

    declaration: str
    subject: str
    outcome: str
    ground: str
    override: str
    decided_at: str
    head_origin: str
    head_size: str
    act: str
    report: dict[str, Any]


@router.post("/declaration", response={201: DeclarationOut})
def register_declaration(
    request: HttpRequest, document: Body[dict[str, Any]]
) -> Status[DeclarationOut]:
    """Register a goods declaration: the body is its document."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = services.register_declaration(document=document, by=caller.user, at=caller.at)
    return Status(201, _declaration(row))


@router.get("/declaration", response=Declarations)
def list_declarations(request: HttpRequest, page: Page = "1") -> Declarations:
    """List the declarations of the caller's posts, newest first."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    start = (int(page) - 1) * PAGE_SIZE
    rows = visible_to(caller.user)[start : start + PAGE_SIZE]
    return Declarations(declarations=[_declaration(row) for row in rows])


@router.get("/declaration/{declaration}", response=DeclarationOut)
def show_declaration(request: HttpRequest, declaration: UUID) -> DeclarationOut:
    """Show one declaration."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _declaration(get_visible(declaration, user=caller.user))


@router.get("/declaration/{declaration}/examination", response=Examinations)
def examine_declaration(request: HttpRequest, declaration: UUID) -> Examinations:
    """Verify and match every certificate that the declaration cites, as of now."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    answers = []
    for found in examine(row, at=caller.at):
        record_read(by=caller.user.username, at=caller.at, subject=found.subject or str(row.pk))
        report = found.report.to_data() if found.report else {}
        answers.append(
            ExaminationOut(
                certificate=found.reference.to_data(),
                subject=found.subject,
                bottom_line=str(report.get("bottom_line", "undetermined")),
                reason=found.reason,
                report=report,
            )
        )
    return Examinations(certificates=answers)


@router.post("/declaration/{declaration}/accept", response={201: DecisionOut})
def accept_certificate(
    request: HttpRequest, declaration: UUID, body: Acceptance
) -> Status[DecisionOut]:
    """Grant the preference for what the declaration takes of a certificate."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    decision = services.accept(
        declaration=declaration,
        subject=body.subject,
        override=body.override,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _decision(decision))


@router.post("/declaration/{declaration}/refuse", response={201: DecisionOut})
def refuse_certificate(
    request: HttpRequest, declaration: UUID, body: RefusalIn
) -> Status[DecisionOut]:
    """Refuse the preference on a ground of the closed list."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    decision = services.refuse(
        declaration=declaration,
        subject=body.subject,
        ground=body.ground,
        remark=body.remark,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _decision(decision))


@router.get("/declaration/{declaration}/decisions", response=list[DecisionOut])
def list_decisions(request: HttpRequest, declaration: UUID) -> list[DecisionOut]:
    """List what was decided about the certificates of a declaration."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    return [_decision(decision) for decision in row.decisions.all()]


def _declaration(row: GoodsDeclaration) -> DeclarationOut:
    return DeclarationOut(
        id=str(row.pk),
        number=row.number,
        date=row.date.isoformat(),
        post=row.post.slug,
        registered_at=moment_to_text(row.registered_at),
        document=orjson.loads(row.document),
    )


def _decision(decision: Decision) -> DecisionOut:
    return DecisionOut(
        declaration=str(decision.declaration_id),
        subject=decision.subject,
        outcome=decision.outcome,
        ground=decision.ground,
        override=decision.override,
        decided_at=moment_to_text(decision.decided_at),
        head_origin=decision.head_origin,
        head_size=str(decision.head_size),
        act=decision.act,
        report=orjson.loads(decision.report),
    )
