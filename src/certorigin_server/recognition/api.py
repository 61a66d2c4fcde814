"""The machine interface of the sixth stop."""

from __future__ import annotations

from datetime import date as day
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import orjson
from django.conf import settings
from ninja import Body, Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.desk.paging import part_on
from certorigin_server.recognition import services
from certorigin_server.recognition.examination import Examination, examine, examine_alone
from certorigin_server.recognition.queries import (
    duty_under,
    get_received,
    get_visible,
    visible_to,
)
from certorigin_server.recognition.uses.rechecks import causes_of, to_recheck
from certorigin_server.recognition.uses.services import correct_use as correct
from certorigin_server.standing.queries import find_issued
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.recognition.models import Decision, GoodsDeclaration

router = Router(tags=["recognition"])


class GoodsDeclarationOut(Schema):
    """A goods declaration."""

    id: str
    number: str
    date: str
    version: str
    post: str
    registered_at: str
    amended_at: str
    document: dict[str, Any]


class GoodsDeclarations(Schema):
    """A page of declarations."""

    declarations: list[GoodsDeclarationOut]


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
    """Refuse on a ground of the closed list (R57), while goods are released or afterwards."""

    subject: Text
    ground: Text
    remark: Reason = ""
    phase: Literal["at_release", "after_release"] = "at_release"


class DecisionOut(Schema):
    """A decision with the report as it stood."""

    id: str
    declaration: str
    subject: str
    outcome: str
    phase: str
    ground: str
    override: str
    decided_at: str
    head_origin: str
    head_size: str
    act: str
    report: dict[str, Any]


class ReceivedCertificateOut(Schema):
    """A certificate that was received, as people name it."""

    subject: str
    form: str
    number: str
    date: str
    issued_in: str


class CauseOut(Schema):
    """Something that came after a decision: an annulment, a replacement, an amended declaration."""

    kind: str
    cause: str
    since: str


class RecheckOut(Schema):
    """A decision that wants a look, why, and the duty at stake as its declaration says."""

    decision: DecisionOut
    causes: list[CauseOut]
    duty: list[dict[str, str]]


class RecheckIn(Schema):
    """What was done about something that came after a decision."""

    cause: Text
    remark: Reason


class CorrectionIn(Schema):
    """Why a recorded use is corrected: a reason of the closed list."""

    reason: Text
    remark: Reason = ""


class CorrectionOut(Schema):
    """The act that tells the issuing state, and what the use takes now."""

    act: str
    items: list[dict[str, Any]]


@router.post("/declaration", response={201: GoodsDeclarationOut})
def register_declaration(
    request: HttpRequest, document: Body[dict[str, Any]], amends: UUID | None = None
) -> Status[GoodsDeclarationOut]:
    """Register a goods declaration, or the version that amends one: the body is its document."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = services.register_declaration(
        document=document, by=caller.user, at=caller.at, amends=amends
    )
    return Status(201, _declaration(row))


@router.post("/declaration/file", response={201: GoodsDeclarationOut})
def register_file(request: HttpRequest, amends: UUID | None = None) -> Status[GoodsDeclarationOut]:
    """Register a declaration from XML, CSV or JSON: the body is the file, byte for byte."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = services.register_file(raw=request.body, by=caller.user, at=caller.at, amends=amends)
    return Status(201, _declaration(row))


@router.get("/certificate", response=list[ReceivedCertificateOut])
def find_certificate(
    request: HttpRequest, number: Text, date: day | None = None, state: Text = ""
) -> list[ReceivedCertificateOut]:
    """Find certificates that were received, by number, and by date and state where given (R21)."""
    Caller.of(request, Right.RECOGNITION_READ)
    found = find_issued(
        number=number,
        issued_on=date,
        issued_in=state.upper(),
        received_by=settings.SYSTEM.installation,
    )
    return [
        ReceivedCertificateOut(
            subject=row.subject,
            form=row.form,
            number=row.number,
            date=row.issued_on.isoformat() if row.issued_on else "",
            issued_in=row.issued_in,
        )
        for row in found
    ]


