"""Certificates made from another one: duplicate, substitute, corrected version.

Nothing is assessed anew: goods and criterion are those of the certificate before. Each takes box 12
anew, and names in box 5 the certificate from which it comes (R32, R46, R48; domain.md 2.9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from certorigin.certification.check import check_certificate
from certorigin.certification.marks import (
    BEFORE_1993,
    LONG_TERM,
    correction_mark,
    duplicate_mark,
    marker_of,
    substitute_mark,
)
from certorigin.errors import FindingsError, MalformedError, StandingError
from certorigin.standing.quantities import left, shown
from certorigin.standing.standing import reference_to
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.finding import Finding, has_errors
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.vocabulary.certificate import (
        ApplicantDeclaration,
        Certificate,
        Certification,
        Transport,
    )
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Quantity

DUPLICATE, SUBSTITUTE, CORRECTION = "duplicate", "substitute", "correction"
# Names without register numbers are one name with a misprint when so much of both is the same.
SAME_NAME = 0.8
EVENTS = (DUPLICATE, SUBSTITUTE, CORRECTION)
# Why each is asked for: closed lists.
REASONS = {
    DUPLICATE: ("lost", "damaged", "stolen"),
    SUBSTITUTE: ("split_release", "re_export"),
    CORRECTION: ("misprint", "data_changed"),
}


@dataclass(frozen=True)
class PartTaken:
    """What a substitute takes of one item of its base: in the base's units."""

    sequence: int
    packages: Packages
    quantity: Quantity
    gross: Quantity
    net: Quantity
    invoice: DocumentReference | None = None


@dataclass(frozen=True)
class ReExport:
    """Who sends goods on that another state certified, and from which state to which (8.4)."""

    exporter: Party
    issued_in: str
    presented_in: str
    medium: str


def duplicate_of(
    original: Certificate, *, number: str, certification: Certification
) -> Certificate:
    """Return the duplicate of a lost certificate: all as it was, but number and box 12 (R46).

    The duplicate of a duplicate names the first original, from whose day its validity runs.
    Raises FindingsError, UnknownError (`form.without_marker`).
    """
    form = get_form(original.form)
    marks = original.marks
    marker_of(form, DUPLICATE)
    if not any(form.has_marker(DUPLICATE, mark) for mark in marks):
        marks = (duplicate_mark(form, reference_to(original)), *marks)
    return _checked(replace(original, number=number, certification=certification, marks=marks))


def substitute_of(
    base: Certificate,
    parts: Sequence[PartTaken],
    *,
    number: str,
    certification: Certification,
    importer: Party,
    declaration: ApplicantDeclaration,
    transport: Transport | None = None,
    before: Sequence[PartTaken] = (),
    re_export: ReExport | None = None,
) -> Certificate:
    """Return the certificate for a part of the goods of another one, with its criterion (R48).

    How much the base still covers is not looked at here: `returns.division` does; but for places
    and masses, which its acts do not hold: `before` is what earlier substitutes took. With a
    `re_export` the base is another state's: exporter, states and invoices are those of the goods on
    their further way, and box 13 still names the country of production.

    Raises FindingsError, MalformedError (`division.without_goods`, `standing.item_unknown`),
    UnknownError, StandingError (`division.exceeds`) for parts that together weigh more than the
    whole, or have more places.
    """
    form = get_form(base.form)
    mark = substitute_mark(form, reference_to(base), body_name=base.certification.body_name)
    by_number = {item.sequence: item for item in base.items}
    if not parts:
        raise MalformedError("division.without_goods", place="items")
    items = []
    for sequence, part in enumerate(parts, start=1):
        if part.sequence not in by_number:
            raise MalformedError("standing.item_unknown", place="items", item=str(part.sequence))
        item = by_number[part.sequence]
        earlier = [one for one in before if one.sequence == part.sequence]
        _check_together(item, earlier, part, base)
        invoice = part.invoice if re_export else part.invoice or item.invoice
        items.append(_part_of(item, part, sequence, invoice))
    made = replace(
        base,
        number=number,
        certification=certification,
        importer=importer,
        consignee=None,
        consignee_mark="",
        transport=transport,
        declaration=declaration,
        items=tuple(items),
        marks=(mark, *_marks_of_goods(base, made_of=items, form=form, is_here=re_export is None)),
    )
    return _checked(_sent_on(made, re_export) if re_export else made)


def _marks_of_goods(
    base: Certificate, *, made_of: Sequence[GoodsItem], form: Form, is_here: bool
) -> Iterator[str]:
    """Yield what box 5 of the base says about the goods themselves, which goes with them.

    Who made old goods (8.7), and why a line has no invoice (R24; 7.4, box 11): the latter only in
    the state of that contract, for who sends goods on from another one names invoices of their own.
    """
    keeps = {BEFORE_1993: any(item.criterion is None for item in made_of)}
    keeps[LONG_TERM] = is_here and any(item.invoice is None for item in made_of)
    for mark in base.marks:
        if any(kept and form.has_marker(name, mark) for name, kept in keeps.items()):
            yield mark


def _sent_on(made: Certificate, way: ReExport) -> Certificate:
    return replace(
        made,
        exporter=way.exporter,
        consignor=None,
        issued_in=way.issued_in,
        presented_in=way.presented_in,
        medium=way.medium,
    )


