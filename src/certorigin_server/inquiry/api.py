"""Questions to partners for the machine interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from ninja import Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.inquiry.queries import answered, get_inquiry, on_paper, profiles
from certorigin_server.inquiry.services import ask
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from certorigin_server.inquiry.queries import Inquiry, PaperCertificate

router = Router(tags=["inquiry"])


class InquiryIn(Schema):
    """Which certificate a partner is asked for."""

    form: Text = "ST-1"
    number: Text
    date: Text
    issued_in: Text


class AnsweredOut(Schema):
    """One certificate of an answer: its bundle, and the report as of now."""

    bundle: dict[str, Any]
    report: dict[str, Any]


class InquiryOut(Schema):
    """A question, and what came of it: nothing, or `found`, `unknown`, `unusable`, `not_spoken`."""

    id: str
    corridor: str
    form: str
    number: str
    date: str
    issued_in: str
    asked_at: str
    answered_at: str
    outcome: str
    code: str
    certificates: list[AnsweredOut]


class ProfileOut(Schema):
    """What the partner of a corridor speaks, and what both agreed on."""

    corridor: str
    spoken: list[str]
    agreed: str
    since: str


class PaperOut(Schema):
    """A row of a register of paper. `source` is always `imported`: nothing in it is sealed."""

    source: str
    issued_in: str
    form: str
    number: str
    date: str
    body: str
    exporter: str
    importer: str
    blank: str
    remark: str
    register_sha256: str
    imported_at: str


@router.post("", response={201: list[InquiryOut]})
def put_question(request: HttpRequest, body: InquiryIn) -> Status[list[InquiryOut]]:
    """Ask for a certificate by number and date, in each corridor with the issuing state (R11)."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    made = ask(
        form=body.form,
        number=body.number,
        issued_on=body.date,
        issued_in=body.issued_in,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, [_out(one, caller.at) for one in made])


@router.get("/profiles", response=list[ProfileOut])
def list_profiles(request: HttpRequest) -> list[ProfileOut]:
    """List which versions of the profile each partner speaks, and which was agreed (R8)."""
    Caller.of(request, Right.MIRROR_READ)
    return [
        ProfileOut(
            corridor=one.corridor,
            spoken=one.spoken.split(", "),
            agreed=one.agreed,
            since=moment_to_text(one.since),
        )
        for one in profiles()
    ]


@router.get("/paper", response=list[PaperOut])
def find_on_paper(request: HttpRequest, number: Text, issued_in: Text = "") -> list[PaperOut]:
    """Find a certificate in imported registers of paper: told by an authority, sealed by nobody."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    found = on_paper(number, issued_in=issued_in)
    for row in found:
        record_read(by=caller.user.username, at=caller.at, subject=f"paper:{row.pk}")
    return [_paper(row) for row in found]


@router.get("/{inquiry}", response=InquiryOut)
def read_question(request: HttpRequest, inquiry: UUID) -> InquiryOut:
    """Show a question and its answer, verified with what lies on this side now."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_inquiry(inquiry)
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    return _out(row, caller.at)


def _paper(row: PaperCertificate) -> PaperOut:
    return PaperOut(
        source="imported",
        issued_in=row.register.issued_in,
        form=row.form,
        number=row.number,
        date=row.issued_on.isoformat(),
        body=row.body,
        exporter=row.exporter,
        importer=row.importer,
        blank=row.blank,
        remark=row.remark,
        register_sha256=row.register.sha256,
        imported_at=moment_to_text(row.register.imported_at),
    )


def _out(row: Inquiry, at: datetime) -> InquiryOut:
    return InquiryOut(
        id=str(row.pk),
        corridor=row.corridor,
        form=row.form,
        number=row.number,
        date=row.issued_on.isoformat(),
        issued_in=row.issued_in,
        asked_at=moment_to_text(row.asked_at),
        answered_at=moment_to_text(row.answered_at) if row.answered_at else "",
        outcome=row.outcome,
        code=row.code,
        certificates=[
            AnsweredOut(bundle=orjson.loads(one.bundle.to_bytes()), report=one.report.to_data())
            for one in answered(row, at=at)
        ],
    )
