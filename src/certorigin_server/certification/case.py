"""One case before a certifying officer: who may certify it, and what its boxes would say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.assessment.due import Due
from certorigin.certification.draft import draft_certificate
from certorigin.certification.marks import after_export_mark, replacement_mark
from certorigin.certification.numbering import NumberRules
from certorigin.errors import (
    FindingsError,
    RightError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.form import get_form
from certorigin_server.application.queries import confirmation_of, draft_of, get_visible
from certorigin_server.assessment.queries import decision_of, reasons_of
from certorigin_server.assessment.services import hold_decision
from certorigin_server.certification.queries import (
    absence_of,
    base_of,
    is_deputy_of,
    needs_two_persons,
)
from certorigin_server.certification.special import (
    BEFORE_1993,
    NO_EXTRAS,
    Extras,
    as_on_paper,
    consignee_mark_of,
    marks_of,
    require_special,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.slots import examiner_slots, require_entitled, slots_of
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.acts import Cause
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference
    from certorigin_server.application.queries import Application
    from certorigin_server.assessment.queries import Assessment, Reasons
    from certorigin_server.users.queries import Organisation, User


@dataclass(frozen=True)
class Base:
    """The certificate in whose place another one is issued, as it was verified (Rules 8.3)."""

    subject: str
    reference: CertificateReference
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What the officer adds: proof of export, whose deputy acts, in whose place, special cases."""

    exported: DocumentReference | None = None
    acted_for: User | None = None
    base: Base | None = None
    extras: Extras = NO_EXTRAS


NO_TERMS = Terms()


@dataclass(frozen=True)
class Case:
    """What is certified, for which body, on which reasons, and who seals it."""

    row: Application
    body: Organisation
    assessment: Assessment
    reasons: Reasons
    by: User
    at: datetime
    terms: Terms = field(default=NO_TERMS)

    @property
    def day(self) -> date:
        """The day of box 12, in this state; of a paper issued in an outage, its own."""
        paper = self.terms.extras.paper
        return paper.date if paper else timezone.localdate(self.at)


def open_case(application: UUID, *, by: User, at: datetime, terms: Terms = NO_TERMS) -> Case:
    """Invariant 7: the form asked for was found to be due, for the body of this person.

    Raises UnknownError, RightError (`certification.another_body`), StandingError.
    """
    row = get_visible(application, user=by)
    body = row.body
    if body is None or body.pk != by.organisation_id:
        raise RightError("certification.another_body")
    assessment = decision_of(row.pk)
    if assessment is None:
        raise StandingError("certification.not_assessed", application=str(row.pk))
    if not Due(assessment.decision).can_be_certified:
        raise StandingError("certification.not_originating", application=str(row.pk))
    return Case(row, body, assessment, reasons_of(assessment), by, at, terms)


def lock_case(application: UUID, *, by: User, at: datetime, terms: Terms = NO_TERMS) -> Case:
    """Open a case and keep its decision as it is until the transaction ends.

    Raises as `open_case`, StandingError (`application.undecided`) when it was opened again since.
    """
    case = open_case(application, by=by, at=at, terms=terms)
    hold_decision(assessment=case.assessment)
    return case


def require_base(case: Case) -> None:
    """Let what was asked for in place of another certificate be certified in its place alone.

    Raises StandingError (`certification.in_place_of_another`).
    """
    planned, base = base_of(case.row.pk), case.terms.base
    if (planned.base_id if planned else None) != (base.subject if base else None):
        raise StandingError("certification.in_place_of_another", application=str(case.row.pk))


def admit(case: Case) -> list[Slot]:
    """Invariant 7: another person than the assessor, and one whom the partner would believe.

    The assessor's approval, given by the decision, is a seal of its own beside theirs. Raises
    RightError as `admit_certifier` and `examined`.
    """
    return [*admit_certifier(case), *examined(case)]


def admit_certifier(case: Case) -> list[Slot]:
    """Let certify who may: the places of the officer and the body.

    Raises RightError (`certification.two_persons`, `…away`, `…not_deputy`,
    `…officer_not_entitled`).
    """
    if needs_two_persons(case.body) and case.assessment.decided_by_id == case.by.pk:
        raise RightError("certification.two_persons")
    if absence_of(case.by, at=case.at) is not None:
        raise RightError("certification.away")
    principal = case.terms.acted_for
    if principal is not None and not is_deputy_of(case.by, principal, at=case.at):
        raise RightError("certification.not_deputy")
    return entitled_slots(case.body, case.row.form, by=case.by, at=case.at)


