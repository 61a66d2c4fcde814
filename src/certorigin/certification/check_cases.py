"""What the boxes say together: marks against days, parties and goods; cases that exclude others.

Each box alone is looked at by `check`, `check_goods` and `marks`; here stands what no box shows by
itself (R24 to R26, R29, R30, R49; Rules 7.4, 8.2 to 8.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.beside import beside
from certorigin.certification.marks import (
    BEFORE_1993,
    GOODS_LIST,
    LIST_REFERENCE,
    SUBSTITUTE,
    has_mark,
)
from certorigin.errors import MalformedError
from certorigin.standing.family import number_in_mark
from certorigin.standing.validity import day_of_mark
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem

# Marks that name an earlier certificate under another number than this one's.
_OF_ANOTHER = ("duplicate", "replacement", SUBSTITUTE)
_DATED = (*_OF_ANOTHER, "correction", "outage", "long_term")


def check_cases(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Yield what contradicts itself across the boxes of one certificate."""
    yield from _sale(certificate, form)
    yield from _marks(certificate, form)
    yield from _old_goods(certificate, form)
    yield from _goods_list(certificate, form)
    yield from _units(certificate, form)


def _sale(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Goods for later sale are sent to who sends them, and to no exhibition (Rules 8.5, 8.6)."""
    mark = certificate.consignee_mark
    if not mark or mark not in form.consignee_marks.values():
        return
    if has_mark(certificate, form, "exhibition"):
        code, member = "certificate.cases_exclude_each_other", "importer"
        yield beside(form, code, member, "consigneeMark", clause="Rules 8.5, 8.6", mark=mark)
    senders = (certificate.exporter, certificate.consignor)
    if mark == form.consignee_marks.get("later_sale") and certificate.importer not in senders:
        yield beside(
            form,
            "certificate.sale_names_another",
            "importer",
            "importer",
            grade=Grade.WARNING,
            clause="Rules 8.6",
            importer=certificate.importer.name[:80],
        )


def _marks(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """A mark stands once, names no later day than box 12, and no certificate that is this one."""
    box, day = "officialMarks", certificate.certification.date
    for index, mark in enumerate(certificate.marks):
        place, told = f"{box}[{index}]", mark[:80]
        if mark in certificate.marks[:index]:
            yield beside(form, "certificate.mark_again", box, place, grade=Grade.WARNING, mark=told)
        named = day_of_mark(mark) if _is_one_of(_DATED, mark, form) else None
        if named is not None and named > day:
            yield beside(
                form,
                "certificate.mark_ahead",
                box,
                place,
                mark=told,
                named=named.isoformat(),
                certified=day.isoformat(),
            )
        if _is_one_of(_OF_ANOTHER, mark, form):
            number = number_in_mark(mark)
            if number and number_key(number) == number_key(certificate.number):
                code = "certificate.mark_names_itself"
                yield beside(form, code, box, place, number=certificate.number, mark=told)


def _old_goods(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """Goods of before 1993 have a dash in box 9, and box 5 names the country of box 13 (8.7)."""
    if not has_mark(certificate, form, BEFORE_1993):
        return
    for index, item in enumerate(certificate.items):
        if item.criterion is not None:
            yield beside(
                form,
                "certificate.dash_expected",
                "originCriterion",
                f"items[{index}].originCriterion",
                clause="Rules 8.7",
                criterion=str(item.criterion),
            )
    country = certificate.declaration.country
    name = name_of("states", country, form.language) or country
    marks = [mark for mark in certificate.marks if form.has_marker(BEFORE_1993, mark)]
    if not any(name.casefold() in mark.casefold() for mark in marks):
        code, box = "certificate.mark_names_another_country", "officialMarks"
        yield beside(form, code, box, box, grade=Grade.WARNING, clause="Rules 8.7", country=name)


def _goods_list(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """In place of additional sheets: one heading, one criterion, and a paper of that time (R29)."""
    marker, box, clause = form.markers.get(GOODS_LIST, ""), "description", "Rules 7.4, box 8"
    places = [
        index
        for index, item in enumerate(certificate.items)
        if marker and marker in item.description
    ]
    if not places:
        return
    headings = sorted({item.tariff_code.heading for item in certificate.items})
    criteria = sorted({str(item.criterion or "-") for item in certificate.items})
    first = f"items[{places[0]}].description"
    for code, found in (
        ("certificate.list_of_headings", headings),
        ("certificate.list_of_criteria", criteria),
    ):
        if len(found) > 1:
            yield beside(form, code, box, first, clause=clause, found=", ".join(found)[:80])
    for index in places:
        text = certificate.items[index].description.partition(marker)[2]
        place, day = f"items[{index}].description", day_of_mark(text)
        if day is None or not LIST_REFERENCE.search(text):
            code = "certificate.list_incomplete"
            yield beside(form, code, box, place, clause=clause, reference=text.strip()[:80])
        elif day > certificate.certification.date:
            yield beside(
                form,
                "certificate.list_after_certification",
                box,
                place,
                clause=clause,
                document=day.isoformat(),
                certified=certificate.certification.date.isoformat(),
            )


def _units(certificate: Certificate, form: Form) -> Iterator[Finding]:
    """One code has one unit in the nomenclature: its items are counted alike (R28)."""
    first: dict[str, GoodsItem] = {}
    for index, item in enumerate(certificate.items):
        other = first.setdefault(str(item.tariff_code), item)
        try:
            item.quantity.to_unit(other.quantity.unit)
        except MalformedError:
            yield beside(
                form,
                "certificate.units_of_code_differ",
                "quantity",
                f"items[{index}].quantity.unit",
                grade=Grade.WARNING,
                code=str(item.tariff_code),
                unit=item.quantity.unit,
                other=other.quantity.unit,
            )


def _is_one_of(names: tuple[str, ...], mark: str, form: Form) -> bool:
    return any(form.has_marker(name, mark) for name in names)
