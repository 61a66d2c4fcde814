"""Certifying: the number, the boxes and the act that will be sealed come into being together."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.certification.draft import draft_certificate
from certorigin.certification.issue import issued
from certorigin.certification.numbering import NumberGrammar
from certorigin.crash import crash_point
from certorigin.errors import (
    FindingsError,
    RightError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import name_key, number_key
from certorigin_server.application.queries import draft_of, get_visible
from certorigin_server.assessment.queries import decision_of, reasons_of
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.certification.queries import is_certified
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import require_entitled, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference
    from certorigin_server.application.queries import Application
    from certorigin_server.assessment.queries import Assessment
    from certorigin_server.users.queries import Organisation, User


def certify(
    *, application: UUID, by: User, at: datetime, exported: DocumentReference | None = None
) -> Certificate:
    """Certify what was found to originate: number it, fill the boxes, prepare the act for its seals.

    `exported` is the document that proves an export which has already taken place; the certificate
    is then marked as issued afterwards (R45). Raises UnknownError, RightError
    (`certification.another_body`, `…two_persons`, `…officer_not_entitled`), StandingError
    (`certification.not_assessed`, `…not_originating`, `…done`), FindingsError with every reason why
    the boxes can't be filled.
    """
    with transaction.atomic():
        row = get_visible(application, user=by)
        assessment = _require_decided(row, by=by)
        slots = _require_entitled(row, by=by, at=at)
        serial = _next_serial(row.body, row.form, year=timezone.localdate(at).year)
        # Whoever held the sequence before us may have certified this very application.
        if is_certified(row.pk):
            raise StandingError("certification.done", application=str(row.pk))
        certificate = _issue(row, assessment, slots, serial, by=by, at=at, exported=exported)
        crash_point("certification.before_commit")
        # A crash here rolls everything back: the number is free, the application still waits.
    crash_point("certification.prepared")
    # A crash here leaves a prepared act without seals: the seal's next turn finishes it.
    return certificate


def _require_decided(row: Application, *, by: User) -> Assessment:
    """Invariant 7: positively decided by another person, for the body of this one."""
    if row.body_id is None or row.body_id != by.organisation_id:
        raise RightError("certification.another_body")
    assessment = decision_of(row.pk)
    if assessment is None:
        raise StandingError("certification.not_assessed", application=str(row.pk))
    if assessment.decision != assessment.Decision.ORIGINATING:
        raise StandingError("certification.not_originating", application=str(row.pk))
    if settings.SYSTEM.four_eyes and assessment.decided_by_id == by.pk:
        raise RightError("certification.two_persons")
    return assessment


def _require_entitled(row: Application, *, by: User, at: datetime) -> list[Slot]:
    """Let nobody prepare what the partner's customs would not believe (R31)."""
    try:
        slots = slots_of(get_keyring(), body=row.body, officer=by)
        require_entitled(slots, trust=get_trust(), form=row.form, body=row.body, at=at)
    except (UnknownError, UntrustedKeyError) as error:
        raise RightError("certification.officer_not_entitled", reason=error.code) from error
    return slots


def _next_serial(body: Organisation, form: str, *, year: int) -> int:
    """Take the next serial and keep its row locked until the transaction ends."""
    NumberSequence.objects.get_or_create(body=body, form=form, year=year)
    sequence = NumberSequence.objects.select_for_update().get(body=body, form=form, year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last


def _issue(
    row: Application,
    assessment: Assessment,
    slots: list[Slot],
    serial: int,
    *,
    by: User,
    at: datetime,
    exported: DocumentReference | None,
) -> Certificate:
    reasons, day = reasons_of(assessment), timezone.localdate(at)
    corridor = settings.SYSTEM.corridor_with(row.destination, reasons.agreement)
    boxes = draft_certificate(
        draft_of(row),
        reasons,
        **_box_4_and_12(row.body, serial, destination=row.destination, day=day),
        officer=by.officer_urn,
        officer_name=by.full_name,
        medium=corridor.document_medium,
        at=day,
        marks=_marks(get_form(row.form), exported, day=day),
    )
    subject = certificate_subject(settings.SYSTEM.installation, str(uuid.uuid4()))
    act = issued(
        boxes, act_id=f"urn:uuid:{uuid.uuid4()}", subject=subject, corridor=corridor.corridor, at=at
    )
    prepared = prepare_act(act=act, slots=slots, by=by.username, at=at)
    certificate = Certificate.objects.create(
        id=subject,
        application=row,
        act=prepared,
        body=row.body,
        serial=serial,
        exported_on=exported.date if exported else None,
        export_document=exported.number if exported else "",
        certified_at=at,
        certified_by=by,
        **_columns(boxes),
    )
    record(
        by=by.username,
        at=at,
        action="certification.certified",
        subject=subject,
        application=str(row.pk),
        number=boxes.number,
    )
    return certificate


def _box_4_and_12(
    body: Organisation, serial: int, *, destination: str, day: date
) -> dict[str, object]:
    """Fill in what the body brings: its number by its own grammar, its name and address."""
    grammar = NumberGrammar.from_text(body.number_grammar)
    state = settings.SYSTEM.state
    number = grammar.number(
        issuing=state,
        destination=destination,
        year=day.year,
        body=body.number_code,
        serial=serial,
    )
    return {
        "number": number,
        "grammar": grammar,
        "issued_in": state,
        "body": body.urn,
        "body_name": body.name,
        "body_address": body.address,
    }


def _marks(form: Form, exported: DocumentReference | None, *, day: date) -> tuple[str, ...]:
    """Box 5 of a certificate issued after export; the export must lie before its day (R45)."""
    if exported is None:
        return ()
    if exported.date >= day:
        facts = {"exported": exported.date.isoformat(), "certified": day.isoformat(), "box": "5"}
        finding = Finding("certification.export_not_before", "exported.date", facts=facts)
        raise FindingsError("certification.not_after_export", [finding])
    return (form.markers["after_export"],)


def _columns(boxes: Boxes) -> dict[str, object]:
    """What a certificate is found by."""
    parties = (boxes.exporter, boxes.importer, boxes.consignor, boxes.consignee)
    names = [name_key(party.name) for party in parties if party is not None]
    return {
        "form": boxes.form,
        "number": boxes.number,
        "number_key": number_key(boxes.number),
        "year": boxes.certification.date.year,
        "issued_on": boxes.certification.date,
        "destination": boxes.presented_in,
        "parties_key": " | ".join(names)[:700],
    }
