"""One case before a certifying officer: who may certify it, and what its boxes would say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from certorigin.assessment.due import Due
from certorigin.certification.draft import draft_certificate
from certorigin.certification.marks import after_export_mark, replacement_mark
from certorigin.certification.numbering import NumberRules
from certorigin.errors import (
    CertoriginError,
    FindingsError,
    RightError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.form import get_form
from certorigin_server.application.queries import (
    confirmations_of,
    draft_of,
    get_visible,
    lock_all_visible,
)
from certorigin_server.assessment.queries import reasons_of
from certorigin_server.certification import asked
from certorigin_server.certification.queries import are_two_needed, is_deputy_of
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
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from certorigin.seal.prepared import Slot
    from certorigin.vocabulary.acts import Cause
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.certificate import Confirmation
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
class Known:
    """What this stop knows of a case and its officer, read together with the decision."""

    is_certified: bool
    in_place_of: str | None
    needs_two_persons: bool
    asks_exporter: bool
    is_away: bool


@dataclass(frozen=True)
class Case:
    """What is certified, for which body, on which reasons, and who seals it."""

    row: Application
    body: Organisation
    assessment: Assessment
    reasons: Reasons
    confirmation: Confirmation | None
    known: Known
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
    return _got(_cases({row.pk: row}, {row.pk: terms}, by=by, at=at)[row.pk])


def lock_case(application: UUID, *, by: User, at: datetime, terms: Terms = NO_TERMS) -> Case:
    """Open a case and keep its decision as it is until the transaction ends. Raises as `open_case`.

    The application is locked before its decision is read, as by everybody who opens it again.
    """
    return _got(lock_cases({application: terms}, by=by, at=at)[application])


def lock_cases(
    wanted: Mapping[UUID, Terms], *, by: User, at: datetime
) -> dict[UUID, Case | CertoriginError]:
    """Do so with many, in a few statements; of each that can't be opened return why."""
    rows = lock_all_visible(list(wanted), user=by)
    return _cases(rows, wanted, by=by, at=at)


def _got(case: Case | CertoriginError) -> Case:
    if isinstance(case, CertoriginError):
        raise case
    return case


def _cases(
    rows: Mapping[UUID, Application], wanted: Mapping[UUID, Terms], *, by: User, at: datetime
) -> dict[UUID, Case | CertoriginError]:
    known = asked.cases(applications=list(rows), officer=by.pk, at=at) if rows else ()
    decisions = {one.application_id: one for one in known}
    confirmations = confirmations_of(list(decisions)) if decisions else {}
    found: dict[UUID, Case | CertoriginError] = {}
    for application, terms in wanted.items():
        try:
            row = rows.get(application)
            if row is None:
                raise UnknownError("application.unknown", application=str(application))
            decision = _due(row, decisions.get(application), by=by)
            found[application] = Case(
                row=row,
                body=decision[0],
                assessment=decision[1],
                reasons=reasons_of(decision[1]),
                confirmation=confirmations.get(application),
                known=_known(decision[1]),
                by=by,
                at=at,
                terms=terms,
            )
        except CertoriginError as fault:
            found[application] = fault
    return found


def _due(
    row: Application, decision: Assessment | None, *, by: User
) -> tuple[Organisation, Assessment]:
    """Return the body and the decision by which a certificate is due. Raises as `open_case`."""
    body = row.body
    if body is None or body.pk != by.organisation_id:
        raise RightError("certification.another_body")
    if decision is None:
        raise StandingError("certification.not_assessed", application=str(row.pk))
    if not Due(decision.decision).can_be_certified:
        raise StandingError("certification.not_originating", application=str(row.pk))
    return body, decision


def _known(decision: Any) -> Known:  # noqa: ANN401 - a decision with what `asked.cases` adds
    return Known(
        is_certified=decision.is_certified,
        in_place_of=decision.in_place_of,
        needs_two_persons=are_two_needed(is_one_enough=decision.one_person),
        asks_exporter=decision.asks_exporter,
        is_away=decision.is_away,
    )


def require_base(case: Case) -> None:
    """Let what was asked for in place of another certificate be certified in its place alone.

    Raises StandingError (`certification.in_place_of_another`).
    """
    base = case.terms.base
    if case.known.in_place_of != (base.subject if base else None):
        raise StandingError("certification.in_place_of_another", application=str(case.row.pk))


def instead_of(case: Case) -> str:
    """Return the certificate in whose place the case is certified, or nothing."""
    return case.terms.base.subject if case.terms.base else ""


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
    if case.known.needs_two_persons and case.assessment.decided_by_id == case.by.pk:
        raise RightError("certification.two_persons")
    if case.known.is_away:
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
        confirmation=None if extras.paper else case.confirmation,
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