def _part_of(
    item: GoodsItem, part: PartTaken, sequence: int, invoice: DocumentReference | None
) -> GoodsItem:
    return replace(
        item,
        sequence=sequence,
        packages=part.packages,
        quantity=part.quantity,
        gross=part.gross,
        net=part.net,
        invoice=invoice,
    )


def _check_together(
    item: GoodsItem, before: Sequence[PartTaken], part: PartTaken, base: Certificate
) -> None:
    """Let all parts of an item weigh no more than it does, and have no more places of its kind."""
    gross = [one.gross.to_unit(item.gross.unit) for one in before]
    net = [one.net.to_unit(item.net.unit) for one in before]
    for asked, taken, whole in ((part.gross, gross, item.gross), (part.net, net, item.net)):
        covered = whole
        for one in taken:
            covered = left(covered, one)
        if asked.to_unit(whole.unit).value > covered.value:
            raise _exceeds(base, item, shown(asked), shown(covered), whole.unit)
    if part.packages.kind != item.packages.kind:
        return  # packed anew: the places of another kind are not those of the base
    places = sum(one.packages.count for one in before if one.packages.kind == item.packages.kind)
    rest = max(0, item.packages.count - places)
    if part.packages.count > rest:
        raise _exceeds(base, item, str(part.packages.count), str(rest), item.packages.kind)


def _exceeds(
    base: Certificate, item: GoodsItem, asked: str, covered: str, unit: str
) -> StandingError:
    return StandingError(
        "division.exceeds",
        number=base.number,
        item=str(item.sequence),
        asked=asked,
        covered=covered,
        unit=unit,
    )


def parts_taken(items: Sequence[ItemUse], made: Certificate) -> list[PartTaken]:
    """Return what a substitute took of its base, read from the act `Divided` and the substitute.

    The act names the items of the base in the order in which the substitute has them.
    """
    pairs = zip(items, made.items, strict=False)
    return [
        PartTaken(taken.sequence, item.packages, item.quantity, item.gross, item.net, item.invoice)
        for taken, item in pairs
    ]


def taken_by(parts: Sequence[PartTaken]) -> tuple[ItemUse, ...]:
    """Return what a substitute takes of its base, for the act `Divided`."""
    return tuple(ItemUse(part.sequence, part.quantity) for part in parts)


def corrected(
    old: Certificate, new: Certificate, *, certification: Certification, with_parties: bool = False
) -> Certificate:
    """Return a corrected version: number and goods stay, and box 5 names the version before (R32).

    A misprint in a party's name or address is corrected; another party is put in its place only
    `with_parties`: else that is a certificate in place of the old one (Rules 7.3, 8.3).

    Raises FindingsError (`certificate.correction_refused`) for what no correction may change, or
    when nothing is changed, UnknownError (`form.without_marker`).
    """
    findings = _faults_of_correction(old, new)
    if not with_parties:
        findings += _other_parties(old, new)
    if findings:
        raise FindingsError("certificate.correction_refused", findings, number=old.number)
    form = get_form(old.form)
    marks, mark = old.marks, correction_mark(form, reference_to(old))
    if not any(form.has_marker(CORRECTION, known) for known in marks):
        marks = (mark, *marks)
    return _checked(replace(new, marks=marks, certification=certification))


def _faults_of_correction(old: Certificate, new: Certificate) -> list[Finding]:
    """What decides origin, number, states and quantities is no misprint: Rules 8.3 is for that."""
    fixed = (
        ("form", "number"),
        ("number", "number"),
        ("medium", "number"),
        ("issued_in", "number"),
        ("presented_in", "number"),
        ("marks", "officialMarks"),
        ("consignee_mark", "importer"),
        ("declaration", "applicantDeclaration"),
        ("certification", "certification"),
    )
    places = [place for name, place in fixed if getattr(old, name) != getattr(new, name)]
    if len(old.items) != len(new.items):
        places.append("items")
    places += [
        f"items[{index}].{name}"
        for index, pair in enumerate(zip(old.items, new.items, strict=False))
        for name in ("sequence", "tariff_code", "criterion", "quantity", "gross", "net")
        if getattr(pair[0], name) != getattr(pair[1], name)
    ]
    if not places and old == new:
        return [Finding("certificate.nothing_corrected", "", clause="Rules 7.3")]
    return [
        Finding("certificate.not_for_correction", place, clause="Rules 7.3, 8.3")
        for place in places
    ]


def _other_parties(old: Certificate, new: Certificate) -> list[Finding]:
    """The Rules correct what is wrong in a box; who another company is, is no misprint."""
    return [
        Finding("certificate.correction_of_party", name, clause="Rules 7.3, 8.3")
        for name in ("exporter", "importer")
        if _is_another(getattr(old, name), getattr(new, name))
    ]


def _is_another(old: Party, new: Party) -> bool:
    """Say whether a party is another: by register number, or by state and a name that differs."""
    if old.country != new.country:
        return True
    if old.identifier is not None and new.identifier is not None:
        return old.identifier != new.identifier
    likeness = SequenceMatcher(None, name_key(old.name), name_key(new.name), autojunk=False)
    return likeness.ratio() < SAME_NAME


def _checked(certificate: Certificate) -> Certificate:
    """Return a certificate that fits its form. Raises FindingsError (`certificate.not_ready`)."""
    findings = check_certificate(certificate, form=get_form(certificate.form))
    if has_errors(findings):
        raise FindingsError("certificate.not_ready", findings, number=certificate.number)
    return certificate
