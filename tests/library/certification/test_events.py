"""Certificates made from another one: what stays, what is new, what no correction may touch."""

from dataclasses import replace
from datetime import date

import pytest

from certorigin.certification.event_terms import (
    read_correction,
    read_re_export,
    read_substitute,
)
from certorigin.certification.events import (
    PartTaken,
    ReExport,
    corrected,
    duplicate_of,
    parts_taken,
    substitute_of,
    taken_by,
)
from certorigin.certification.marks import (
    after_export_mark,
    before_1993_mark,
    long_term_mark,
    substitute_mark,
)
from certorigin.errors import FindingsError, MalformedError, StandingError
from certorigin.standing.family import named_before
from certorigin.standing.standing import reference_to
from certorigin.standing.validity import last_day
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Identifier
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.record import Record
from tests.library.standing.sample import DAY, IMPORTER, certificate, item, kilograms, pieces

OLD = certificate()
ST1 = get_form("ST-1")
LATER = replace(OLD.certification, date=date(2026, 7, 1), officer_name="Козлова")


def part(sequence=1, amount="40", **changes):
    facts = {"packages": Packages(4, "PX"), "quantity": pieces(amount)}
    facts |= {"gross": kilograms("160000"), "net": kilograms("156000")} | changes
    return PartTaken(sequence, **facts)


def substitute(*parts, of=OLD, **options):
    given = {"importer": IMPORTER} | options
    return substitute_of(
        of,
        parts,
        **given,
        number="BYAZ6001000009",
        certification=LATER,
        declaration=replace(OLD.declaration, date=LATER.date),
    )


def test_a_duplicate_differs_in_number_box_12_and_the_mark_alone():
    made = duplicate_of(OLD, number="BYAZ6001000002", certification=LATER)
    assert made.marks == ("Дубликат № BYAZ6001000001 от 16.05.2026",)
    restored = replace(made, number=OLD.number, certification=OLD.certification, marks=())
    assert restored == OLD
    assert last_day(made, ST1) == date(2027, 5, 16)


def test_the_duplicate_of_a_duplicate_names_the_first_original():
    first = duplicate_of(OLD, number="BYAZ6001000002", certification=LATER)
    second = duplicate_of(first, number="BYAZ6001000003", certification=LATER)
    assert second.marks == first.marks


def test_a_substitute_copies_the_criterion_and_numbers_its_items_anew():
    weight = kilograms("500")
    made = substitute(part(2, quantity=weight, gross=weight, net=weight))
    assert [item.sequence for item in made.items] == [1]
    assert made.items[0].criterion == OLD.items[1].criterion
    assert made.items[0].tariff_code == OLD.items[1].tariff_code
    body = OLD.certification.body_name
    mark = "Сертификат выдан на основании сертификата формы СТ-1 № BYAZ6001000001 от 16.05.2026"
    assert made.marks == (f"{mark}, {body}",)
    assert [(one.sequence, one.quantity) for one in taken_by([part(2)])] == [(2, pieces("40"))]


def test_what_box_5_says_about_the_goods_goes_with_them_and_about_the_paper_does_not():
    contract = long_term_mark(ST1, DocumentReference("17", DAY))
    old = before_1993_mark(ST1, country="Беларусь", maker="МТЗ", year=1991)
    after = after_export_mark(ST1)
    body, invoice = OLD.certification.body_name, OLD.items[0].invoice
    running = certificate(marks=(after, contract), items=(item(invoice=None), item(2)))
    aged = certificate(marks=(after, old), items=(item(criterion=None),))
    mark = substitute_mark(ST1, reference_to(running), body_name=body)
    for base, parts, kept in (
        (running, [part()], (contract,)),
        (running, [part(), part(2)], (contract,)),
        (running, [part(invoice=invoice)], ()),
        (running, [part(2)], ()),
        (aged, [part()], (old,)),
    ):
        assert substitute(*parts, of=base).marks == (mark, *kept)
    way = {"importer": OLD.exporter, "re_export": ReExport(IMPORTER, "AZ", "BY", "electronic-only")}
    for base, kept in ((running, ()), (aged, (old,))):
        assert substitute(part(invoice=invoice), of=base, **way).marks == (mark, *kept)


