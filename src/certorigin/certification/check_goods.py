"""One item of the certificate checked: packages, description, criterion, quantity, invoice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.certification.beside import beside
from certorigin.certification.marks import LONG_TERM, has_dash_case, has_mark
from certorigin.errors import MalformedError
from certorigin.standing.validity import is_uncounted
from certorigin.vocabulary.code_list import CodeStatus, get_packages, get_units
from certorigin.vocabulary.criterion import SUFFICIENTLY_PROCESSED
from certorigin.vocabulary.finding import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.quantity import Quantity

# Recommendation 21: goods in bulk have no places to count.
_BULK = frozenset({"VG", "VL", "VO", "VQ", "VR", "VS", "VY"})
# How a text is seen to be in a language: by a letter of its alphabet.
_LETTERS = {"ru": re.compile("[А-Яа-яЁё]"), "en": re.compile("[A-Za-z]")}
_CODE_DIGITS = 6


def check_goods(
    certificate: Certificate, item: GoodsItem, place: str, form: Form
) -> Iterator[Finding]:
    """Yield everything that is wrong with one item, in the order of its boxes."""
    kind = item.packages.kind
    if item.packages.count == 0 and kind not in _BULK:
        code = "certificate.packages_missing"
        yield beside(form, code, "packages", f"{place}.packages", kind=kind)
    if get_packages().status(kind) is CodeStatus.UNKNOWN:
        code = "certificate.package_unknown"
        yield beside(form, code, "packages", f"{place}.packages.kind", kind=kind)
    yield from _description(item, place, form)
    yield from _criterion(certificate, item, place, form)
    yield from _quantity(certificate, item, place, form)
    yield from _invoice(certificate, item, place, form)


def _description(item: GoodsItem, place: str, form: Form) -> Iterator[Finding]:
    clauses, text = form.clauses, item.description
    at = f"{place}.description"
    if not text.strip():
        yield beside(form, "certificate.box_empty", "description", at)
    elif "language" in clauses and not any(_LETTERS[name].search(text) for name in form.languages):
        yield beside(
            form,
            "certificate.not_in_russian"
            if form.languages == ("ru",)
            else "certificate.not_in_language_of_form",
            "description",
            at,
            grade=Grade.WARNING,
            clause=clauses["language"],
            text=text[:40],
        )
    if "code_digits" in clauses and len(item.tariff_code.digits) < _CODE_DIGITS:
        yield beside(
            form,
            "certificate.code_too_short",
            "description",
            f"{place}.tariffCode",
            clause=clauses["code_digits"],
            code=str(item.tariff_code),
            digits=str(_CODE_DIGITS),
        )


def _criterion(
    certificate: Certificate, item: GoodsItem, place: str, form: Form
) -> Iterator[Finding]:
    """A criterion of the form; with `Д`, the heading of these very goods (R26, R27)."""
    box, place = "originCriterion", f"{place}.originCriterion"
    criterion = item.criterion
    if criterion is None:
        if not has_dash_case(certificate, form):
            yield beside(form, "certificate.criterion_missing", box, place, item=str(item.sequence))
        return
    if criterion.letter not in form.criteria:
        code, told = "certificate.criterion_not_in_form", str(criterion)
        yield beside(form, code, box, place, criterion=told, form=form.name)
    heading = item.tariff_code.heading
    if criterion.letter == SUFFICIENTLY_PROCESSED and criterion.heading != heading:
        yield beside(
            form,
            "certificate.heading_differs",
            box,
            place,
            clause=form.clauses.get("heading", ""),
            criterion=str(criterion),
            heading=heading,
        )


def _quantity(
    certificate: Certificate, item: GoodsItem, place: str, form: Form
) -> Iterator[Finding]:
    """Something is there, in a known unit; masses are masses, net is not above gross (R28).

    Of periodicals under a long-term contract nothing need be there (R24).
    """
    box, sequence, unit = "quantity", str(item.sequence), item.quantity.unit
    if get_units().status(unit) is CodeStatus.UNKNOWN:
        code, at = "certificate.unit_unknown", f"{place}.quantity.unit"
        yield beside(form, code, box, at, unit=unit)
    if not item.is_counted and not is_uncounted(certificate, item, form):
        code = "certificate.quantity_missing"
        yield beside(form, code, box, f"{place}.quantity", item=sequence)
    masses = {}
    for name, member in (("gross", "grossWeight"), ("net", "netWeight")):
        mass = _kilograms(getattr(item, name))
        if mass is None:
            code, unit = "certificate.not_a_mass", getattr(item, name).unit
            yield beside(form, code, box, f"{place}.{member}", unit=unit)
        else:
            masses[name] = mass
    if len(masses) == 2 and masses["net"].value > masses["gross"].value:
        code = "certificate.net_above_gross"
        yield beside(form, code, box, f"{place}.netWeight", item=sequence)
    weighed = _kilograms(item.quantity) if item.is_counted else None
    if weighed is not None and "net" in masses and weighed.value != masses["net"].value:
        code, at = "certificate.quantity_not_net", f"{place}.quantity"
        yield beside(form, code, box, at, grade=Grade.WARNING, item=sequence)


def _kilograms(quantity: Quantity) -> Quantity | None:
    try:
        return quantity.to_unit("KGM")
    except MalformedError:
        return None


def _invoice(
    certificate: Certificate, item: GoodsItem, place: str, form: Form
) -> Iterator[Finding]:
    """An invoice where the form demands one; it was there when the body certified."""
    day = certificate.certification.date
    if item.invoice is None:
        if _needs_invoice(certificate, form):
            code = "certificate.invoice_missing"
            yield beside(form, code, "invoice", f"{place}.invoice", item=str(item.sequence))
    elif item.invoice.date > day:
        yield beside(
            form,
            "certificate.invoice_after_certification",
            "invoice",
            f"{place}.invoice.date",
            grade=Grade.WARNING,
            invoice=item.invoice.date.isoformat(),
            certified=day.isoformat(),
        )


def _needs_invoice(certificate: Certificate, form: Form) -> bool:
    """Natural persons need none, nor goods before their sale or under a long-term contract.

    R24, R49; Rules 7.4, 8.5, 8.6.

    The mark stands beside the consignee, in older acts within the name.
    """
    if not next(box.mandatory for box in form.boxes if box.name == "invoice"):
        return False
    marks = form.consignee_marks
    persons, sale = marks.get("free_circulation"), marks.get("later_sale")
    if certificate.consignee_mark and certificate.consignee_mark in (persons, sale):
        return False
    if any(has_mark(certificate, form, name) for name in ("exhibition", LONG_TERM)):
        return False
    return persons is None or persons not in certificate.importer.name
