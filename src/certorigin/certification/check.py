"""The certificate checked box by box: before it is sealed, and by whoever receives it (R24 to R30).

Findings name the member of the data (`place`), the number of the box (`box` in the facts) and the
clause. An error means that the form does not allow it; a warning, that a person should look.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.certification.numbering import NumberGrammar
from certorigin.errors import MalformedError
from certorigin.standing.validity import day_of_mark
from certorigin.vocabulary.certificate import NUMBER
from certorigin.vocabulary.criterion import SUFFICIENTLY_PROCESSED
from certorigin.vocabulary.finding import Finding, Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Quantity

# Marks that mean nothing without the number and the day of another certificate (Rules 8.2 to 8.4).
_REFERRING = ("duplicate", "replacement", "substitute")
# Recommendation 21: goods in bulk have no places to count.
_BULK = frozenset({"VG", "VL", "VO", "VQ", "VR", "VS", "VY"})
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_DAY_IN_MARK = re.compile(r"\d\d\.\d\d\.\d{4}", re.ASCII)
_NUMBER_IN_MARK = re.compile(r"[A-Z0-9/-]{4,40}", re.ASCII)


def check_certificate(
    certificate: Certificate, *, form: Form, grammar: NumberGrammar | None = None
) -> tuple[Finding, ...]:
    """Return everything that is wrong with a certificate, in the order of the boxes.

    With the `grammar` of the issuing body the number is read too (R33).
    """
    if certificate.form != form.name:
        facts = {"form": certificate.form, "expected": form.name}
        return (Finding("certificate.other_form", "form", facts=facts),)
    found = [
        *_parties(certificate),
        *_box_2(certificate, form),
        *_box_4(certificate, grammar),
        *_box_5(certificate, form),
        *_box_6(certificate),
    ]
    for index, item in enumerate(certificate.items):
        found += _goods(certificate, item, f"items[{index}]", form)
    return (*found, *_boxes_12_and_13(certificate, form))


def _finding(
    code: str,
    box: int,
    place: str,
    *,
    grade: Grade = Grade.ERROR,
    clause: str = "",
    **facts: str,
) -> Finding:
    named = {"box": str(box)} | facts
    return Finding(code, place, grade, clause or f"Rules 7.4, box {box}", named)


def _parties(certificate: Certificate) -> Iterator[Finding]:
    """Boxes 1 and 2: names and addresses of both sides; who acts for whom (R25)."""
    sides = (
        (1, "exporter", certificate.exporter, certificate.issued_in),
        (1, "consignor", certificate.consignor, ""),
        (2, "importer", certificate.importer, certificate.presented_in),
        (2, "consignee", certificate.consignee, ""),
    )
    for box, name, party, state in sides:
        if party is None:
            continue
        yield from _party(box, name, party)
        if state and party.country and party.country != state:
            yield _finding(
                "certificate.party_of_another_state",
                box,
                f"{name}.country",
                grade=Grade.WARNING,
                clause="Rules 5.1",
                country=party.country,
                expected=state,
            )
    for box, name, party, principal in (
        (1, "consignor", certificate.consignor, certificate.exporter),
        (2, "consignee", certificate.consignee, certificate.importer),
    ):
        if party == principal:
            yield _finding("certificate.party_named_twice", box, name, grade=Grade.WARNING)


def _party(box: int, name: str, party: Party) -> Iterator[Finding]:
    for member, text in (
        ("name", party.name),
        ("address", party.address),
        ("country", party.country),
    ):
        if not text.strip():
            yield _finding("certificate.box_empty", box, f"{name}.{member}")
    if party.identifier is not None and not party.identifier.is_valid():
        yield _finding(
            "certificate.identifier_wrong",
            box,
            f"{name}.identifier",
            grade=Grade.WARNING,
            scheme=party.identifier.scheme,
            value=party.identifier.value,
        )


def _box_2(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Box 2: beside the consignee stands one of the two marks of the Rules, or none."""
    mark = certificate.consignee_mark
    if mark and mark not in form.consignee_marks.values():
        yield _finding("certificate.mark_not_in_form", 2, "consigneeMark", mark=mark[:80])