def test_goods_of_another_state_go_on_to_a_third_with_invoices_of_their_own():
    """Azerbaijan certifies for Kazakhstan what Belarus certified: box 13 still names Belarus."""
    way = ReExport(replace(IMPORTER, country="AZ"), "AZ", "KZ", "electronic-only")
    buyer = replace(IMPORTER, name="ТОО «Алатау»", country="KZ")
    invoice = DocumentReference("RE-1", LATER.date)
    taken = part(invoice=invoice)
    made = substitute(taken, re_export=way, importer=buyer)
    assert (made.issued_in, made.presented_in, made.declaration.country) == ("AZ", "KZ", "BY")
    assert (made.exporter, made.importer, made.consignor) == (way.exporter, buyer, None)
    assert (made.items[0].invoice, made.items[0].criterion) == (invoice, OLD.items[0].criterion)
    assert parts_taken(taken_by([taken]), made) == [taken]
    with pytest.raises(FindingsError, match=r"certificate\.not_ready"):
        substitute(part(), re_export=way, importer=buyer)  # the old invoice is not theirs


def test_the_terms_of_a_re_export_name_the_state_of_destination():
    terms = {"presentedIn": "KZ", "importer": IMPORTER.to_data(), "items": []}
    with pytest.raises(MalformedError, match=r"division\.without_goods"):
        read_re_export(Record(terms))
    with pytest.raises(MalformedError, match=r"country\.unknown"):
        read_re_export(Record(terms | {"presentedIn": "XX"}))


def test_a_substitute_of_goods_that_are_not_there_is_refused():
    with pytest.raises(MalformedError, match=r"standing\.item_unknown"):
        substitute(part(3))
    with pytest.raises(MalformedError, match=r"division\.without_goods"):
        substitute()


@pytest.mark.parametrize("weight", ["gross", "net"])
def test_a_part_does_not_weigh_more_than_the_whole(weight):
    whole = getattr(OLD.items[0], weight)
    heavier = replace(whole, value=whole.value + 1)
    with pytest.raises(StandingError, match=r"division\.exceeds"):
        substitute(part(**{weight: heavier}))
    substitute(part(gross=OLD.items[0].gross, net=OLD.items[0].net))


@pytest.mark.parametrize("weight", ["gross", "net"])
def test_parts_together_do_not_weigh_more_than_the_whole(weight):
    whole = getattr(OLD.items[0], weight)
    first = part(**{weight: replace(whole, value=whole.value - 10)})
    rest = {"gross": kilograms("20"), "net": kilograms("1")}
    substitute(part(**rest | {weight: kilograms("10")}), before=[first])
    substitute(part(**rest | {weight: kilograms("10")}), before=[replace(first, sequence=2)] * 9)
    with pytest.raises(StandingError) as refused:
        substitute(part(**rest | {weight: kilograms("10.1")}), before=[first])
    assert (refused.value.code, refused.value.facts["covered"]) == ("division.exceeds", "10")


def test_parts_together_have_no_more_places_of_its_kind_than_the_whole():
    kind, count = OLD.items[0].packages.kind, OLD.items[0].packages.count
    light = {"gross": kilograms("1"), "net": kilograms("1")}
    first = part(packages=Packages(count - 1, kind), **light)
    substitute(part(packages=Packages(1, kind), **light), before=[first])
    substitute(part(packages=Packages(500, "CT"), **light), before=[first])
    with pytest.raises(StandingError, match=r"division\.exceeds"):
        substitute(part(packages=Packages(2, kind), **light), before=[first])
    with pytest.raises(StandingError, match=r"division\.exceeds"):
        substitute(part(packages=Packages(count + 1, kind), **light))


