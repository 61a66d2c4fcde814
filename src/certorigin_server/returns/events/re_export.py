"""Goods that another state certified go further: a certificate on the strength of its own (R48).

find_base · ask · refuse    the holder of the goods asks; the body answers why not
rehearse · make             how it would stand; and the certificate with the act about its base
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.application.draft import Application as Draft
from certorigin.application.draft import ApplicationItem
from certorigin.certification.event_terms import read_re_export
from certorigin.certification.events import ReExport as Way
from certorigin.certification.events import substitute_of, taken_by
from certorigin.errors import (
    CertoriginError,
    FindingsError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.recognition.report import Outcome
from certorigin.returns.division import check_division, divided
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.standing.fold import reference_to
from certorigin.vocabulary.acts import Cause
from certorigin.vocabulary.certificate import ApplicantDeclaration, Certification
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import name_key
from certorigin_server.application.decided import hand_in_decided
from certorigin_server.application.power import find_principal, party_of
from certorigin_server.application.queries import confirmation_of
from certorigin_server.certification.case import write_number
from certorigin_server.certification.events.re_export import (
    certify_re_export,
    get_re_export,
    is_answered,
    note_re_export,
    note_re_export_refused,
)
from certorigin_server.certification.queries import last_serial
from certorigin_server.certification.serials import next_serial
from certorigin_server.recognition.examination import examine_alone
from certorigin_server.recognition.queries import acts_and_decisions
from certorigin_server.returns.events.admission import (
    admit,
    read_reason,
    read_remark,
    require_open,
    require_own,
)
from certorigin_server.returns.events.parts import taken_before
from certorigin_server.seal.services import prepare_act
from certorigin_server.standing.queries import (
    act_in,
    certificate_of,
    find_issued,
    issued_act_of,
    lock_issued,
    standing_with,
)
from certorigin_server.trail.services import record, record_read, together
from certorigin_server.users.queries import get_authorised_body

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.seal.prepared import Slot
    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.certification.events.re_export import ReExport, ReExportRefusal
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import Organisation, User


@dataclass(frozen=True)
class Rehearsal:
    """A certificate as it would stand, or why it can't be made now; and its base."""

    row: ReExport
    number: str
    base: Boxes | None
    boxes: Boxes | None
    fault: CertoriginError | None


@dataclass(frozen=True)
class _Found:
    boxes: Boxes
    standing: Standing
    causes: tuple[Cause, ...]
    taken: tuple[ItemUse, ...]


def find_base(
    *, number: str, issued_on: date, issued_in: str, by: User, at: datetime, behalf: str = ""
) -> RegisteredAct:
    """Return the partner's certificate that a holder of goods names as on the paper.

    Only who is its importer or consignee finds it, and every look is in the trail (R17). Raises
    UnknownError (`certificate.unknown`), RightError as `find_principal`.
    """
    principal, _ = find_principal(behalf, by=by, at=at)
    own = settings.SYSTEM.installation
    for row in find_issued(
        number=number, issued_on=issued_on, issued_in=issued_in, received_by=own
    ):
        if _is_received_by(certificate_of(row), principal):
            record_read(by=by.username, at=at, subject=row.subject)
            return row
    raise UnknownError("certificate.unknown", subject=number[:60])


@transaction.atomic
def ask(
    *,
    subject: str,
    body: str,
    terms: object,
    remark: str,
    confirmed: bool,
    by: User,
    at: datetime,
    behalf: str = "",
) -> ReExport:
    """Ask a body for a certificate on the strength of a partner's, and declare box 13 (R3, R48).

    Raises UnknownError for a certificate that the person's company did not receive, RightError,
    FindingsError (`application.not_confirmed`, `certificate.not_ready`), MalformedError for terms
    that can't be read, StandingError as `make`.
    """
    principal, _ = find_principal(behalf, by=by, at=at)
    issued = _received(subject)
    base = certificate_of(issued)
    if not _is_received_by(base, principal):
        raise UnknownError("certificate.unknown", subject=subject[:200])
    remark = read_remark(remark)
    if not confirmed:
        missing = Finding("application.not_confirmed", "confirmed", clause="R3; Rules 7.4, box 13")
        raise FindingsError("application.not_confirmed", [missing])
    document = strict_bytes(terms).decode()
    draft = _draft_of(base, Record(parse_strict(document.encode())), principal, by, at)
    row = hand_in_decided(draft=draft, body=body, by=by, at=at, behalf=behalf)
    asked = note_re_export(
        application=row,
        body=get_authorised_body(body),
        base=subject,
        reference=reference_to(base),
        document=document,
        remark=remark,
        by=by,
        at=at,
    )
    _prepare(asked, _next_number(asked, at), by=by, at=at)  # what can't be made is told at once
    return asked