def _box_4(certificate: Certificate, grammar: NumberGrammar | None) -> Iterator[Finding]:
    """Box 4: the number, the issuing state, the state of destination."""
    if certificate.issued_in == certificate.presented_in:
        yield _finding(
            "certificate.states_equal", 4, "destinationCountry", state=certificate.issued_in
        )
    if not NUMBER.fullmatch(certificate.number):
        yield _finding("certificate.number_misshaped", 4, "number", number=certificate.number[:40])
    elif grammar is not None:
        yield from _number(certificate, grammar)


def _number(certificate: Certificate, grammar: NumberGrammar) -> Iterator[Finding]:
    number, text = certificate.number, str(grammar)
    try:
        parts = grammar.parse(certificate.number)
    except MalformedError:
        yield _finding(
            "certificate.number_not_in_grammar", 4, "number", number=number, grammar=text
        )
        return
    year = f"{certificate.certification.date.year:04}"
    said = (parts.issuing, parts.destination, parts.year)
    is_ours = said[0] in {"", certificate.issued_in} and said[1] in {"", certificate.presented_in}
    if not is_ours or not year.endswith(parts.year):
        yield _finding(
            "certificate.number_says_otherwise", 4, "number", number=number, grammar=text
        )


def _box_5(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Box 5: a mark that refers to another certificate names its number and day (R46 to R48)."""
    for index, mark in enumerate(certificate.marks):
        for name in _REFERRING:
            rest = mark.removeprefix(form.markers[name])
            if rest != mark and not (_names_number(rest) and day_of_mark(rest)):
                yield _finding(
                    "certificate.mark_incomplete",
                    5,
                    f"officialMarks[{index}]",
                    clause="Rules 8",
                    mark=mark[:80],
                )


def _names_number(text: str) -> bool:
    """Say whether a text holds what can be a number: capitals and digits, at least one digit."""
    words = _NUMBER_IN_MARK.findall(_DAY_IN_MARK.sub(" ", text))
    return any(any(char.isdigit() for char in word) for word in words)


def _box_6(certificate: Certificate) -> Iterator[Finding]:
    """Box 6: items are numbered 1, 2, 3 … across all sheets."""
    if not certificate.items:
        yield _finding("certificate.box_empty", 6, "items")
    for index, item in enumerate(certificate.items):
        if item.sequence != index + 1:
            yield _finding(
                "certificate.sequence_broken",
                6,
                f"items[{index}].sequence",
                value=str(item.sequence),
            )


def _goods(certificate: Certificate, item: GoodsItem, place: str, form: Form) -> Iterator[Finding]:
    """Boxes 7 to 11 of one item."""
    if item.packages.count == 0 and item.packages.kind not in _BULK:
        yield _finding(
            "certificate.packages_missing", 7, f"{place}.packages", kind=item.packages.kind
        )
    yield from _box_8(item, place, form)
    yield from _box_9(certificate, item, place, form)
    yield from _box_10(item, place)
    yield from _box_11(certificate, item, place, form)


def _box_8(item: GoodsItem, place: str, form: Form) -> Iterator[Finding]:
    if not item.description.strip():
        yield _finding("certificate.box_empty", 8, f"{place}.description")
    elif form.language == "ru" and not _CYRILLIC.search(item.description):
        yield _finding(
            "certificate.not_in_russian",
            8,
            f"{place}.description",
            grade=Grade.WARNING,
            clause="Rules 7.1",
            text=item.description[:40],
        )


def _box_9(certificate: Certificate, item: GoodsItem, place: str, form: Form) -> Iterator[Finding]:
    """Box 9: a criterion of the form; with `Д`, the heading of these very goods (R26, R27)."""
    place = f"{place}.originCriterion"
    criterion = item.criterion
    if criterion is None:
        if not certificate.marks:
            yield _finding("certificate.criterion_missing", 9, place, item=str(item.sequence))
        return
    if criterion.letter not in form.criteria:
        yield _finding(
            "certificate.criterion_not_in_form", 9, place, criterion=str(criterion), form=form.name
        )
    heading = item.tariff_code.heading
    if criterion.letter == SUFFICIENTLY_PROCESSED and criterion.heading != heading:
        yield _finding(
            "certificate.heading_differs",
            9,
            place,
            clause="Rules 6.6",
            criterion=str(criterion),
            heading=heading,
        )


def _box_10(item: GoodsItem, place: str) -> Iterator[Finding]:
    """Box 10: something is there, masses are masses, net is not above gross (R28)."""
    if item.quantity.value <= 0:
        yield _finding(
            "certificate.quantity_missing", 10, f"{place}.quantity", item=str(item.sequence)
        )
    masses = {}
    for name, member in (("gross", "grossWeight"), ("net", "netWeight")):
        mass = _kilograms(getattr(item, name))
        if mass is None:
            unit = getattr(item, name).unit
            yield _finding("certificate.not_a_mass", 10, f"{place}.{member}", unit=unit)
        else:
            masses[name] = mass
    if len(masses) == 2 and masses["net"].value > masses["gross"].value:
        yield _finding(
            "certificate.net_above_gross", 10, f"{place}.netWeight", item=str(item.sequence)
        )
    weighed = _kilograms(item.quantity)
    if weighed is not None and "net" in masses and weighed.value != masses["net"].value:
        yield _finding(
            "certificate.quantity_not_net",
            10,
            f"{place}.quantity",
            grade=Grade.WARNING,
            item=str(item.sequence),
        )


def _kilograms(quantity: Quantity) -> Quantity | None:
    try:
        return quantity.to_unit("KGM")
    except MalformedError:
        return None


def _box_11(certificate: Certificate, item: GoodsItem, place: str, form: Form) -> Iterator[Finding]:
    """Box 11: an invoice, but for natural persons; it was there when the body certified."""
    day = certificate.certification.date
    if item.invoice is None:
        # Natural persons need none; the mark stands in box 2, in older acts within the name.
        mark = form.consignee_marks["free_circulation"]
        if mark != certificate.consignee_mark and mark not in certificate.importer.name:
            yield _finding(
                "certificate.invoice_missing", 11, f"{place}.invoice", item=str(item.sequence)
            )
    elif item.invoice.date > day:
        yield _finding(
            "certificate.invoice_after_certification",
            11,
            f"{place}.invoice.date",
            grade=Grade.WARNING,
            invoice=item.invoice.date.isoformat(),
            certified=day.isoformat(),
        )


def _boxes_12_and_13(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Boxes 12 and 13: who certified and who declared, in this order of days (R30)."""
    certified, declared = certificate.certification, certificate.declaration
    texts = {
        "bodyName": certified.body_name,
        "bodyAddress": certified.body_address,
        "officerName": certified.officer_name,
    }
    for member, text in texts.items():
        if not text.strip():
            yield _finding("certificate.box_empty", 12, f"certification.{member}")
    place = "applicantDeclaration"
    if not declared.declarant.strip():
        yield _finding("certificate.box_empty", 13, f"{place}.declarant")
    is_substitute = any(mark.startswith(form.markers["substitute"]) for mark in certificate.marks)
    if declared.country != certificate.issued_in and not is_substitute:
        yield _finding(
            "certificate.produced_elsewhere",
            13,
            f"{place}.country",
            country=declared.country,
            expected=certificate.issued_in,
        )
    if declared.date > certified.date:
        yield _finding(
            "certificate.declared_after_certification",
            13,
            f"{place}.date",
            declared=declared.date.isoformat(),
            certified=certified.date.isoformat(),
        )
