"""Certifying: the number, the boxes and the act that will be sealed come into being together.

certify · certify_many    the certificates
rehearse                  how one would stand
send_back                 the assessing officer decides anew
renew                     an act that can't be sealed is prepared anew, under the same number
void_number               a number that never becomes a certificate
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.certification.check import check_certificate
from certorigin.crash import crash_point
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    FindingsError,
    MalformedError,
    RightError,
    StandingError,
)
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.form import get_form
from certorigin_server.assessment.services import reopen
from certorigin_server.certification.approval import require_approval
from certorigin_server.certification.case import (
    NO_TERMS,
    Case,
    Terms,
    admit,
    admit_certifier,
    examined,
    fill_boxes,
    instead_of,
    lock_case,
    number_of,
    open_case,
    require_base,
    write_number,
)
from certorigin_server.certification.covered import find_covered
from certorigin_server.certification.issuing import issue
from certorigin_server.certification.models import (
    Certificate,
    InPlaceOf,
    Renewal,
    SentBack,
    VoidNumber,
)
from certorigin_server.certification.queries import (
    boxes_of,
    get_visible,
    last_serial,
    numbers_taken,
    read_act,
)
from certorigin_server.certification.serials import next_serial
from certorigin_server.fees.settled import require_settled
from certorigin_server.seal.services import prepare_act, set_aside
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.application.queries import Application
    from certorigin_server.assessment.queries import Reasons
    from certorigin_server.users.queries import User

LONGEST_REASON = 1000
LONGEST_VOID_REASON = 500


@dataclass(frozen=True)
class Rehearsal:
    """A certificate as it would stand: `boxes` is None where the findings stop it.

    `hindrance` says why this very person can't certify it now.
    """

    row: Application
    reasons: Reasons
    number: str
    boxes: Boxes | None
    findings: tuple[Finding, ...]
    hindrance: Finding | None


def certify(*, application: UUID, by: User, at: datetime, terms: Terms = NO_TERMS) -> Certificate:
    """Certify what was found to originate: number it, fill the boxes, prepare the act for sealing.

    With a document of export in the terms the certificate is marked as issued afterwards (R45).
    Raises UnknownError, RightError as `case.admit`, StandingError (`certification.not_assessed`,
    `…not_originating`, `…done`, `…in_place_of_another`, `…not_approved`, `…consignment_covered`),
    FindingsError with every reason why the boxes can't be filled.
    """
    with transaction.atomic():
        (made,) = issue({application: terms}, by=by, at=at).values()
        if isinstance(made, CertoriginError):
            raise made
    crash_point("certification.prepared")
    # A crash here leaves a prepared act without seals: the seal's next turn finishes it.
    return made


def certify_many(
    *, applications: Sequence[UUID], by: User, at: datetime
) -> dict[UUID, Certificate | CertoriginError]:
    """Certify many in one transaction, each as `certify` does; return of each what came of it.

    One that can't be certified is told and holds up no other. What stops the whole transaction -
    somebody else covered the same goods at that moment - is raised, and then none is certified.
    """
    with transaction.atomic():
        return issue(dict.fromkeys(applications, NO_TERMS), by=by, at=at)


def rehearse(*, application: UUID, by: User, at: datetime, terms: Terms = NO_TERMS) -> Rehearsal:
    """Show what `certify` would make, by the same steps; nothing is numbered or stored.

    The number is the one that comes next now. Raises UnknownError, RightError
    (`certification.another_body`), StandingError as `certify`.
    """
    case = open_case(application, by=by, at=at, terms=terms)
    if case.known.is_certified:
        raise StandingError("certification.done", application=str(case.row.pk))
    require_base(case)
    paper = terms.extras.paper
    serial = last_serial(case.body, case.row.form, year=case.day.year) + 1
    number = paper.number if paper else number_of(case, serial)
    boxes, findings, hindrance = None, [], None
    try:
        boxes = fill_boxes(case, number)
        findings = list(check_certificate(boxes, form=get_form(boxes.form)))
        findings += find_covered(boxes, instead_of=instead_of(case), at=at)
    except FindingsError as error:
        findings = [one for one in error.findings if isinstance(one, Finding)]
    try:
        admit(case)
        if boxes is not None:
            require_approval(case, boxes)
        require_settled(application=case.row)
    except (RightError, StandingError) as error:
        hindrance = Finding(error.code, "", facts=error.facts)
    return Rehearsal(case.row, case.reasons, number, boxes, tuple(findings), hindrance)


@transaction.atomic
def send_back(*, application: UUID, reason: str, by: User, at: datetime) -> SentBack:
    """Send a case back to the assessing officers: the decision is opened again, with the reason.

    Raises MalformedError (`certification.without_reason`), UnknownError, RightError
    (`certification.another_body`), StandingError as `certify`.
    """
    reason = _reason(reason)
    case = lock_case(application, by=by, at=at)
    if case.known.is_certified:
        raise StandingError("certification.done", application=str(case.row.pk))
    reopen(assessment=case.assessment, reason=reason, by=by, at=at)
    sent = SentBack.objects.create(
        application=case.row, assessment=case.assessment, reason=reason, sent_at=at, sent_by=by
    )
    record(by=by.username, at=at, action="certification.sent_back", subject=case.row.urn)
    return sent


@transaction.atomic
def renew(*, subject: str, by: User, at: datetime) -> Certificate:
    """Prepare a certificate anew whose act can't be sealed: same number, another officer and day.

    The act before is set aside and stays readable. Raises UnknownError, RightError as `certify`,
    StandingError (`act.not_stuck`, `certification.number_of_another_year`), FindingsError.
    """
    row = get_visible(subject, user=by)
    case = open_case(row.application_id, by=by, at=at)
    if case.day.year != row.year:
        raise StandingError("certification.number_of_another_year", number=row.number)
    slots = admit_certifier(case)
    with suppress(RightError):  # who lost the right since is left out: the number has to stand
        slots += examined(case)
    before = read_act(row.act)
    reason, officer = row.act.stuck_reason or "", row.certified_by
    set_aside(act=row.act, by=by.username, at=at)
    boxes = _in_other_hands(boxes_of(row), case)
    act = replace(
        before,
        id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        body=boxes.to_data(),
        issuer=boxes.certification.body,
    )
    prepared = prepare_act(act=act, slots=slots, by=by.username, at=at)
    Renewal.objects.create(
        certificate=row,
        set_aside=row.act,
        reason=reason,
        renewed_at=at,
        renewed_by=by,
        certified_before_by=officer,
    )
    row.act, row.issued_on = prepared, case.day
    row.certified_at, row.certified_by, row.acted_for = at, by, None
    row.save(update_fields=["act", "issued_on", "certified_at", "certified_by", "acted_for"])
    record(
        by=by.username,
        at=at,
        action="certification.renewed",
        subject=subject,
        number=row.number,
        before=officer.username,
        reason=reason,
    )
    return row


@transaction.atomic
def note_in_place_of(
    *, application: Application, base: Certificate, reason: str, by: User, at: datetime
) -> InPlaceOf:
    """Note in place of which certificate an application asks for one. The stop of returns asks.

    From then on the application is certified with its verified base alone.
    """
    planned = InPlaceOf.objects.create(
        application=application, base=base, reason=reason, asked_at=at, asked_by=by
    )
    record(
        by=by.username,
        at=at,
        action="certification.replacement_asked",
        subject=base.pk,
        application=str(application.pk),
        reason=reason,
    )
    return planned


@transaction.atomic
def void_number(
    *,
    form: str,
    destination: str,
    reason: str,
    by: User,
    at: datetime,
    seen: str | None = None,
) -> VoidNumber:
    """Take the body's next number out of use, with the reason: the journal then has no gap.

    `seen` is how many numbers were taken when the person looked: what is sent twice voids one.
    Raises ConflictError (`certification.number_moved_on`), MalformedError
    (`certification.without_reason`, a destination that the grammar refuses), RightError
    (`certification.another_body`), UnknownError for an unknown form.
    """
    reason = _reason(reason, longest=LONGEST_VOID_REASON)
    body = by.organisation
    if body is None or not body.number_grammar:
        raise RightError("certification.another_body")
    year = timezone.localdate(at).year
    serial = next_serial(body, get_form(form).name, year=year)
    if seen is not None and seen != str(numbers_taken(body, year=year) - 1):
        raise ConflictError("certification.number_moved_on")
    void = VoidNumber.objects.create(
        body=body,
        form=form,
        year=year,
        serial=serial,
        number=write_number(body, form, destination, year=year, serial=serial),
        reason=reason,
        voided_at=at,
        voided_by=by,
    )
    record(
        by=by.username,
        at=at,
        action="certification.number_voided",
        subject=body.urn,
        number=void.number,
    )
    return void


def _reason(text: str, *, longest: int = LONGEST_REASON) -> str:
    """Return a reason that says something. Raises MalformedError."""
    if not text.strip():
        raise MalformedError("certification.without_reason", place="reason")
    if len(text.strip()) > longest:
        raise MalformedError("record.text_too_long", place="reason", limit=str(longest))
    return text.strip()


def _in_other_hands(boxes: Boxes, case: Case) -> Boxes:
    """Return the boxes with another officer and day in box 12. Raises FindingsError."""
    changed = replace(
        boxes,
        certification=replace(
            boxes.certification,
            officer=case.by.officer_urn,
            officer_name=case.by.full_name,
            date=case.day,
        ),
    )
    findings = check_certificate(changed, form=get_form(changed.form))
    if has_errors(findings):
        raise FindingsError("certificate.not_ready", findings, number=boxes.number)
    return changed