@transaction.atomic
def refuse(*, asked: int, reason: str, by: User, at: datetime) -> ReExportRefusal:
    """Answer why the certificate is not made. Raises as `events.services.refuse`."""
    row = _lock_open(asked, by=by)
    return note_re_export_refused(asked=row, reason=read_reason(reason), by=by, at=at)


def rehearse(*, asked: int, by: User, at: datetime) -> Rehearsal:
    """Show what `make` would make; nothing is numbered or stored. Raises UnknownError."""
    row = get_re_export(asked, user=by)
    record_read(by=by.username, at=at, subject=row.base)
    issued = issued_act_of(row.base)
    base = certificate_of(issued) if issued else None
    number = ""
    try:
        number = _next_number(row, at)
        boxes = _prepare(row, number, by=by, at=at).boxes
    except CertoriginError as fault:
        return Rehearsal(row, number, base, None, fault)
    try:
        _admit(row, by=by, at=at)
    except RightError as fault:
        return Rehearsal(row, number, base, boxes, fault)
    return Rehearsal(row, number, base, boxes, None)


@transaction.atomic
@together()  # the trail's head after the goods, as `certification.issuing` takes them
def make(*, asked: int, by: User, at: datetime) -> Certificate:
    """Certify on the strength of the partner's certificate, and tell the partner what it took.

    The base is verified as customs would, at this moment; what our customs and earlier substitutes
    took of it is not there any more. Both acts are prepared in one transaction. Raises
    UnknownError, RightError as `events.services.make`, StandingError (`event.answered`,
    `re_export.base_not_verified`, as `check_division`), FindingsError.
    """
    row = _lock_open(asked, by=by)
    lock_issued(row.base)
    slots = _admit(row, by=by, at=at)
    year = timezone.localdate(at).year
    serial = next_serial(row.body, row.application.form, year=year)
    number = _number(row, year=year, serial=serial)
    found = _prepare(row, number, by=by, at=at)
    agreement = found.standing.issued.act.corridor.agreement if found.standing.issued else ""
    made = certify_re_export(
        asked=row,
        body=row.body,
        boxes=found.boxes,
        corridor=settings.SYSTEM.corridor_with(found.boxes.presented_in, agreement).corridor,
        year=year,
        serial=serial,
        causes=found.causes,
        slots=slots,
        by=by,
        at=at,
    )
    act = divided(
        found.standing,
        items=found.taken,
        substitute=reference_to(found.boxes),
        substitute_subject=made.pk,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        issuer=row.body.urn,
    )
    record(by=by.username, at=at, action="returns.divided", subject=row.base, made=made.pk)
    prepare_act(act=act, slots=slots, by=by.username, at=at)
    return made


