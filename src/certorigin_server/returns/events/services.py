"""Making a certificate from another one, and recording the contract of goods that left for sale.

ask · refuse        somebody asks; the body answers why not
rehearse · make     how it would stand; and the number, the act and what it does to the base
record_sale         the contract on which a preference waits
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.certification.event_terms import read_correction, read_substitute
from certorigin.certification.events import (
    CORRECTION,
    DUPLICATE,
    REASONS,
    SUBSTITUTE,
    corrected,
    duplicate_of,
    substitute_of,
    taken_by,
)
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.returns.division import check_division, divided
from certorigin.returns.replacement import replaced
from certorigin.returns.sale import sold
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.standing.fold import reference_to
from certorigin.vocabulary.certificate import ApplicantDeclaration, Certification, Confirmation
from certorigin.vocabulary.record import Record
from certorigin_server.application.power import require_power
from certorigin_server.certification.case import entitled_slots, write_number
from certorigin_server.certification.events.queries import (
    get_request,
    lock_request,
    requests_about,
)
from certorigin_server.certification.events.services import (
    make_certificate,
    note_refusal,
    note_request,
)
from certorigin_server.certification.queries import (
    boxes_of,
    get_visible,
    last_serial,
    lock_certificate,
)
from certorigin_server.certification.serials import next_serial
from certorigin_server.returns.events.admission import (
    admit,
    read_reason,
    read_remark,
    require_open,
    require_own,
)
from certorigin_server.returns.events.parts import taken_before
from certorigin_server.returns.services import end_substitute_alarm, find_base
from certorigin_server.seal.services import prepare_act
from certorigin_server.standing.queries import issued_act_of, lock_issued, standing_underway
from certorigin_server.trail.services import record, together
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.prepared import Slot
    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act, Cause
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.goods import DocumentReference
    from certorigin.vocabulary.party import Party
    from certorigin_server.certification.events.queries import EventRefusal, EventRequest
    from certorigin_server.certification.queries import Certificate
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User


@dataclass(frozen=True)
class Rehearsal:
    """A certificate as it would stand; `fault` says why it can't be made now."""

    row: EventRequest
    number: str
    boxes: Boxes | None
    fault: CertoriginError | None


@transaction.atomic
def ask(
    *, subject: str, event: str, reason: str, remark: str, terms: object, by: User, at: datetime
) -> EventRequest:
    """Ask for a duplicate, a substitute or a corrected version of a certificate (R32, R46, R48).

    Raises UnknownError for a certificate that the person may not see, another event or reason,
    RightError for a trader who may not act for its exporter now (R60), ConflictError
    (`event.asked_already`), FindingsError and MalformedError for terms that make no certificate,
    StandingError when the certificate has ended or covers less.
    """
    base = get_visible(subject, user=by)
    if by.organisation is not None and is_trader(by.organisation):
        require_power(base.application, by=by, at=at)  # to see it is not to act for its exporter
    if reason not in REASONS.get(event, ()):
        raise UnknownError("event.reason_unknown", event=event[:40], reason=reason[:40])
    remark = read_remark(remark)
    lock_certificate(base)
    for asked in requests_about(subject):
        is_open = not hasattr(asked, "made") and not hasattr(asked, "refusal")
        if is_open and asked.event == event != SUBSTITUTE:
            raise ConflictError("event.asked_already", number=base.number)
    document = strict_bytes(terms).decode()
    row = note_request(
        base=base,
        event=event,
        reason=reason,
        remark=remark,
        document=document,
        by=by,
        at=at,
    )
    _prepare(
        row, _number_for_now(row, at), by=by, at=at
    )  # what can't be made is told at once, and not kept
    return row


@transaction.atomic
def refuse(*, request: int, reason: str, by: User, at: datetime) -> EventRefusal:
    """Answer that what was asked for is not made, and why.

    Raises UnknownError, RightError (`certification.another_body`), MalformedError
    (`certification.without_reason`), StandingError (`event.answered`).
    """
    row = _lock_open(request, by=by)
    return note_refusal(request=row, reason=read_reason(reason), by=by, at=at)


def rehearse(*, request: int, by: User, at: datetime) -> Rehearsal:
    """Show what `make` would make; nothing is numbered or stored. Raises UnknownError."""
    row = get_request(request, user=by)
    number = row.base.number
    try:
        number = _number_for_now(row, at)
        boxes = _prepare(row, number, by=by, at=at).boxes
    except CertoriginError as fault:
        return Rehearsal(row, number, None, fault)
    try:
        _admit(row, by=by, at=at)
    except RightError as fault:
        return Rehearsal(row, number, boxes, fault)
    return Rehearsal(row, number, boxes, None)


