"""The machine interface for customs systems: one call with the declaration gives the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Body, Router, Schema, Status

from certorigin.recognition.batch import MAX_BATCH
from certorigin.recognition.carrier import Carried
from certorigin.recognition.intake import declaration_from_data, read_declaration
from certorigin_server.recognition.api import ExaminationOut, Examinations, examination_out
from certorigin_server.recognition.examination import Examiner
from certorigin_server.recognition.many import services
from certorigin_server.recognition.many.giving import answers_file
from certorigin_server.recognition.presented.verifying import verify_presented
from certorigin_server.recognition.queries import cited_by, get_received, reference_of
from certorigin_server.recognition.risk.queries import indicators_of
from certorigin_server.recognition.uses.posts import take_export
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin_server.recognition.models import BatchCheck

router = Router(tags=["recognition"])


@router.post("/check", response=Examinations)
def check_declaration(request: HttpRequest, document: Body[dict[str, Any]]) -> Examinations:
    """Verify and match every certificate that a declaration cites. Nothing is registered.

    The body is the declaration's document. What was looked at is recorded, as everywhere.
    """
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _checked(declaration_from_data(document), caller)


@router.post("/check/file", response=Examinations)
def check_file(request: HttpRequest) -> Examinations:
    """Do the same with a declaration in XML, CSV or JSON: the body is the file, byte for byte."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _checked(read_declaration(request.body), caller)


class ManyOut(Schema):
    """A file of many certificates: how many lines it has, and how many were verified."""

    id: str
    total: str
    done: str


@router.post("/check/many", response={201: ManyOut})
def begin_many(request: HttpRequest, name: Text = "") -> Status[ManyOut]:
    """Take a file of up to 10,000 lines: declarations as JSON lines, or a table of numbers."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    # `request.body` stops at what a form may hold: 10,000 declarations are more.
    raw = request.read(MAX_BATCH + 1)
    made = services.begin(name=name, raw=raw, by=caller.user, at=caller.at)
    return Status(201, _batch(made))


@router.post("/check/many/{uuid:batch}", response=ManyOut)
def go_on_with_many(request: HttpRequest, batch: UUID) -> ManyOut:
    """Verify the next part of a file; call again until `done` is `total`."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return _batch(services.go_on(batch=batch, by=caller.user, at=caller.at))


@router.get("/check/many/{uuid:batch}", response=None)
def get_answers(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Give the answers out that are there, one JSON object on each line."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    return answers_file(services.get_batch(batch, user=caller.user))


@router.post("/presented", response=ExaminationOut)
def verify_file(request: HttpRequest) -> ExaminationOut:
    """Verify a PDF, a picture of a code or a sealed file: the body is the file, byte for byte."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    carried = Carried.from_bytes(request.body)
    found = verify_presented(carried, user=caller.user, at=caller.at)
    subject = found.issued.subject if found.issued else found.report.subject
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    report = found.report.to_data()
    return ExaminationOut(
        certificate=reference_of(found.issued).to_data() if found.issued else {},
        subject=subject,
        bottom_line=str(found.report.bottom_line),
        reason="" if found.is_at_hand else "recognition.not_in_mirror",
        report=report,
    )


class RiskOut(Schema):
    """Something worth a look: a code with facts, and the certificates behind it. No ground."""

    code: str
    facts: dict[str, str]
    links: list[str]


@router.get("/certificate/{subject}/risk", response=list[RiskOut])
def list_risks(request: HttpRequest, subject: str) -> list[RiskOut]:
    """List what is worth a look about a certificate, beside the verdict and never part of it."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    issued = get_received(subject)
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return [
        RiskOut(code=one.code, facts=dict(one.facts), links=list(one.links))
        for one in indicators_of(issued)
    ]


class PostUseOut(Schema):
    """What became of one use that a post brought: recorded, known, or refused with a code."""

    act: str
    state: str
    code: str


class UsesOut(Schema):
    """What became of each use, and the certificates of which more was used than they cover."""

    uses: list[PostUseOut]
    overused: list[str]


@router.post("/post/uses", response=UsesOut)
def bring_uses(request: HttpRequest) -> UsesOut:
    """Take what a post accepted without a line: the body is its file (`certorigin post export`)."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    found = take_export(raw=request.body, by=caller.user, at=caller.at)
    uses = [PostUseOut(act=one.act, state=one.state, code=one.code) for one in found.outcomes]
    return UsesOut(uses=uses, overused=sorted(found.overused))


def _batch(row: BatchCheck) -> ManyOut:
    return ManyOut(id=str(row.pk), total=str(row.total), done=str(row.done))


def _checked(declaration: Declaration, caller: Caller) -> Examinations:
    found = Examiner(at=caller.at).examine(declaration, cited_by(declaration))
    return Examinations(
        certificates=[examination_out(one, caller, declaration.number[:60]) for one in found]
    )
