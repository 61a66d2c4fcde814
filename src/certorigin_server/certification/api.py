"""The machine interface of the third stop. Not logged, not released: there is no bundle here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from ninja import Body, Router, Schema, Status
from pydantic import StringConstraints

from certorigin.assessment.term import term_of
from certorigin.errors import FindingsError, RightError
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record
from certorigin_server.application.api import PAGE_SIZE
from certorigin_server.application.findings import FindingOut, tell
from certorigin_server.application.queries import submitted_at
from certorigin_server.certification import services
from certorigin_server.certification.case import Terms
from certorigin_server.certification.queries import (
    base_of,
    boxes_of,
    find_remarks,
    find_void,
    get_visible,
    principals_of,
    search,
    to_certify,
)
from certorigin_server.certification.special import read_extras
from certorigin_server.desk.paging import part_on
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Text

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from certorigin_server.application.queries import Application
    from certorigin_server.certification.models import Certificate

router = Router(tags=["certification"])


class WaitingCertificationOut(Schema):
    """An application whose goods originate, and that is not certified yet."""

    application: str
    organisation: str
    organisation_name: str
    form: str
    destination: str
    submitted_at: str
    decided_at: str
    due: str
    overdue: bool


class CertificationWorkList(Schema):
    """What waits for a certifying officer, longest waiting first."""

    waiting: list[WaitingCertificationOut]


class Exported(Schema):
    """The document that proves an export which has already taken place."""

    number: Annotated[Text, StringConstraints(max_length=200)]
    date: Text


class SpecialIn(Schema):
    """Goods that left for `later_sale` or an `exhibition` (its name), or made `before_1993`.

    For the last `name` is who made them, `year` when.
    """

    kind: Text
    name: Text = ""
    year: Text = ""


class PaperIn(Schema):
    """A paper issued in an outage: its reserved number and the day on it (R18)."""

    number: Text
    date: Text


class CertificationOrder(Schema):
    """Certify. With `exported` the certificate is marked as issued after export.

    A deputy says in `acted_for` whose place is taken.
    """

    exported: Exported | None = None
    acted_for: Text = ""
    special: SpecialIn | None = None
    paper: PaperIn | None = None


NOTHING_ELSE = CertificationOrder()


class Times(Schema):
    """When the act reached each point of its way; empty where it has not."""

    prepared: str
    sealed: str
    logged: str
    published: str
    mirrored: str


class CertificateRow(Schema):
    """A certificate in a list."""

    id: str
    application: str
    form: str
    number: str
    issued_on: str
    body: str
    destination: str
    status: str


class CertificateOut(CertificateRow):
    """A certificate: its boxes as data, where its act is, and what a person should know."""

    act: str
    corridor: str
    certified_by: str
    acted_for: str
    in_place_of: str
    stuck: str
    void: str
    times: Times
    log_origin: str
    log_index: str
    document: dict[str, Any]
    findings: list[FindingOut]


class Certificates(Schema):
    """A page of certificates."""

    certificates: list[CertificateRow]


@router.get("/waiting", response=CertificationWorkList)
def list_waiting(request: HttpRequest) -> CertificationWorkList:
    """List what was found to originate and is not certified yet."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    waiting = to_certify(caller.user)[:200]
    return CertificationWorkList(waiting=[_waiting(one, caller.at) for one in waiting])


@router.get("", response=Certificates)
def list_certificates(
    request: HttpRequest,
    text: Text = "",
    application: UUID | None = None,
    page: Page = "1",
) -> Certificates:
    """List the certificates that the caller may see, newest first."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    rows = search(caller.user, text=text, application=application)
    found = part_on(rows, page, PAGE_SIZE)
    return Certificates(certificates=[_row(one) for one in found])


@router.get("/{certificate}", response=CertificateOut)
def show_certificate(request: HttpRequest, certificate: Text) -> CertificateOut:
    """Show one certificate and where it is on its way."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    return certificate_out(get_visible(certificate, user=caller.user), request)


@router.post("/{application}/certify", response={201: CertificateOut})
def certify(
    request: HttpRequest, application: UUID, order: Body[CertificationOrder] = NOTHING_ELSE
) -> Status[CertificateOut]:
    """Certify an application: number, boxes and the act that will be sealed."""
    caller = Caller.of(request, Right.CERTIFICATION_CERTIFY)
    certificate = services.certify(
        application=application, by=caller.user, at=caller.at, terms=terms_of(order, caller)
    )
    return Status(201, certificate_out(certificate, request))


def terms_of(order: CertificationOrder, caller: Caller) -> Terms:
    """Read what an officer adds. Raises RightError for one whose deputy the caller is not."""
    named = {one.username: one for one in principals_of(caller.user, at=caller.at)}
    if order.acted_for and order.acted_for not in named:
        raise RightError("certification.not_deputy")
    said = order.model_dump(include={"special", "paper"}, exclude_none=True)
    extras, faults = read_extras(said)
    if faults:
        raise FindingsError("certificate.not_ready", faults, number="")
    acted_for = named.get(order.acted_for)
    return Terms(exported=_exported(order), acted_for=acted_for, extras=extras)


def _exported(order: CertificationOrder) -> DocumentReference | None:
    if order.exported is None:
        return None
    return DocumentReference.from_record(Record(order.exported.model_dump(), "exported"))


def _waiting(row: Application, at: datetime) -> WaitingCertificationOut:
    due = term_of(settings.SYSTEM.state).due(timezone.localdate(submitted_at(row)))
    return WaitingCertificationOut(
        application=str(row.pk),
        organisation=row.organisation.slug,
        organisation_name=row.organisation.name,
        form=row.form,
        destination=row.destination,
        submitted_at=moment_to_text(submitted_at(row)),
        decided_at=_moment(row.decided_at),
        due=due.isoformat(),
        overdue=timezone.localdate(at) > due,
    )


def _row(row: Certificate) -> CertificateRow:
    return CertificateRow(
        id=row.pk,
        application=str(row.application_id),
        form=row.form,
        number=row.number,
        issued_on=row.issued_on.isoformat(),
        body=row.body.slug,
        destination=row.destination,
        status=row.act.status,
    )


def certificate_out(row: Certificate, request: HttpRequest) -> CertificateOut:
    """Write a certificate for the machine interface."""
    act, base, void = row.act, base_of(row.application_id), find_void(row)
    return CertificateOut(
        **_row(row).dict(),
        act=act.pk,
        corridor=act.corridor,
        certified_by=row.certified_by.full_name,
        acted_for=row.acted_for.full_name if row.acted_for else "",
        in_place_of=base.base_id if base else "",
        stuck=act.stuck_reason or "",
        void=void.code if void else "",
        times=Times(
            prepared=moment_to_text(act.prepared_at),
            sealed=_moment(act.sealed_at),
            logged=_moment(act.logged_at),
            published=_moment(act.published_at),
            mirrored=_moment(act.mirrored_at),
        ),
        log_origin=act.log_origin or "",
        log_index="" if act.log_index is None else str(act.log_index),
        document=boxes_of(row).to_data(),
        findings=tell(find_remarks(row), request),
    )


def _moment(moment: datetime | None) -> str:
    return moment_to_text(moment) if moment else ""
