"""Certifying: the number, the boxes and the act that will be sealed come into being together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.certification.check import check_certificate
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
from certorigin_server.certification.queries import is_certified, last_serial
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
    from certorigin_server.assessment.queries import Reasons
    from certorigin_server.users.queries import Organisation, User


@dataclass(frozen=True)
class Rehearsal:
    """A certificate as it would stand: `boxes` is None where the findings stop it.

    `hindrance` says why this very person can't certify it.
    """

    row: Application
    reasons: Reasons
    number: str
    boxes: Boxes | None
    findings: tuple[Finding, ...]
    hindrance: Finding | None


@dataclass(frozen=True)
class _Case:
    """What is certified, for which body, on which reasons, and who seals it."""

    row: Application
    body: Organisation
    reasons: Reasons
    assessor: User
    by: User
    at: datetime

    @property
    def day(self) -> date:
        """The day of box 12, in this state."""
        return timezone.localdate(self.at)


def certify(
    *, application: UUID, by: User, at: datetime, exported: DocumentReference | None = None
) -> Certificate:
    """Certify what was found to originate: number it, fill the boxes, prepare the act for sealing.

    `exported` is the document that proves an export which has already taken place; the certificate
    is then marked as issued afterwards (R45). Raises UnknownError, RightError
    (`certification.another_body`, `…two_persons`, `…officer_not_entitled`), StandingError
    (`certification.not_assessed`, `…not_originating`, `…done`), FindingsError with every reason why
    the boxes can't be filled.
    """
    with transaction.atomic():
        case = _open_case(application, by=by, at=at)
        slots = _admit(case)
        serial = _next_serial(case.body, case.row.form, year=case.day.year)
        # Whoever held the sequence before us may have certified this very application.
        if is_certified(case.row.pk):
            raise StandingError("certification.done", application=str(case.row.pk))
        boxes = _fill_boxes(case, serial, exported)
        certificate = _store(case, boxes, slots, serial, exported)
        crash_point("certification.before_commit")
        # A crash here rolls everything back: the number is free, the application still waits.
    crash_point("certification.prepared")
    # A crash here leaves a prepared act without seals: the seal's next turn finishes it.
    return certificate


def rehearse(
    *, application: UUID, by: User, at: datetime, exported: DocumentReference | None = None
) -> Rehearsal:
    """Show what `certify` would make, by the same steps; nothing is numbered or stored.

    The number is the one that comes next now. Raises UnknownError, RightError
    (`certification.another_body`), StandingError as `certify`.
    """
    case = _open_case(application, by=by, at=at)
    if is_certified(case.row.pk):
        raise StandingError("certification.done", application=str(case.row.pk))
    hindrance = None
    try:
        _admit(case)
    except RightError as error:
        hindrance = Finding(error.code, "", facts=error.facts)
    serial = last_serial(case.body, case.row.form, year=case.day.year) + 1
    boxes, findings = None, []
    try:
        boxes = _fill_boxes(case, serial, exported)
        findings = list(check_certificate(boxes, form=get_form(boxes.form)))
    except FindingsError as error:
        findings = [one for one in error.findings if isinstance(one, Finding)]
    number = _number(case, serial)
    return Rehearsal(case.row, case.reasons, number, boxes, tuple(findings), hindrance)


def _open_case(application: UUID, *, by: User, at: datetime) -> _Case:
    """Invariant 7: found to originate, for the body of this person."""
    row = get_visible(application, user=by)
    body = row.body
    if body is None or body.pk != by.organisation_id:
        raise RightError("certification.another_body")
    assessment = decision_of(row.pk)
    if assessment is None:
        raise StandingError("certification.not_assessed", application=str(row.pk))
    if assessment.decision != assessment.Decision.ORIGINATING:
        raise StandingError("certification.not_originating", application=str(row.pk))
    return _Case(row, body, reasons_of(assessment), assessment.decided_by, by, at)


def _admit(case: _Case) -> list[Slot]:
    """Invariant 7: another person than the assessor, and one whom the partner would believe."""
    if settings.SYSTEM.four_eyes and case.assessor.pk == case.by.pk:
        raise RightError("certification.two_persons")
    return _require_entitled(case.body, case.row.form, by=case.by, at=case.at)


def _require_entitled(body: Organisation, form: str, *, by: User, at: datetime) -> list[Slot]:
    """Let nobody prepare what the partner's customs would not believe (R31)."""
    try:
        slots = slots_of(get_keyring(), body=body, officer=by)
        require_entitled(slots, trust=get_trust(), form=form, body=body, at=at)
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


def _fill_boxes(case: _Case, serial: int, exported: DocumentReference | None) -> Boxes:
    """Number the certificate by its body's own grammar, and fill its boxes (R33)."""
    state, destination = settings.SYSTEM.state, case.row.destination
    return draft_certificate(
        draft_of(case.row),
        case.reasons,
        number=_number(case, serial),
        grammar=NumberGrammar.from_text(case.body.number_grammar),
        body=case.body.urn,
        body_name=case.body.name,
        body_address=case.body.address,
        officer=case.by.officer_urn,
        officer_name=case.by.full_name,
        issued_in=state,
        medium=settings.SYSTEM.corridor_with(destination, case.reasons.agreement).document_medium,
        at=case.day,
        marks=_marks(get_form(case.row.form), exported, day=case.day),
    )


def _number(case: _Case, serial: int) -> str:
    return NumberGrammar.from_text(case.body.number_grammar).number(
        issuing=settings.SYSTEM.state,
        destination=case.row.destination,
        year=case.day.year,
        body=case.body.number_code,
        serial=serial,
    )


def _marks(form: Form, exported: DocumentReference | None, *, day: date) -> tuple[str, ...]:
    """Box 5 of a certificate issued after export; the export must lie before its day (R45)."""
    if exported is None:
        return ()
    if exported.date >= day:
        facts = {"exported": exported.date.isoformat(), "certified": day.isoformat(), "box": "5"}
        finding = Finding("certification.export_not_before", "exported.date", facts=facts)
        raise FindingsError("certification.not_after_export", [finding])
    return (form.markers["after_export"],)


def _store(
    case: _Case,
    boxes: Boxes,
    slots: list[Slot],
    serial: int,
    exported: DocumentReference | None,
) -> Certificate:
    """Prepare the act and keep the certificate by what it is found by, in one transaction."""
    agreement = case.reasons.agreement
    act = issued(
        boxes,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        subject=certificate_subject(settings.SYSTEM.installation, str(uuid.uuid4())),
        corridor=settings.SYSTEM.corridor_with(boxes.presented_in, agreement).corridor,
        at=case.at,
    )
    prepared = prepare_act(act=act, slots=slots, by=case.by.username, at=case.at)
    parties = (boxes.exporter, boxes.importer, boxes.consignor, boxes.consignee)
    certificate = Certificate.objects.create(
        id=act.subject,
        application=case.row,
        act=prepared,
        body=case.body,
        form=boxes.form,
        year=case.day.year,
        serial=serial,
        number=boxes.number,
        number_key=number_key(boxes.number),
        issued_on=case.day,
        destination=boxes.presented_in,
        parties_key=" | ".join(name_key(party.name) for party in parties if party)[:700],
        exported_on=exported.date if exported else None,
        export_document=exported.number if exported else "",
        certified_at=case.at,
        certified_by=case.by,
    )
    record(
        by=case.by.username,
        at=case.at,
        action="certification.certified",
        subject=act.subject,
        application=str(case.row.pk),
        number=boxes.number,
    )
    return certificate