def examined(case: Case) -> list[Slot]:
    """Return the place of the officer whose decision is certified, where it is another person's.

    Nobody seals as examiner who has no such right now (R31). Raises RightError
    (`certification.examiner_not_entitled`).
    """
    officer = case.assessment.decided_by
    if officer.pk == case.by.pk:
        return []
    try:
        return examiner_slots(
            get_keyring(),
            trust=get_trust(),
            form=case.row.form,
            body=case.body,
            officer=officer,
            at=case.at,
        )
    except (UnknownError, UntrustedKeyError) as error:
        facts = {"officer": officer.full_name, "reason": error.code}
        raise RightError("certification.examiner_not_entitled", **facts) from error


def entitled_slots(body: Organisation, form: str, *, by: User, at: datetime) -> list[Slot]:
    """Let nobody prepare what the partner's customs would not believe (R31). Raises RightError."""
    try:
        slots = slots_of(get_keyring(), body=body, officer=by)
        require_entitled(slots, trust=get_trust(), form=form, body=body, at=at)
    except (UnknownError, UntrustedKeyError) as error:
        raise RightError("certification.officer_not_entitled", reason=error.code) from error
    return slots


def fill_boxes(case: Case, number: str) -> Boxes:
    """Fill the boxes under a number of the body's own grammar (R33). Raises FindingsError."""
    state, destination = settings.SYSTEM.state, case.row.destination
    extras, form = case.terms.extras, get_form(case.row.form)
    require_special(extras, case.reasons)
    corridor = settings.SYSTEM.corridor_with(destination, case.reasons.agreement)
    special = extras.special
    return draft_certificate(
        as_on_paper(draft_of(case.row), extras),
        case.reasons,
        number=number,
        grammar=NumberRules.from_text(case.body.number_grammar).of(case.row.form),
        body=case.body.urn,
        body_name=case.body.name,
        body_address=case.body.address,
        officer=case.by.officer_urn,
        officer_name=case.by.full_name,
        issued_in=state,
        medium="paper+record" if extras.paper else corridor.document_medium,
        at=case.day,
        marks=_marks(case),
        consignee_mark=consignee_mark_of(form, extras),
        with_dashes=special is not None and special.kind == BEFORE_1993,
        confirmation=None if extras.paper else confirmation_of(case.row),
    )


def number_of(case: Case, serial: int) -> str:
    """Write the number with a serial of the case's body."""
    form, destination = case.row.form, case.row.destination
    return write_number(case.body, form, destination, year=case.day.year, serial=serial)


def write_number(body: Organisation, form: str, destination: str, *, year: int, serial: int) -> str:
    """Write a number by the body's own grammar for a form (R33)."""
    return (
        NumberRules.from_text(body.number_grammar)
        .of(form)
        .number(
            issuing=settings.SYSTEM.state,
            destination=destination,
            year=year,
            body=body.number_code,
            serial=serial,
        )
    )


def _marks(case: Case) -> Sequence[str]:
    """Box 5: after export (R45), in place of another (R47), special cases (R18, R49)."""
    form, state = get_form(case.row.form), settings.SYSTEM.state
    marks = [*_mark_of_export(form, case), *marks_of(form, case.terms.extras, state=state)]
    if case.terms.base is not None:
        marks.append(replacement_mark(form, case.terms.base.reference))
    return marks


def _mark_of_export(form: Form, case: Case) -> tuple[str, ...]:
    """A certificate issued after export; the export must lie before its day (R45)."""
    exported = case.terms.exported
    if exported is None:
        return ()
    if exported.date >= case.day:
        days = {"exported": exported.date.isoformat(), "certified": case.day.isoformat()}
        facts = days | {"box": "5"}
        finding = Finding("certification.export_not_before", "exported.date", facts=facts)
        raise FindingsError("certification.not_after_export", [finding])
    return (after_export_mark(form),)