@transaction.atomic
@together()  # the trail's head after the goods, as `certification.issuing` takes them
def make(*, request: int, by: User, at: datetime) -> Certificate:
    """Make the certificate that was asked for, and tell what it does to its base, in one action.

    A duplicate and a corrected version end the one before (`Replaced`); a substitute takes its
    goods (`Divided`). A corrected version keeps the number. Raises UnknownError, RightError
    (`certification.another_body`, `…two_persons`, `…away`, `…officer_not_entitled`), StandingError
    (`event.answered`, and as `find_base` and `check_division`), FindingsError.
    """
    row = _lock_open(request, by=by)
    lock_certificate(row.base)
    slots = _admit(row, by=by, at=at)
    base, year = row.base, timezone.localdate(at).year
    serial, version, number = base.serial, base.version + 1, base.number
    if row.event == CORRECTION:
        year = base.year
    else:
        serial, version = next_serial(base.body, base.form, year=year), 1
        number = _number(base, year=year, serial=serial)
    found = _prepare(row, number, by=by, at=at)
    made = make_certificate(
        asked=row,
        boxes=found.boxes,
        year=year,
        serial=serial,
        version=version,
        causes=found.causes,
        slots=slots,
        by=by,
        at=at,
    )
    act = _act_on_base(row, found, made, by=by, at=at)
    record(
        by=by.username,
        at=at,
        action="returns.divided" if row.event == SUBSTITUTE else "returns.replaced",
        subject=base.pk,
        made=made.pk,
    )
    prepare_act(act=act, slots=slots, by=by.username, at=at)
    if row.event != SUBSTITUTE:
        end_substitute_alarm(base, at=at)
    return made


@transaction.atomic
def record_sale(
    *, subject: str, contract: DocumentReference, buyer: Party, by: User, at: datetime
) -> SealedAct:
    """Record the contract of goods that left for sale: from then on there is a preference (R49).

    Raises UnknownError, RightError (`certification.another_body`, `…officer_not_entitled`),
    StandingError as `certorigin.returns.sale.sold`.
    """
    row = get_visible(subject, user=by)
    require_own(row.body_id, by=by)
    slots = entitled_slots(row.body, row.form, by=by, at=at)
    if issued_act_of(subject) is None:
        raise StandingError("replacement.not_held", number=row.number)
    lock_issued(subject)
    act = sold(
        standing_underway(subject, at=at),
        contract=contract,
        buyer=buyer,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
    )
    record(by=by.username, at=at, action="returns.sold", subject=subject)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


@dataclass(frozen=True)
class _Found:
    """What would be made, from which standing, because of which acts."""

    boxes: Boxes
    standing: Standing
    causes: tuple[Cause, ...]
    taken: tuple[ItemUse, ...] = ()


def _prepare(row: EventRequest, number: str, *, by: User, at: datetime) -> _Found:
    """Fill the boxes of what was asked for, and judge whether its base allows it now."""
    base, standing = find_base(row.base, at=at)
    if standing is None:
        raise StandingError("event.base_ended", number=row.base.number)
    old, body, day = boxes_of(row.base), row.base.body, timezone.localdate(at)
    certification = Certification(
        body.urn, body.name, body.address, by.officer_urn, by.full_name or by.username, day
    )
    record_ = Record(parse_strict(row.document.encode()))
    if row.event == DUPLICATE:
        record_.finish()
        boxes = duplicate_of(old, number=number, certification=certification)
    elif row.event == CORRECTION:
        boxes = corrected(
            old,
            read_correction(record_, old),
            certification=certification,
            with_parties=settings.SYSTEM.correct_parties,
        )
    else:
        terms = read_substitute(record_)
        standing = standing_underway(base.subject, at=at)
        check_division(standing, taken_by(terms.parts))
        boxes = substitute_of(
            old,
            terms.parts,
            number=number,
            certification=certification,
            importer=terms.importer,
            declaration=_declaration(row, old),
            transport=terms.transport,
            before=taken_before(standing),
        )
        return _Found(boxes, standing, base.causes, taken_by(terms.parts))
    return _Found(boxes, standing, base.causes)


def _declaration(row: EventRequest, old: Boxes) -> ApplicantDeclaration:
    """Box 13 of a substitute: who asked for it declares, bound to the terms (R3)."""
    digest = hashlib.sha256(row.document.encode()).hexdigest()
    return ApplicantDeclaration(
        old.declaration.country,
        row.asked_by.full_name or row.asked_by.username,
        timezone.localdate(row.asked_at),
        Confirmation(digest, row.asked_at),
    )


def _act_on_base(
    row: EventRequest, found: _Found, made: Certificate, *, by: User, at: datetime
) -> Act:
    act_id, officer, by_it = f"urn:uuid:{uuid.uuid4()}", by.officer_urn, reference_to(found.boxes)
    if row.event == SUBSTITUTE:
        return divided(
            found.standing,
            items=found.taken,
            substitute=by_it,
            substitute_subject=made.pk,
            officer=officer,
            act_id=act_id,
            at=at,
        )
    return replaced(
        found.standing,
        by=by_it,
        by_subject=made.pk,
        officer=officer,
        act_id=act_id,
        at=at,
        is_version=row.event == CORRECTION,
    )


def _admit(row: EventRequest, *, by: User, at: datetime) -> list[Slot]:
    return admit(row, body=row.body, form=row.base.form, by=by, at=at)


def _lock_open(request: int, *, by: User) -> EventRequest:
    """Lock a request that waits. Raises UnknownError, RightError, StandingError."""
    row = get_request(request, user=by)
    require_own(row.body_id, by=by)
    row = lock_request(row, user=by)
    require_open(row, answered=hasattr(row, "made") or hasattr(row, "refusal"))
    return row


def _number_for_now(row: EventRequest, at: datetime) -> str:
    """Return the number that it would have if it were made now; nothing is taken."""
    if row.event == CORRECTION:
        return row.base.number
    year = timezone.localdate(at).year
    serial = last_serial(row.body, row.base.form, year=year) + 1
    return _number(row.base, year=year, serial=serial)


def _number(base: Certificate, *, year: int, serial: int) -> str:
    return write_number(base.body, base.form, base.destination, year=year, serial=serial)
