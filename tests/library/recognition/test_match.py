"""The declaration against the certificate: every difference is said, and weighs what the Rules
say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.recognition.balance import items_taken
from certorigin.recognition.declaration import Claim
from certorigin.recognition.match import Fit, match
from certorigin.returns.utilisation import check_items
from certorigin.terminal.sentences import say
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode
from tests.library.recognition.declarations import DAY, NUMBER, butter, declaration, line
from tests.library.standing import sample

FORM = get_form("ST-1")


def matched(asked, *, certificate=None, acts=(), at=24 * 30):
    standing = sample.standing_at(at, sample.issued(), *acts)
    return match(certificate or sample.certificate(), asked, standing=standing, form=FORM)


def matched_alone(asked, certificate):
    standing = sample.standing_at(24 * 30, sample.issued(of=certificate))
    return match(certificate, asked, standing=standing, form=FORM)


def codes(report):
    for found in report.all_findings:
        assert "{" not in say(found.code, found.facts)
    return sorted({finding.code for finding in report.all_findings})


def finding(report, code):
    return next(found for found in report.all_findings if found.code == code)


def test_what_fits_has_no_findings():
    report = matched(declaration())
    assert (report.fit, codes(report)) == (Fit.FITS, [])
    assert [item.lines for item in report.items] == [(1,), (2,)]


def test_one_item_may_be_declared_without_the_other():
    report = matched(declaration(butter()))
    assert (report.fit, [item.sequence for item in report.items]) == (Fit.FITS, [2])


def test_without_the_mirror_it_is_said_that_uses_are_not_known():
    report = match(sample.certificate(), declaration(), standing=None, form=FORM)
    assert (report.fit, codes(report)) == (Fit.FITS, ["match.uses_unknown"])


# -- each difference alone ------------------------------------------------------------------------

OTHER = replace(sample.REFERENCE, number="BYAZ6001000009")
LATER = replace(sample.REFERENCE, date=date(2026, 5, 17))
SUBHEADING = {"tariff_code": TariffCode("870110")}
INVOICE = {"invoice": DocumentReference("18", sample.DAY)}
SIMILAR = {"invoice": DocumentReference("1-7", sample.DAY)}


@pytest.mark.parametrize(
    ("code", "fit", "clause", "changes"),
    [
        ("match.subheading_differs", Fit.UNDETERMINED, "box 8", SUBHEADING),
        ("match.code_differs", Fit.FITS, "box 8", {"tariff_code": TariffCode("8701931000")}),
        ("match.description_differs", Fit.FITS, "box 8", {"description": "Трактор"}),
        ("match.origin_differs", Fit.DIFFERS, "box 13", {"origin_country": "RU"}),
        ("match.invoice_differs", Fit.DIFFERS, "box 11", INVOICE),
        ("match.invoice_similar", Fit.FITS, "9.3", SIMILAR),
        ("match.invoice_date_differs", Fit.FITS, "9.3", {"invoice": DocumentReference("17", DAY)}),
        ("match.invoice_absent", Fit.FITS, "box 11", {"invoice": None}),
        ("match.packages_exceed", Fit.FITS, "box 7", {"packages": Packages(11, "PX")}),
        ("match.packages_kind_differs", Fit.FITS, "box 7", {"packages": Packages(10, "BX")}),
        ("match.net_exceeds", Fit.DIFFERS, "box 10", {"net": sample.kilograms("409501")}),
        ("match.units_differ", Fit.UNDETERMINED, "box 10", {"net": Quantity(Decimal(1), "LTR")}),
        ("match.item_unknown", Fit.DIFFERS, "box 6", {"claim": Claim(sample.REFERENCE, 3)}),
        ("match.reference_differs", Fit.DIFFERS, "6.1", {"claim": Claim(LATER, 1)}),
        ("match.quantity_exceeds", Fit.DIFFERS, "box 10", {"quantity": "106"}),
        ("match.quantity_within_tolerance", Fit.FITS, "box 10", {"quantity": "105"}),
    ],
)  # fmt: skip
def test_a_difference_in_a_line(code, fit, clause, changes):
    report = matched(declaration(line(**changes), butter()))
    assert (codes(report), report.fit) == ([code], fit)
    found = finding(report, code)
    assert clause in found.clause
    assert found.place.startswith("items[0]")
    assert (found.grade is Grade.ERROR) == (fit is Fit.DIFFERS)


def test_an_item_that_is_not_there_has_no_balance():
    data = matched(declaration(line(claim=Claim(sample.REFERENCE, 3)))).to_data()
    assert set(data["items"][0]) == {"findings", "fit", "item", "lines"}


def test_other_goods_than_those_of_the_item_differ():
    report = matched(declaration(line(tariff_code=TariffCode("8704229108")), butter()))
    assert codes(report) == ["match.criterion_heading_differs", "match.heading_differs"]
    assert report.fit is Fit.DIFFERS


@pytest.mark.parametrize(
    ("code", "fit", "changes"),
    [
        ("match.destination_differs", Fit.DIFFERS, {"destination": "RU"}),
        ("match.validity_ended", Fit.DIFFERS, {"date": date(2027, 5, 17)}),
        ("match.issued_after_declaration", Fit.FITS, {"date": date(2026, 5, 15)}),
    ],
)
def test_a_difference_of_the_whole(code, fit, changes):
    report = matched(declaration(**changes))
    assert (codes(report), report.fit) == ([code], fit)


def test_the_last_day_of_twelve_months_is_good():
    assert matched(declaration(date=date(2027, 5, 16))).fit is Fit.FITS


def test_values_that_one_side_leaves_out_are_not_compared():
    bare = line(net=None, gross=None, packages=None, origin_country="")
    assert codes(matched(declaration(bare))) == []


def test_a_certificate_without_invoices_fits_a_declaration_without():
    items = (sample.item(invoice=None), sample.butter())
    report = matched(declaration(line(invoice=None)), certificate=sample.certificate(items=items))
    assert codes(report) == []


def test_an_empty_box_10_is_told_and_compared_with_nothing():
    papers = sample.newspapers(packages=Packages(10, "PX"))
    held = sample.certificate(marks=(sample.LONG_TERM,), items=(papers,))
    code, amount = TariffCode("4902100000"), sample.kilograms(5000)
    said = line(tariff_code=code, quantity="5000", unit="KGM", net=amount, invoice=None)
    report = matched_alone(declaration(replace(said, description=papers.description)), held)
    assert (codes(report), report.fit) == (["match.quantity_not_certified"], Fit.FITS)


def test_periodicals_may_be_declared_in_any_unit():
    """Pieces against an empty box 10, after kilograms of another declaration: accepted as said."""
    papers = sample.newspapers()
    held = sample.certificate(marks=(sample.LONG_TERM,), items=(papers,))
    acts = (sample.issued(of=held), sample.utilised(4, {1: sample.kilograms(900)}))
    standing = sample.standing_at(24 * 30, *acts)
    lines = [line(n, "2500", "H87", tariff_code=papers.tariff_code, net=None) for n in (1, 2)]
    report = match(held, declaration(*lines), standing=standing, form=FORM)
    (item,) = report.items
    assert {"match.units_differ", "match.quantity_exceeds"}.isdisjoint(codes(report))
    assert (item.declared, item.balance) == (sample.pieces(5000), None)
    taken = items_taken(lines, held)
    assert taken == (ItemUse(1, sample.pieces(5000)),)
    later = sample.standing_at(24 * 30, *acts, sample.utilised(5, {1: sample.pieces(5000)}))
    for known in (standing, later):
        assert not known.uncounted
        check_items(known, taken)
    again = match(held, declaration(*lines), standing=later, form=FORM)
    facts = finding(again, "match.quantity_not_certified").facts
    assert facts == {"item": "1", "used": "900", "unit": "KGM"}


def test_an_empty_box_10_of_other_goods_covers_nothing():
    for marks, code in (((), "490210000"), ((sample.LONG_TERM,), "870193900")):
        goods = sample.newspapers(tariff_code=TariffCode(code))
        held = sample.certificate(marks=marks, items=(goods,))
        said = line(quantity="1", unit="KGM", tariff_code=goods.tariff_code)
        report = matched_alone(declaration(said), held)
        assert "match.quantity_exceeds" in codes(report)


@pytest.mark.parametrize("claim", [None, Claim(OTHER, 1)])
def test_a_declaration_that_does_not_cite_the_certificate_does_not_fit(claim):
    report = matched(declaration(line(claim=claim)))
    assert (codes(report), report.fit) == (["match.certificate_not_cited"], Fit.DIFFERS)


def test_the_number_is_found_however_it_is_typed():
    typed = replace(sample.REFERENCE, number="ВYAZ6001000001")  # a Cyrillic В
    assert matched(declaration(line(claim=Claim(typed, 1)))).fit is Fit.FITS


# -- box 9 ----------------------------------------------------------------------------------------


def test_a_heading_in_box_9_that_is_not_the_declared_one_opens_the_proof_of_6_6():
    items = (sample.item(criterion=Criterion("Д", "8704")), sample.butter())
    report = matched(declaration(line()), certificate=sample.certificate(items=items))
    assert (codes(report), report.fit) == (["match.criterion_heading_differs"], Fit.UNDETERMINED)
    assert "6.6" in finding(report, "match.criterion_heading_differs").clause


def test_a_dash_in_box_9_has_no_heading_to_compare():
    items = (sample.item(criterion=None), sample.butter())
    assert codes(matched(declaration(line()), certificate=sample.certificate(items=items))) == []


@pytest.mark.parametrize("declared", ["8701", "870193", "87019390", "870193900", "8701939000"])
def test_nomenclatures_of_different_length_are_compared_as_far_as_they_go(declared):
    assert codes(matched(declaration(line(tariff_code=TariffCode(declared))))) == []


# -- parties --------------------------------------------------------------------------------------


def unp(value):
    return Identifier("UNP", value)


def party(name, country="BY", identifier=None, address=sample.EXPORTER.address):
    return Party(name, address, country, identifier)


@pytest.mark.parametrize(
    ("code", "fit", "declared"),
    [
        (None, Fit.FITS, party("ОАО «Завод»")),
        ("match.party_similar", Fit.FITS, party('оао "завод"')),
        ("match.party_similar", Fit.FITS, party("OAO Zavod")),
        ("match.party_differs", Fit.DIFFERS, party("ОАО «Другой»")),
        ("match.party_form_written", Fit.FITS, party("Zavod OJSC")),
        ("match.party_form_written", Fit.FITS, party("Завод")),
        ("match.party_form_differs", Fit.UNDETERMINED, party("ООО «Завод»")),
        ("match.party_by_number", Fit.FITS, party("Minsk Works", identifier=unp("200 988 541"))),
        (
            "match.party_number_differs",
            Fit.UNDETERMINED,
            party("ОАО «Завод»", identifier=unp("200988542")),
        ),
        ("match.party_differs", Fit.DIFFERS, party("ОАО «Завод»", identifier=unp("100582333"))),
        ("match.party_differs", Fit.DIFFERS, party("ОАО «Другой»", identifier=unp("200988542"))),
        ("match.party_address_differs", Fit.FITS, party("ОАО «Завод»", address="г. Брест")),
        (None, Fit.FITS, party("ОАО «Завод»", identifier=Identifier("OTHER", "1"))),
        ("match.party_country_differs", Fit.FITS, party("ОАО «Завод»", "RU")),
    ],
)
def test_the_exporter(code, fit, declared):
    report = matched(declaration(exporter=declared))
    assert (codes(report), report.fit) == ([code] if code else [], fit)
    if code:
        assert finding(report, code).facts["party"] == "exporter"


def test_words_in_another_order_fit_and_are_told():
    certificate = sample.certificate(importer=party("Azər Sənaye Ticarət MMC", "AZ"))
    turned = party("Sənaye Ticarət Azər MMC", "AZ")
    report = matched(declaration(importer=turned), certificate=certificate)
    assert (codes(report), report.fit) == (["match.party_order"], Fit.FITS)


def test_a_name_with_a_misprint_is_left_to_a_person():
    certificate = sample.certificate(importer=party("Bakı Traktor Təchizat MMC", "AZ"))
    misprinted = party("Bakı Traktor Təchizad MMC", "AZ")
    report = matched(declaration(importer=misprinted), certificate=certificate)
    assert (codes(report), report.fit) == (["match.party_close"], Fit.UNDETERMINED)
    assert finding(report, "match.party_close").facts["letters"] == "1"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("ООО «Торговый дом» по поручению ОАО «Завод»", None),
        ("Torgovy dom LLC on behalf of OAO Zavod", "match.party_transliterated"),
        ("ООО «Торговый дом» по поручению ОАО «Другой»", "match.party_differs"),
    ],
)
def test_both_may_be_named_in_one_line(declared, code):
    certificate = sample.certificate(consignor=party("ООО «Торговый дом»"))
    report = matched(declaration(exporter=party(declared)), certificate=certificate)
    assert codes(report) == ([code] if code else [])


def test_of_two_parties_in_a_box_the_one_that_fits_is_meant():
    certificate = sample.certificate(consignor=party("ООО «Торговый дом»", address="Брест"))
    report = matched(declaration(), certificate=certificate)
    assert codes(report) == []


def test_who_acts_by_order_may_stand_for_the_other():
    certificate = sample.certificate(consignor=party("ООО «Торговый дом»"))
    by_order = declaration(exporter=party("ООО «Торговый дом»"))
    assert codes(matched(by_order, certificate=certificate)) == []


# -- quantities: 5 % once per item, over all uses (R28) -------------------------------------------


def use(number, amount, **changes):
    return sample.utilised(number, {1: amount}, at=number, **changes)


@pytest.mark.parametrize(
    ("uses", "declared", "code"),
    [
        (["40"], "60", None),
        (["40"], "61", "match.quantity_within_tolerance"),
        (["40"], "65", "match.quantity_within_tolerance"),
        (["40"], "65.000001", "match.quantity_exceeds"),
        (["40", "65"], "0.000001", "match.quantity_exceeds"),
        (["40", "60"], "5", "match.quantity_within_tolerance"),
        (["40", "60", "5"], "1", "match.quantity_exceeds"),
    ],
)
def test_the_tolerance_is_given_once_over_all_uses(uses, declared, code):
    acts = [use(number, amount) for number, amount in enumerate(uses, 5)]
    report = matched(declaration(line(quantity=declared, net=None)), acts=acts)
    assert codes(report) == ([code] if code else [])


def test_lines_on_one_item_are_added():
    lines = [line(number, "53", net=None, packages=None) for number in (1, 2)]
    report = matched(declaration(*lines))
    assert codes(report) == ["match.quantity_exceeds"]
    facts = finding(report, "match.quantity_exceeds").facts
    assert facts == {
        "allowed": "105",
        "certified": "100",
        "declared": "106",
        "unit": "H87",
        "used": "0",
    }
    assert report.items[0].lines == (1, 2)


@pytest.mark.parametrize(("amount", "unit"), [("10", "TNE"), ("100", "DTN"), ("10000000", "GRM")])
def test_amounts_are_compared_in_one_unit(amount, unit):
    assert codes(matched(declaration(butter(1, amount, unit)))) == []


def test_a_dozen_is_twelve_pieces():
    assert codes(matched(declaration(line(quantity="8.75", unit="DZN")))) == [
        "match.quantity_within_tolerance"
    ]


def test_amounts_of_another_dimension_are_left_to_a_person():
    report = matched(declaration(line(unit="LTR")))
    assert (codes(report), report.fit) == (["match.units_differ"], Fit.UNDETERMINED)
    assert report.items[0].declared is None
    assert "declared" not in report.items[0].to_data()


def test_a_use_that_is_recorded_already_is_not_held_against_its_own_declaration():
    own = use(5, "100", declaration=DocumentReference(NUMBER, DAY))
    report = matched(declaration(line()), acts=[own])
    assert (codes(report), report.fit) == (["match.used_already"], Fit.FITS)
    other = matched(declaration(line(), number="10001/200526/0000002"), acts=[own])
    assert other.fit is Fit.DIFFERS


def test_a_use_that_could_not_be_counted_is_not_given_back():
    odd = sample.utilised(
        5, {1: Quantity(Decimal(1), "LTR")}, declaration=DocumentReference(NUMBER, DAY)
    )
    assert codes(matched(declaration(line()), acts=[odd])) == []


AMOUNT = st.decimals("0.001", "120", places=3)


@given(st.lists(AMOUNT, max_size=5), AMOUNT)
def test_never_more_than_105_percent_in_all(uses, declared):
    acts = [use(number, str(amount)) for number, amount in enumerate(uses, 5)]
    asked = declaration(line(quantity=str(declared), net=None, packages=None))
    fits = matched(asked, acts=acts).fit is Fit.FITS
    assert fits == (sum(uses) + declared <= Decimal(105))


@given(st.permutations(["match", "order", "of", "lines"]), st.integers(1, 4))
def test_the_order_of_lines_changes_nothing(names, count):
    lines = [line(number, "30", net=None) for number in range(1, count + 1)]
    forward, backward = (matched(declaration(*some)) for some in (lines, lines[::-1]))
    assert codes(forward) == codes(backward)
    assert forward.items[0].declared == backward.items[0].declared
