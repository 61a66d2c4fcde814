"""Single comparisons behind a match: a value of the certificate against one declared."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from certorigin.standing.validity import last_day
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import name_key, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.recognition.declaration import DeclaredItem, GoodsDeclaration
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference, GoodsItem
    from certorigin.vocabulary.party import Party

# How alike two names must be to be taken for one with a misprint: a person then decides.
_CLOSE = 0.9

_BOX_4, _BOX_7, _BOX_8 = "Rules 7.4, box 4", "Rules 7.4, box 7", "Rules 7.4, box 8"
_BOX_9, _BOX_11 = "Rules 6.6; 7.4, box 9", "Rules 7.4, box 11"
_MISPRINT = "Rules 9.3"


def compare_states(certificate: Certificate, declaration: GoodsDeclaration) -> Iterator[Finding]:
    """Compare the state of presentation (box 4) with the state of the declaration."""
    if certificate.presented_in != declaration.destination:
        yield Finding(
            "match.destination_differs",
            "destinationCountry",
            clause=_BOX_4,
            facts=_pair(certificate.presented_in, declaration.destination),
        )


def compare_dates(
    certificate: Certificate, declaration: GoodsDeclaration, form: Form
) -> Iterator[Finding]:
    """Compare the day of the declaration with the certificate's months (R44; Rules 6.4)."""
    issued, ends = certificate.certification.date, last_day(certificate, form)
    facts = _pair(ends.isoformat(), declaration.date.isoformat())
    if declaration.date > ends:
        yield Finding("match.validity_ended", "date", clause="Rules 6.4", facts=facts)
    if declaration.date < issued:
        facts = _pair(issued.isoformat(), declaration.date.isoformat())
        yield Finding(
            "match.issued_after_declaration", "date", Grade.NOTE, clause="Rules 8.1", facts=facts
        )


def compare_parties(certificate: Certificate, declaration: GoodsDeclaration) -> Iterator[Finding]:
    """Compare boxes 1 and 2; who acts by order may stand for the other (R25)."""
    sides = (
        ("exporter", "Rules 7.4, box 1", certificate.exporter, certificate.consignor),
        ("importer", "Rules 7.4, box 2", certificate.importer, certificate.consignee),
    )
    for name, box, first, second in sides:
        declared = declaration.exporter if name == "exporter" else declaration.importer
        known = [party for party in (first, second) if party is not None]
        ranks = [_party_rank(party, declared) for party in known]
        best = min(ranks)
        party = known[ranks.index(best)]
        if best:
            code, grade = _PARTY[best]
            clause = _MISPRINT if code == "match.party_similar" else box
            facts = {"party": name, **_pair(party.name, declared.name)}
            yield Finding(code, f"{name}.name", grade, clause, facts)
        if party.country != declared.country:
            facts = {"party": name, **_pair(party.country, declared.country)}
            yield Finding(
                "match.party_country_differs", f"{name}.country", Grade.WARNING, box, facts
            )


_PARTY = {
    1: ("match.party_similar", Grade.WARNING),
    2: ("match.party_close", Grade.WARNING),
    3: ("match.party_differs", Grade.ERROR),
}


def _party_rank(ours: Party, theirs: Party) -> int:
    """Return 0 equal, 1 similar, 2 close, 3 different; one register number joins spellings."""
    if ours.name == theirs.name:
        return 0
    first, second = ours.identifier, theirs.identifier
    if first is not None and second is not None and first.scheme == second.scheme:
        return 1 if number_key(first.value) == number_key(second.value) else 3
    keys = name_key(ours.name), name_key(theirs.name)
    if keys[0] == keys[1]:
        return 1
    return 2 if SequenceMatcher(None, *keys, autojunk=False).ratio() >= _CLOSE else 3


def compare_goods(
    certificate: Certificate, item: GoodsItem, declared: DeclaredItem, place: str
) -> Iterator[Finding]:
    """Compare one line with the item that it rests on; quantities are compared over all lines."""
    yield from _compare_codes(item, declared, place)
    yield from _compare_description(item, declared, place)
    yield from _compare_invoices(item.invoice, declared.invoice, f"{place}.invoice")
    yield from _compare_packages(item, declared, f"{place}.packages")
    origin = certificate.declaration.country
    if declared.origin_country and declared.origin_country != origin:
        facts = _pair(origin, declared.origin_country)
        yield Finding(
            "match.origin_differs",
            f"{place}.originCountry",
            clause="Rules 7.4, box 13",
            facts=facts,
        )


def _compare_codes(item: GoodsItem, declared: DeclaredItem, place: str) -> Iterator[Finding]:
    """Compare as many digits as both have: states' nomenclatures part after the sixth."""
    ours, theirs = item.tariff_code.digits, declared.tariff_code.digits
    same = next(
        (at for at, (one, two) in enumerate(zip(ours, theirs, strict=False)) if one != two),
        min(len(ours), len(theirs)),
    )
    where, facts = f"{place}.tariffCode", _pair(ours, theirs)
    if same < 4:
        yield Finding("match.heading_differs", where, clause=_BOX_8, facts=facts)
    elif same < min(6, len(ours), len(theirs)):
        yield Finding("match.subheading_differs", where, Grade.WARNING, _BOX_8, facts)
    elif same < min(len(ours), len(theirs)):
        yield Finding("match.code_differs", where, Grade.NOTE, _BOX_8, facts)
    heading = item.criterion.heading if item.criterion else ""
    if heading and heading != declared.tariff_code.heading:
        facts = _pair(str(item.criterion), declared.tariff_code.heading)
        yield Finding("match.criterion_heading_differs", where, Grade.WARNING, _BOX_9, facts)


def _compare_description(item: GoodsItem, declared: DeclaredItem, place: str) -> Iterator[Finding]:
    if name_key(item.description) != name_key(declared.description):
        facts = _pair(item.description[:200], declared.description[:200])
        where = f"{place}.description"
        yield Finding("match.description_differs", where, Grade.NOTE, _BOX_8, facts)


def _compare_invoices(
    ours: DocumentReference | None, theirs: DocumentReference | None, place: str
) -> Iterator[Finding]:
    """The invoice is what ties the certificate to this consignment."""
    if ours is None or theirs is None:
        if ours is not theirs:
            yield Finding("match.invoice_absent", place, Grade.NOTE, _BOX_11)
        return
    facts = _pair(ours.number, theirs.number)
    if number_key(ours.number) != number_key(theirs.number):
        yield Finding("match.invoice_differs", f"{place}.number", clause=_BOX_11, facts=facts)
        return
    if ours.number != theirs.number:
        where = f"{place}.number"
        yield Finding("match.invoice_similar", where, Grade.WARNING, _MISPRINT, facts)
    if ours.date != theirs.date:
        facts = _pair(ours.date.isoformat(), theirs.date.isoformat())
        where = f"{place}.date"
        yield Finding("match.invoice_date_differs", where, Grade.WARNING, _MISPRINT, facts)


def _compare_packages(item: GoodsItem, declared: DeclaredItem, place: str) -> Iterator[Finding]:
    if declared.packages is None:
        return
    if declared.packages.count > item.packages.count:
        facts = _pair(str(item.packages.count), str(declared.packages.count))
        yield Finding("match.packages_exceed", f"{place}.count", Grade.WARNING, _BOX_7, facts)
    if declared.packages.kind != item.packages.kind:
        facts = _pair(item.packages.kind, declared.packages.kind)
        yield Finding("match.packages_kind_differs", f"{place}.kind", Grade.NOTE, _BOX_7, facts)


def _pair(certified: str, declared: str) -> dict[str, str]:
    return {"certified": certified, "declared": declared}
