"""What is made from a certificate: the request, the refusal, and the act with its row.

note_request · note_refusal · make_certificate. The stop of returns judges, and calls these.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.certification.issue import issued
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.certification.covered import cover_goods
from certorigin_server.certification.events.models import EventRefusal, EventRequest
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import read_act
from certorigin_server.seal.services import prepare_act
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.acts import Cause
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.users.queries import User


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
    act = issued(
        boxes,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        subject=certificate_subject(settings.SYSTEM.installation, str(uuid.uuid4())),
        corridor=read_act(base.act).corridor,
        at=at,
        causes=causes,
    )
    prepared = prepare_act(act=act, slots=slots, by=by.username, at=at)
    parties = (boxes.exporter, boxes.importer, boxes.consignor, boxes.consignee)
    made = Certificate.objects.create(
        id=act.subject,
        application=base.application,
        event=asked.event,
        version=version,
        asked=asked,
        act=prepared,
        body=base.body,
        form=boxes.form,
        year=year,
        serial=serial,
        number=boxes.number,
        number_key=number_key(boxes.number),
        issued_on=boxes.certification.date,
        destination=boxes.presented_in,
        parties_key=" | ".join(name_key(party.name) for party in parties if party)[:700],
        exported_on=base.exported_on,
        export_document=base.export_document,
        certified_at=at,
        certified_by=by,
    )
    cover_goods(made, boxes, instead_of=base.pk, at=at)
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
