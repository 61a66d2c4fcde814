"""Certificates on the strength of another state's, for the machine interface (R48)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.api import CertificateOut, certificate_out
from certorigin_server.certification.events.re_export import to_send_on
from certorigin_server.certification.queries import certificate_for
from certorigin_server.returns.events import re_export
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.certification.events.re_export import ReExport

router = Router(tags=["returns"])


class BaseIn(Schema):
    """The partner's certificate as on the paper: number, day, the state that issued it."""

    number: Text
    issued_on: date
    issued_in: Text


class SendOnIn(Schema):
    """What goes further on the strength of it.

    `terms` are those of a substitute with `presentedIn`; `behalf` names the company for which an
    agent asks.
    """

    base: BaseIn
    body: Text
    confirmed: bool
    remark: Reason = ""
    behalf: Text = ""
    terms: dict[str, Any]


class SendOnOut(Schema):
    """What was asked for: `made` is the certificate, `refused` says why not; else it waits."""

    request: str
    application: str
    base: str
    base_number: str
    asked_at: str
    made: str
    refused: str


class SendOnList(Schema):
    """What waits, longest first."""

    requests: list[SendOnOut]


class SendOnRefuseIn(Schema):
    """Why the certificate is not made."""

    reason: Reason


@router.post("", response={201: SendOnOut})
def ask(request: HttpRequest, body: SendOnIn) -> Status[SendOnOut]:
    """Ask for a certificate for goods that the partner certified and that go further."""
    caller = Caller.of(request, Right.APPLICATION_WRITE)
    who: dict[str, Any] = {"by": caller.user, "at": caller.at, "behalf": body.behalf}
    found = re_export.find_base(
        number=body.base.number,
        issued_on=body.base.issued_on,
        issued_in=body.base.issued_in,
        **who,
    )
    row = re_export.ask(
        subject=found.subject,
        body=body.body,
        terms=body.terms,
        remark=body.remark,
        confirmed=body.confirmed,
        **who,
    )
    return Status(201, _out(row))


@router.get("", response=SendOnList)
def list_waiting(request: HttpRequest) -> SendOnList:
    """List what waits for the caller's body, longest waiting first."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    return SendOnList(requests=[_out(one) for one in to_send_on(caller.user)[:200]])


@router.post("/{int:asked}/make", response={201: CertificateOut})
def make(request: HttpRequest, asked: int) -> Status[CertificateOut]:
    """Certify on the strength of the partner's certificate, and tell the partner what it took."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = re_export.make(asked=asked, by=caller.user, at=caller.at)
    return Status(201, certificate_out(made, request))


@router.post("/{int:asked}/refuse", response=SendOnOut)
def refuse(request: HttpRequest, asked: int, body: SendOnRefuseIn) -> SendOnOut:
    """Answer why the certificate is not made."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    made = re_export.refuse(asked=asked, reason=body.reason, by=caller.user, at=caller.at)
    return _out(made.request)


def _out(row: ReExport) -> SendOnOut:
    made, refusal = certificate_for(row.application_id), getattr(row, "refusal", None)
    return SendOnOut(
        request=str(row.pk),
        application=str(row.application_id),
        base=row.base,
        base_number=row.base_number,
        asked_at=moment_to_text(row.asked_at),
        made=made.pk if made else "",
        refused=refusal.reason if refusal else "",
    )
