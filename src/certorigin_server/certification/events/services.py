"""What is made from a certificate: the request, the refusal, and the act with its row.

note_request · note_refusal · make_certificate   the stop of returns judges, and calls these
put_back_made                                    after a restore
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.certification.consignment import goods_keys
from certorigin.certification.events import CORRECTION, DUPLICATE, SUBSTITUTE
from certorigin.certification.issue import issued
from certorigin.certification.numbering import NumberRules
from certorigin.errors import ConflictError
from certorigin.fees.reckon import Order
from certorigin.standing.entry import certificate_subject
from certorigin.standing.family import number_in_mark
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import number_key
from certorigin_server.certification.covered import Covering, cover_goods, cover_returned
from certorigin_server.certification.events.models import EventRefusal, EventRequest
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.certification.queries import columns_of, read_act
from certorigin_server.fees.services import charge
from certorigin_server.fees.settled import require_settled
from certorigin_server.seal.services import prepare_act
from certorigin_server.trail.services import record
from certorigin_server.users.queries import find_user, is_trader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.acts import Act, Cause
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import Organisation, User


def note_request(
    *,
    base: Certificate,
    event: str,
    reason: str,
    remark: str,
    document: str,
    by: User,
    at: datetime,
) -> EventRequest:
    """Note what somebody asks for, in the caller's transaction."""
    row = EventRequest.objects.create(
        base=base,
        body=base.body,
        event=event,
        reason=reason,
        remark=remark,
        document=document,
        asked_at=at,
        asked_by=by,
    )
    # What a body asks of itself is free.
    if by.organisation is not None and is_trader(by.organisation):
        order = Order(base.form, event)
        charge(application=base.application, order=order, request=row.pk, at=at)
    facts = {"event": event, "reason": reason, "request": str(row.pk)}
    record(by=by.username, at=at, action="certification.event_asked", subject=base.pk, **facts)
    return row


def note_refusal(*, request: EventRequest, reason: str, by: User, at: datetime) -> EventRefusal:
    """Note that what was asked for is not made, and why, in the caller's transaction."""
    made = EventRefusal.objects.create(request=request, reason=reason, refused_at=at, refused_by=by)
    record(
        by=by.username,
        at=at,
        action="certification.event_refused",
        subject=request.base_id,
        event=request.event,
        request=str(request.pk),
    )
    return made


def make_certificate(
    *,
    asked: EventRequest,
    boxes: Boxes,
    year: int,
    serial: int,
    version: int,
    causes: Sequence[Cause],
    slots: list[Slot],
    by: User,
    at: datetime,
) -> Certificate:
    """Prepare the act and keep the certificate, in the caller's transaction.

    Raises StandingError (`certification.consignment_covered`) for goods that yet another
    certificate covers (R23).
    """
    base = asked.base
    require_settled(application=base.application, request=asked.pk)
    act = issued(
        boxes,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        subject=certificate_subject(settings.SYSTEM.installation, str(uuid.uuid4())),
        corridor=read_act(base.act).corridor,
        at=at,
        causes=causes,
    )
    prepared = prepare_act(act=act, slots=slots, by=by.username, at=at)
    made = Certificate.objects.create(
        id=act.subject,
        application=base.application,
        event=asked.event,
        version=version,
        asked=asked,
        act=prepared,
        body=base.body,
        year=year,
        serial=serial,
        **columns_of(boxes),
        exported_on=base.exported_on,
        export_document=base.export_document,
        certified_at=at,
        certified_by=by,
    )
    cover_goods(Covering(made, goods_keys(boxes), base.pk), at=at)
    record(
        by=by.username,
        at=at,
        action="certification.certified",
        subject=act.subject,
        application=str(base.application_id),
        number=boxes.number,
        event=asked.event,
    )
    return made


def put_back_made(boxes: Boxes, act: Act, row: SealedAct) -> bool:
    """Put back, from the log, what was made from a certificate that is here. Says whether it was.

    Box 5 says from which: the request is lost. A corrected version whose certificate is not here
    has no number of its own, and stays in the register alone. Raises ConflictError
    (`certification.number_given_again`).
    """
    event, number = _event_in(boxes)
    if not event:
        return False
    same = Certificate.objects.filter(
        body__slug=boxes.certification.body.rpartition(":")[2],
        form=boxes.form,
        number_key=number_key(boxes.number if event == CORRECTION else number),
    )
    base = same.order_by("-issued_on", "-version").first()
    officer = find_user(boxes.certification.officer.rpartition(":")[2])
    if base is None or officer is None:
        return event == CORRECTION
    year, serial, version = base.year, base.serial, base.version + 1
    if event != CORRECTION:
        year, version = boxes.certification.date.year, 1
        serial = serial_of(base.body, boxes)
        series = {"body": base.body, "form": boxes.form, "year": year, "serial": serial}
        if Certificate.objects.filter(**series).exists():
            raise ConflictError("certification.number_given_again", number=boxes.number)
        raise_sequence(base.body, boxes.form, year, serial)
    made = Certificate.objects.create(
        id=act.subject,
        application=base.application,
        event=event,
        version=version,
        act=row,
        body=base.body,
        year=year,
        serial=serial,
        **columns_of(boxes),
        certified_at=act.at,
        certified_by=officer,
    )
    cover_returned(made, boxes)
    return True


def serial_of(body: Organisation, boxes: Boxes) -> int:
    """Read the serial out of a number by the body's own grammar. Raises MalformedError."""
    rules = NumberRules.from_text(body.number_grammar)
    return rules.of(boxes.form).parse(boxes.number).serial


def raise_sequence(body: Organisation, form: str, year: int, serial: int) -> None:
    """Let no serial be given again up to this one."""
    sequence, _ = NumberSequence.objects.select_for_update().get_or_create(
        body=body, form=form, year=year
    )
    if sequence.last < serial:
        sequence.last = serial
        sequence.save(update_fields=["last"])


def _event_in(boxes: Boxes) -> tuple[str, str]:
    """Return what box 5 says that it is, and the number that it names; nothing for others."""
    form = get_form(boxes.form)
    for event in (CORRECTION, DUPLICATE, SUBSTITUTE):
        for mark in boxes.marks:
            if form.has_marker(event, mark):
                return event, number_in_mark(mark)
    return "", ""