@pytest.mark.parametrize(
    ("change", "is_another"),
    [
        ({"name": "Aqrolizinq SC"}, False),
        ({"address": "AZ1000, Bakı"}, False),
        ({"name": "Gəncə Aqro MMC"}, True),
        ({"country": "GE"}, True),
        ({"identifier": Identifier("VOEN", "1401555071")}, True),
        ({"name": "Gəncə Aqro MMC", "identifier": Identifier("VOEN", "1400057421")}, False),
    ],
)
def test_a_misprint_of_a_party_is_corrected_and_another_party_is_not(change, is_another):
    known = replace(IMPORTER, identifier=Identifier("VOEN", "1400057421"))
    old = replace(OLD, importer=known if "identifier" in change else IMPORTER)
    new = replace(old, importer=replace(old.importer, **change))
    if is_another:
        with pytest.raises(FindingsError) as refused:
            corrected(old, new, certification=LATER)
        assert [one.code for one in refused.value.findings] == ["certificate.correction_of_party"]
    else:
        corrected(old, new, certification=LATER)
    corrected(old, new, certification=LATER, with_parties=True)


def test_a_corrected_version_keeps_the_number_and_runs_from_the_first():
    new = replace(OLD, importer=replace(IMPORTER, address="AZ1000, Bakı"))
    first = corrected(OLD, new, certification=LATER)
    mark = "Исправленный экземпляр сертификата формы СТ-1 № BYAZ6001000001 от 16.05.2026"
    assert (first.number, first.marks) == (OLD.number, (mark,))
    again = replace(first, exporter=replace(first.exporter, address="220009, г. Минск"))
    second = corrected(first, again, certification=replace(LATER, date=date(2026, 8, 1)))
    assert second.marks == first.marks
    assert last_day(second, ST1) == date(2027, 5, 16)
    day_after = replace(LATER, date=date(2026, 8, 2))
    lost = duplicate_of(second, number="BYAZ6001000002", certification=day_after)
    assert last_day(lost, ST1) == date(2027, 5, 16)
    assert [number.date for number in named_before(lost)] == ["2026-08-01", DAY.isoformat()]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"number": "BYAZ6001000002"}, "number"),
        ({"presented_in": "KZ"}, "number"),
        ({"items": OLD.items[:1]}, "items"),
        (
            {"items": (replace(OLD.items[0], quantity=pieces("99")), OLD.items[1])},
            "items[0].quantity",
        ),
        ({"items": (replace(OLD.items[0], criterion=None), OLD.items[1])}, "items[0].criterion"),
        ({}, ""),
    ],
)
def test_what_decides_origin_and_quantity_is_no_misprint(change, place):
    with pytest.raises(FindingsError) as refused:
        corrected(OLD, replace(OLD, **change), certification=LATER)
    assert [finding.place for finding in refused.value.findings] == [place]


def test_terms_are_read_to_their_last_member():
    item = {"sequence": "1", "description": "Тракторы «Беларус 82.1»"}
    new = read_correction(Record({"items": [item]}), OLD)
    assert new.items[0].description == item["description"]
    assert new.items[1:] == OLD.items[1:]
    with pytest.raises(MalformedError, match=r"record\.member_unknown"):
        read_correction(Record({"number": "BYAZ6001000002"}), OLD)
    weight = Quantity(kilograms("1").value, "KGM").to_data()
    taken = {"sequence": "1", "packages": {"count": "1", "kind": "PX"}, "quantity": weight}
    taken |= {"grossWeight": weight, "netWeight": weight}
    terms = read_substitute(Record({"importer": IMPORTER.to_data(), "items": [taken]}))
    assert (terms.importer, terms.parts[0].sequence) == (IMPORTER, 1)
    with pytest.raises(MalformedError, match=r"division\.without_goods"):
        read_substitute(Record({"importer": IMPORTER.to_data()}))