def _prepare(row: ReExport, number: str, *, by: User, at: datetime) -> _Found:
    """Fill the boxes, and judge whether the base allows it now."""
    issued = _received(row.base)
    _require_verified(issued, at=at)
    base, body = certificate_of(issued), row.body
    standing = standing_with(acts_and_decisions(row.base, at=at), subject=row.base, at=at)
    presented_in, terms = read_re_export(Record(parse_strict(row.document.encode())))
    taken = taken_by(terms.parts)
    check_division(standing, taken)
    day, agreement = timezone.localdate(at), act_in(issued).corridor.agreement
    corridor = settings.SYSTEM.corridor_with(presented_in, agreement)
    boxes = substitute_of(
        base,
        terms.parts,
        number=number,
        certification=Certification(
            body.urn, body.name, body.address, by.officer_urn, by.full_name or by.username, day
        ),
        importer=terms.importer,
        declaration=ApplicantDeclaration(
            base.declaration.country,
            row.asked_by.full_name or row.asked_by.username,
            timezone.localdate(row.asked_at),
            confirmation_of(row.application),
        ),
        transport=terms.transport,
        before=taken_before(standing),
        re_export=Way(
            party_of(row.application.organisation),
            settings.SYSTEM.state,
            presented_in,
            corridor.document_medium,
        ),
    )
    return _Found(boxes, standing, (Cause(issued.act, issued.digest),), taken)


def _require_verified(issued: RegisteredAct, *, at: datetime) -> None:
    """Let nothing rest on what customs would not accept. Raises StandingError."""
    found = examine_alone(issued, at=at)
    reason = found.reason
    if found.report is not None:
        if found.report.bottom_line is Outcome.RECOGNISED:
            return
        doubts = (Outcome.REFUSED, Outcome.UNDETERMINED)
        codes = [one.code for one in found.report.parts.values() if one.outcome in doubts]
        reason = ", ".join(codes)
    raise StandingError("re_export.base_not_verified", number=issued.number, reason=reason)


def _draft_of(
    base: Boxes, record_: Record, principal: Organisation, by: User, at: datetime
) -> Draft:
    """Write the application as any other: what is asked for, and what is declared in box 13."""
    presented_in, terms = read_re_export(record_)
    by_number = {item.sequence: item for item in base.items}
    items = [
        ApplicationItem(
            sequence=sequence,
            packages=part.packages,
            description=by_number[part.sequence].description,
            tariff_code=by_number[part.sequence].tariff_code,
            quantity=part.quantity,
            gross=part.gross,
            net=part.net,
            invoice=part.invoice,
            origin_country=base.declaration.country,
        )
        for sequence, part in enumerate(terms.parts, start=1)
        if part.sequence in by_number
    ]
    day = timezone.localdate(at)
    return Draft(
        form=base.form,
        presented_in=presented_in,
        exporter=party_of(principal),
        importer=terms.importer,
        transport=terms.transport,
        items=tuple(items),
        applicant="exporter",
        declaration=ApplicantDeclaration(base.declaration.country, by.full_name, day),
    )


def _received(subject: str) -> RegisteredAct:
    """Return a partner's certificate. Raises UnknownError also for one of our own."""
    row = issued_act_of(subject)
    if row is None or row.publisher == settings.SYSTEM.installation:
        raise UnknownError("certificate.unknown", subject=subject[:200])
    return row


def _is_received_by(boxes: Boxes, company: Organisation) -> bool:
    """Say whether a company is importer or consignee: by its register number, else by its name."""
    for party in (boxes.importer, boxes.consignee):
        if party is None:
            continue
        if party.identifier is not None and company.identifier:
            known = (party.identifier.scheme, party.identifier.value)
            if known == (company.identifier_scheme, company.identifier):
                return True
        elif party.country == company.state and name_key(party.name) == name_key(company.name):
            return True
    return False


def _admit(row: ReExport, *, by: User, at: datetime) -> list[Slot]:
    return admit(row, body=row.body, form=row.application.form, by=by, at=at)


def _lock_open(asked: int, *, by: User) -> ReExport:
    """Lock a request that waits. Raises UnknownError, RightError, StandingError."""
    row = get_re_export(asked, user=by, lock=True)
    require_own(row.body_id, by=by)
    require_open(row, answered=is_answered(row))
    return row


def _next_number(row: ReExport, at: datetime) -> str:
    """Return the number that it would have if it were made now; nothing is taken."""
    year = timezone.localdate(at).year
    serial = last_serial(row.body, row.application.form, year=year) + 1
    return _number(row, year=year, serial=serial)


def _number(row: ReExport, *, year: int, serial: int) -> str:
    form, destination = row.application.form, row.application.destination
    return write_number(row.body, form, destination, year=year, serial=serial)
