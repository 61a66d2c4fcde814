"""The certificate checked box by box: before it is sealed, and by whoever receives it (R24 to R30).

Findings name the member of the data (`place`), the number of the box (`box` in the facts) and the
clause. An error means that the form does not allow it; a warning, that a person should look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.beside import beside
from certorigin.certification.check_cases import check_cases
from certorigin.certification.check_goods import check_goods
from certorigin.certification.marks import BEFORE_1993, SUBSTITUTE, check_marks, has_mark
from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.certification.numbering import NumberGrammar
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.party import Party


# Who acts for whom stands in two members; in one name neither can be compared (Rules 7.4).
_ON_BEHALF = "по поручению"


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
        *_parties(certificate, form),
        *_consignee_mark(certificate, form),
        *_states_and_number(certificate, form, grammar),
        *check_marks(certificate, form),
        *_sequence(certificate, form),
    ]
    for index, item in enumerate(certificate.items):
        found += check_goods(certificate, item, f"items[{index}]", form)
    found += check_cases(certificate, form)
    return (*found, *_certification_and_declaration(certificate, form))


def _parties(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Names and addresses of both sides; who acts for whom (R25)."""
    residents = form.clauses.get("parties")
    # Goods for later sale go to their own sender; a person may send goods to himself (7.4, 8.6).
    is_home = certificate.consignee_mark in form.consignee_marks.values()
    sides = (
        ("exporter", "exporter", certificate.exporter, certificate.issued_in),
        ("exporter", "consignor", certificate.consignor, ""),
        ("importer", "importer", certificate.importer, certificate.presented_in),
        ("importer", "consignee", certificate.consignee, ""),
    )
    for box, name, party, state in sides:
        if party is None:
            continue
        yield from _party(form, box, name, party)
        if is_home and name == "importer":
            continue
        if residents and state and party.country and party.country != state:
            yield beside(
                form,
                "certificate.party_of_another_state",
                box,
                f"{name}.country",
                grade=Grade.WARNING,
                clause=residents,
                country=party.country,
                expected=state,
            )
    for box, name, party, principal in (
        ("exporter", "consignor", certificate.consignor, certificate.exporter),
        ("importer", "consignee", certificate.consignee, certificate.importer),
    ):
        if party is not None and _is_one(party, principal):
            yield beside(form, "certificate.party_named_twice", box, name, grade=Grade.WARNING)
    for box, name, party in (
        ("exporter", "exporter", certificate.exporter),
        ("importer", "importer", certificate.importer),
    ):
        if _ON_BEHALF in party.name.casefold():
            code, told = "certificate.on_behalf_in_name", party.name[:80]
            yield beside(form, code, box, f"{name}.name", grade=Grade.WARNING, name=told)


def _is_one(party: Party, principal: Party) -> bool:
    """Say whether two parties of one box are the same: by register number, else by all they say."""
    if party.identifier is not None and party.identifier == principal.identifier:
        return True
    return party == principal


def _party(form: Form, box: str, name: str, party: Party) -> Iterator[Finding]:
    for member, text in (
        ("name", party.name),
        ("address", party.address),
        ("country", party.country),
    ):
        if not text.strip():
            yield beside(form, "certificate.box_empty", box, f"{name}.{member}")
    if party.identifier is not None and not party.identifier.is_valid():
        yield beside(
            form,
            "certificate.identifier_wrong",
            box,
            f"{name}.identifier",
            grade=Grade.WARNING,
            scheme=party.identifier.scheme,
            value=party.identifier.value,
        )


def _consignee_mark(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Beside the consignee stands one of the marks of the form, or none."""
    mark = certificate.consignee_mark
    if mark and mark not in form.consignee_marks.values():
        code = "certificate.mark_not_in_form"
        yield beside(form, code, "importer", "consigneeMark", mark=mark[:80])


def _states_and_number(
    certificate: Certificate, form: Form, grammar: NumberGrammar | None
) -> Iterator[Finding]:
    """The number, the issuing state, the state of destination."""
    state, number = certificate.issued_in, certificate.number
    if state == certificate.presented_in:
        code, place = "certificate.states_equal", "destinationCountry"
        yield beside(form, code, "number", place, state=state)
    if not NUMBER.fullmatch(number):
        code = "certificate.number_misshaped"
        yield beside(form, code, "number", "number", number=number[:40])
    elif grammar is not None:
        fault = _fault_of_number(certificate, grammar)
        if fault:
            yield beside(form, fault, "number", "number", number=number, grammar=str(grammar))


def _fault_of_number(certificate: Certificate, grammar: NumberGrammar) -> str | None:
    try:
        parts = grammar.parse(certificate.number)
    except MalformedError:
        return "certificate.number_not_in_grammar"
    year = f"{certificate.certification.date.year:04}"
    said = (parts.issuing, parts.destination, parts.year)
    is_ours = said[0] in {"", certificate.issued_in} and said[1] in {"", certificate.presented_in}
    if is_ours and year.endswith(parts.year):
        return None
    return "certificate.number_says_otherwise"


def _sequence(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Items are numbered 1, 2, 3 … across all sheets."""
    if not certificate.items:
        yield beside(form, "certificate.box_empty", "sequence", "items")
    for index, item in enumerate(certificate.items):
        if item.sequence != index + 1:
            code, place = "certificate.sequence_broken", f"items[{index}].sequence"
            yield beside(form, code, "sequence", place, value=str(item.sequence))


def _certification_and_declaration(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Who certified and who declared, in this order of days (R30)."""
    certified, declared = certificate.certification, certificate.declaration
    texts = {
        "certification.bodyName": certified.body_name,
        "certification.bodyAddress": certified.body_address,
        "certification.officerName": certified.officer_name,
    }
    for place, text in texts.items():
        if not text.strip():
            yield beside(form, "certificate.box_empty", "certification", place)
    box = "applicantDeclaration"
    if not declared.declarant.strip():
        yield beside(form, "certificate.box_empty", box, f"{box}.declarant")
    if declared.country != certificate.issued_in and not _may_be_foreign(certificate, form):
        yield beside(
            form,
            "certificate.produced_elsewhere",
            box,
            f"{box}.country",
            country=declared.country,
            expected=certificate.issued_in,
        )
    if declared.date > certified.date:
        yield beside(
            form,
            "certificate.declared_after_certification",
            box,
            f"{box}.date",
            declared=declared.date.isoformat(),
            certified=certified.date.isoformat(),
        )


def _may_be_foreign(certificate: Certificate, form: Form) -> bool:
    """Goods of another state: on a substitute, of before 1993, or where no preference hangs on it.

    R48; Rules 8.4, 8.7.
    """
    marked = any(has_mark(certificate, form, name) for name in (SUBSTITUTE, BEFORE_1993))
    return marked or not form.preferential
