"""Single comparisons behind a match: a value of the certificate against one declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.recognition.matching.papers import compare_invoices
from certorigin.standing.validity import last_day
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.recognition.declaration import DeclaredItem, GoodsDeclaration
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem

_BOX_4, _BOX_8, _BOX_9 = "Rules 7.4, box 4", "Rules 7.4, box 8", "Rules 6.6; 7.4, box 9"


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


def compare_goods(
    certificate: Certificate, item: GoodsItem, declared: DeclaredItem, place: str
) -> Iterator[Finding]:
    """Compare one line with the item that it rests on; amounts are compared over all lines."""
    yield from _compare_codes(item, declared, place)
    yield from _compare_description(item, declared, place)
    yield from compare_invoices(item.invoice, declared.invoice, f"{place}.invoice")
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


def _pair(certified: str, declared: str) -> dict[str, str]:
    return {"certified": certified, "declared": declared}
