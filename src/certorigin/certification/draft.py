"""From an application and its assessment to a certificate: every box filled, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, cast

from certorigin.application.confirmation import fits
from certorigin.application.goods import may_stay_uncounted
from certorigin.assessment.due import Due, carries, due_for
from certorigin.certification.beside import beside
from certorigin.certification.check import check_certificate
from certorigin.certification.marks import (
    country_mark,
    goods_list_reference,
    long_term_mark,
)
from certorigin.errors import FindingsError
from certorigin.vocabulary.certificate import Certificate, Certification
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import GoodsItem
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from certorigin.application.draft import Application, ApplicationItem
    from certorigin.assessment.assess import Assessment, ItemDecision
    from certorigin.certification.numbering import NumberGrammar
    from certorigin.vocabulary.certificate import Confirmation
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.party import Party

_Part = TypeVar("_Part")

# What an application must state before a certificate can be drafted, and whose box it fills.
_NEEDED = {
    "presented_in": ("destinationCountry", "number"),
    "exporter": ("exporter", "exporter"),
    "importer": ("importer", "importer"),
    "items": ("items", "sequence"),
    "declaration": ("declaration", "applicantDeclaration"),
}
_NEEDED_OF_ITEM = {
    "packages": ("packages", "packages"),
    "description": ("description", "description"),
    "tariff_code": ("tariffCode", "description"),
    "quantity": ("quantity", "quantity"),
    "gross": ("grossWeight", "quantity"),
    "net": ("netWeight", "quantity"),
}
# Of periodicals under a long-term contract: box 10 may stay empty as a whole (R24).
_NEEDED_UNCOUNTED = {
    name: box for name, box in _NEEDED_OF_ITEM.items() if name not in {"quantity", "gross", "net"}
}
_NOTHING = Quantity(Decimal(0), "KGM")


def draft_certificate(
    application: Application,
    assessment: Assessment,
    *,
    number: str,
    body: str,
    body_name: str,
    body_address: str,
    officer: str,
    officer_name: str,
    issued_in: str,
    medium: str,
    at: date,
    marks: Sequence[str] = (),
    consignee_mark: str = "",
    with_dashes: bool = False,
    grammar: NumberGrammar | None = None,
    confirmation: Confirmation | None = None,
) -> Certificate:
    """Return the certificate for an application whose goods were found to originate.

    With a `confirmation`, box 13 says how its declaration was confirmed (R3); it must be of this
    very application. `with_dashes` is for goods made before the Rules of 1993: box 9 holds a dash
    (domain.md 2.9). Raises FindingsError (`certificate.not_ready`) with every error that
    `check_draft` or `check_certificate` finds, and UnknownError for an unknown form.
    """
    form = get_form(application.form)
    findings = check_draft(
        application, assessment, form=form, issued_in=issued_in, confirmation=confirmation
    )
    if has_errors(findings):
        raise FindingsError("certificate.not_ready", findings, number=number)
    decisions = {decision.sequence: decision for decision in assessment.items}
    if with_dashes:
        decisions = {number: replace(one, criterion=None) for number, one in decisions.items()}
    certificate = Certificate(
        form=form.name,
        medium=medium,
        number=number,
        issued_in=issued_in,
        presented_in=application.presented_in,
        exporter=_stated(application.exporter),
        importer=_stated(application.importer),
        items=tuple(_goods(item, application, decisions, form) for item in application.items),
        certification=Certification(body, body_name, body_address, officer, officer_name, at),
        declaration=replace(_stated(application.declaration), confirmation=confirmation),
        consignor=_other(application.consignor, application.exporter),
        consignee=_other(application.consignee, application.importer),
        transport=application.transport,
        marks=(*_own_marks(application, form), *marks),
        consignee_mark=form.consignee_marks.get("free_circulation", "")
        if application.natural_person
        else consignee_mark,
    )
    findings = check_certificate(certificate, form=form, grammar=grammar)
    if has_errors(findings):
        raise FindingsError("certificate.not_ready", findings, number=number)
    return certificate


def check_draft(
    application: Application,
    assessment: Assessment,
    *,
    form: Form,
    issued_in: str,
    confirmation: Confirmation | None = None,
) -> tuple[Finding, ...]:
    """Return why an application and its assessment do not carry a certificate; empty if they do."""
    found = [_missing(form, *named) for named in _unstated(application, _NEEDED)]
    for index, item in enumerate(application.items):
        is_empty = not (item.quantity or item.gross or item.net)
        uncounted = is_empty and may_stay_uncounted(application, item, form)
        unstated = _unstated(item, _NEEDED_UNCOUNTED if uncounted else _NEEDED_OF_ITEM)
        found += [_missing(form, f"items[{index}].{name}", box) for name, box in unstated]
    if assessment.agreement not in form.agreements:
        facts = {"agreement": assessment.agreement, "form": form.name}
        found.append(
            Finding("certificate.assessed_under_another_agreement", "assessment", facts=facts)
        )
    if assessment.production_country != issued_in:
        facts = {"country": assessment.production_country, "expected": issued_in}
        found.append(Finding("certificate.assessed_for_another_state", "assessment", facts=facts))
    if due_for(assessment, form) is Due.CONDITIONS_NOT_MET:
        code, facts = "certificate.conditions_not_met", {"form": form.name}
        found.append(Finding(code, "assessment", clause="Rules 5.1", facts=facts))
    if confirmation is not None and not fits(confirmation, application):
        code, box = "certificate.confirmation_of_another_document", "applicantDeclaration"
        found.append(beside(form, code, box, "declaration"))
    return (*found, *_unassessed(application, assessment, form))


def _unassessed(application: Application, assessment: Assessment, form: Form) -> Iterator[Finding]:
    """Every item that was not found to originate, as these goods (Rules 2 and 7.4, box 9)."""
    decisions = {decision.sequence: decision for decision in assessment.items}
    for index, item in enumerate(application.items):
        place, box = f"items[{index}]", form.box_of("originCriterion") or form.box_of("sequence")
        facts = {"item": str(item.sequence), "box": str(box)}
        decided = decisions.get(item.sequence)
        if decided is None:
            yield Finding("certificate.item_not_assessed", place, facts=facts)
        elif not carries(decided, form):
            told = facts | {"decision": str(decided.decision)}
            yield Finding("certificate.item_not_originating", place, clause="Rules 2", facts=told)
        elif item.tariff_code is not None and decided.tariff_code != item.tariff_code:
            told = facts | {"applied": str(item.tariff_code), "assessed": str(decided.tariff_code)}
            yield Finding("certificate.item_assessed_otherwise", place, facts=told)


def _unstated(
    part: Application | ApplicationItem, needed: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    return (member for name, member in needed.items() if not getattr(part, name))


def _missing(form: Form, place: str, box: str) -> Finding:
    return beside(form, "certificate.member_missing", box, place)


def _goods(
    item: ApplicationItem,
    application: Application,
    decisions: Mapping[int, ItemDecision],
    form: Form,
) -> GoodsItem:
    return GoodsItem(
        sequence=item.sequence,
        packages=_stated(item.packages),
        description=_described(item, application, form),
        tariff_code=_stated(item.tariff_code),
        criterion=decisions[item.sequence].criterion if form.criteria else None,
        quantity=item.quantity or _NOTHING,
        gross=item.gross or _NOTHING,
        net=item.net or _NOTHING,
        invoice=item.invoice or application.invoice,
    )


def _described(item: ApplicationItem, application: Application, form: Form) -> str:
    """Return box 8; the first item names the paper that lists all goods, if there is one (R29)."""
    listed = application.goods_list
    if listed is None or item.sequence != 1:
        return item.description
    reference = goods_list_reference(form, listed.document, sheets=listed.sheets)
    return f"{item.description}. {reference}"


def _own_marks(application: Application, form: Form) -> Iterator[str]:
    """Return the marks that the application brings.

    The contract for a long time under which box 11 is empty (R24); where no criterion tells it, the
    country.
    """
    if application.long_term and application.contract is not None:
        yield long_term_mark(form, application.contract)
    if "country" in form.clauses and application.declaration is not None:
        code = application.declaration.country
        yield country_mark(form, name_of("states", code, form.language) or code)


def _other(party: Party | None, principal: Party | None) -> Party | None:
    """Return who acts for another; nobody is named twice in one box (R25)."""
    return None if party == principal else party


def _stated(part: _Part | None) -> _Part:
    """Return a part that `check_draft` has found to be there."""
    return cast("_Part", part)
