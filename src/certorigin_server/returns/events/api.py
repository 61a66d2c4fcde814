"""Certificates made from another one, for the machine interface of the issuing side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Router, Schema, Status

from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import Record
from certorigin_server.certification.api import CertificateOut, certificate_out
from certorigin_server.certification.events.queries import requests_about, waiting
from certorigin_server.certification.queries import get_visible
from certorigin_server.returns.events import services
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.certification.events.queries import EventRequest

router = Router(tags=["returns"])


class EventAskIn(Schema):
    """What is asked for: an event, a reason of its closed list, and its terms."""

    event: Text
    reason: Text
    remark: Reason = ""
    terms: dict[str, Any] = {}


class EventOut(Schema):
    """What was asked for, and what became of it: `made` is the certificate, `refused` says why not.

    All are empty while it waits.
    """

    request: str
    base: str
    event: str
    reason: str
    asked_at: str
    made: str
    made_number: str
    refused: str


class Events(Schema):
    """What was asked for, oldest first."""

    events: list[EventOut]


class RefuseIn(Schema):
    """Why what was asked for is not made."""

    reason: Reason


class SaleIn(Schema):
    """The contract under which the goods were sold, and the buyer, as in box 2."""

    contract: dict[str, Any]
    buyer: dict[str, Any]


class SaleOut(Schema):
    """The act that records a contract, on its way."""

    act: str
    status: str


@router.post("/{subject}/events", response={201: EventOut})
def ask(request: HttpRequest, subject: str, body: EventAskIn) -> Status[EventOut]:
    """Ask for a duplicate, a substitute or a corrected version of a certificate."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    row = services.ask(
        subject=subject,
        event=body.event,
        reason=body.reason,
        remark=body.remark,
        terms=body.terms,
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _out(row))


@router.get("/{subject}/events", response=Events)
def list_events(request: HttpRequest, subject: str) -> Events:
    """List what was asked for of a certificate."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    row = get_visible(subject, user=caller.user)
    return Events(events=[_out(one) for one in requests_about(row.pk)])


@router.get("/events/waiting", response=Events)
def list_waiting(request: HttpRequest) -> Events:
    """List what waits for the caller's body, longest waiting first."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    return Events(events=[_out(one) for one in waiting(caller.user)[:200]])


@router.post("/events/{int:asked}/make", response={201: CertificateOut})
def make(request: HttpRequest, asked: int) -> Status[CertificateOut]:
    """Make what was asked for: the certificate, and the act about the one it comes from."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = services.make(request=asked, by=caller.user, at=caller.at)
    return Status(201, certificate_out(made, request))


@router.post("/events/{int:asked}/refuse", response=EventOut)
def refuse(request: HttpRequest, asked: int, body: RefuseIn) -> EventOut:
    """Answer why what was asked for is not made."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = services.refuse(request=asked, reason=body.reason, by=caller.user, at=caller.at)
    return _out(made.request)


@router.post("/{subject}/sale", response={201: SaleOut})
def sell(request: HttpRequest, subject: str, body: SaleIn) -> Status[SaleOut]:
    """Record the contract of goods that left for sale or an exhibition."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    record = Record({"contract": body.contract, "buyer": body.buyer})
    act = services.record_sale(
        subject=subject,
        contract=record.part("contract", DocumentReference.from_record),
        buyer=record.part("buyer", Party.from_record),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, SaleOut(act=act.pk, status=act.status))


def _out(row: EventRequest) -> EventOut:
    made, refusal = getattr(row, "made", None), getattr(row, "refusal", None)
    return EventOut(
        request=str(row.pk),
        base=row.base_id,
        event=row.event,
        reason=row.reason,
        asked_at=moment_to_text(row.asked_at),
        made=made.pk if made else "",
        made_number=made.number if made else "",
        refused=refusal.reason if refusal else "",
    )
