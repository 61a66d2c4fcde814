"""The machine interface of the emergency form (R18, R20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.recognition.paper import emergency
from certorigin_server.recognition.paper.queries import cited_at
from certorigin_server.recognition.queries import cited_by, document_of, get_visible
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.recognition.models import EmergencyEntry

router = Router(tags=["recognition"])


class EntryIn(Schema):
    """An original that was seen and accepted: its place among those cited, from nought."""

    position: Annotated[str, Field(pattern=r"^[0-9]{1,4}$")] = "0"
    seen: Literal[True]
    blank: Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")] = ""
    remark: Reason = ""


class ClosingIn(Schema):
    """What was done about an entry that differs or was not found."""

    remark: Reason


class EmergencyOut(Schema):
    """An entry, and what the mirror said once service was restored; empty texts until then."""

    id: str
    number: str
    date: str
    issued_in: str
    notice: str
    blank: str
    remark: str
    entered_at: str
    entered_by: str
    act: str
    outcome: str
    codes: str
    closed_at: str
    closing_remark: str


@router.post("/declaration/{declaration}/emergency", response={201: EmergencyOut})
def enter_emergency(request: HttpRequest, declaration: UUID, body: EntryIn) -> Status[EmergencyOut]:
    """Write down an original that was accepted while a notice of disturbed service holds."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    row = get_visible(declaration, user=caller.user)
    made = emergency.enter(
        declaration=row.pk,
        reference=cited_at(row, int(body.position)),
        blank=body.blank,
        remark=body.remark,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _entry(made))


@router.get("/declaration/{declaration}/emergency", response=list[EmergencyOut])
def list_emergencies(request: HttpRequest, declaration: UUID) -> list[EmergencyOut]:
    """List the originals that were accepted so under a declaration."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = get_visible(declaration, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    found = (emergency.entry_on(row, cited) for cited in cited_by(document_of(row)))
    return [_entry(one) for one in found if one is not None]


@router.post("/emergency/{entry}/close", response={204: None})
def close_emergency(request: HttpRequest, entry: int, body: ClosingIn) -> Status[None]:
    """Note what was done about an entry that differs or was not found."""
    caller = Caller.of(request, Right.RECOGNITION_DECIDE)
    emergency.close(entry=entry, remark=body.remark, by=caller.user, at=caller.at)
    return Status(204, None)


def _entry(row: EmergencyEntry) -> EmergencyOut:
    return EmergencyOut(
        id=str(row.pk),
        number=row.number,
        date=row.issued_on.isoformat(),
        issued_in=row.issued_in,
        notice=row.notice,
        blank=row.blank,
        remark=row.remark,
        entered_at=moment_to_text(row.entered_at),
        entered_by=row.entered_by.username,
        act=row.act,
        outcome=row.outcome,
        codes=row.codes,
        closed_at=moment_to_text(row.closed_at) if row.closed_at else "",
        closing_remark=row.closing_remark,
    )