@router.get("/certificate/{subject}", response=ExaminationOut)
def examine_certificate(request: HttpRequest, subject: str) -> ExaminationOut:
    """Verify a certificate that was received, as of now, without a declaration."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    found = examine_alone(get_received(subject), at=caller.at)
    return examination_out(found, caller, subject)


@router.get("/recheck", response=list[RecheckOut])
def list_rechecks(request: HttpRequest) -> list[RecheckOut]:
    """List acceptances after which something came that nobody has looked at yet (R50)."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return [
        RecheckOut(
            decision=_decision(row),
            causes=[
                CauseOut(kind=kind, cause=cause, since=moment_to_text(since))
                for kind, cause, since in causes_of(row)
            ],
            duty=[one.to_data() for one in duty_under(row)],
        )
        for row in to_recheck(caller.user)[:PAGE_SIZE]
    ]


@router.post("/decision/{decision}/recheck", response={204: None})
def note_recheck(request: HttpRequest, decision: int, body: RecheckIn) -> Status[None]:
    """Note what was done about something that came after a decision; the decision stays."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    services.note_recheck(
        decision=decision, cause=body.cause, remark=body.remark, by=caller.user, at=caller.at
    )
    return Status(204, None)


@router.post("/decision/{decision}/correct", response={201: CorrectionOut})
def correct_use(request: HttpRequest, decision: int, body: CorrectionIn) -> Status[CorrectionOut]:
    """Correct what an acceptance took, to what its declaration's last version says, or nothing."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    made = correct(
        decision=decision, reason=body.reason, remark=body.remark, by=caller.user, at=caller.at
    )
    return Status(201, CorrectionOut(act=made.act, items=orjson.loads(made.items)))


@router.get("/declaration", response=GoodsDeclarations)
def list_declarations(request: HttpRequest, page: Page = "1") -> GoodsDeclarations:
    """List the declarations of the caller's posts, newest first."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    rows = part_on(visible_to(caller.user), page, PAGE_SIZE)
    return GoodsDeclarations(declarations=[_declaration(row) for row in rows])


@router.get("/declaration/{declaration}", response=GoodsDeclarationOut)
def show_declaration(request: HttpRequest, declaration: UUID) -> GoodsDeclarationOut:
    """Show one declaration."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _declaration(get_visible(declaration, user=caller.user))


@router.get("/declaration/{declaration}/examination", response=Examinations)
def examine_declaration(request: HttpRequest, declaration: UUID) -> Examinations:
    """Verify and match every certificate that the declaration cites, as of now."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    found = examine(row, at=caller.at)
    return Examinations(certificates=[examination_out(one, caller, str(row.pk)) for one in found])


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
        phase=body.phase,
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


def examination_out(found: Examination, caller: Caller, subject: str) -> ExaminationOut:
    """Write an examination for a machine, and record that its certificate was looked at."""
    record_read(by=caller.user.username, at=caller.at, subject=found.subject or subject)
    report = found.report.to_data() if found.report else {}
    return ExaminationOut(
        certificate=found.reference.to_data(),
        subject=found.subject,
        bottom_line=str(report.get("bottom_line", "undetermined")),
        reason=found.reason,
        report=report,
    )


def _declaration(row: GoodsDeclaration) -> GoodsDeclarationOut:
    return GoodsDeclarationOut(
        id=str(row.pk),
        number=row.number,
        date=row.date.isoformat(),
        version=str(row.version),
        post=row.post.slug,
        registered_at=moment_to_text(row.registered_at),
        amended_at=moment_to_text(row.amended_at) if row.amended_at else "",
        document=orjson.loads(row.document),
    )


def _decision(decision: Decision) -> DecisionOut:
    return DecisionOut(
        id=str(decision.pk),
        phase=decision.phase,
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
