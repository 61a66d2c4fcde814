"""What several lines, declarations and spellings of papers come to in a match."""

from decimal import Decimal

import pytest

from certorigin.recognition.match import Fit, match
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.quantity import Quantity
from tests.library.recognition.declarations import DAY, NUMBER, declaration, line
from tests.library.recognition.test_match import FORM, codes, finding, matched, use
from tests.library.standing import sample


def test_places_of_all_lines_on_an_item_are_added():
    lines = [line(number, "50", net=None, packages=Packages(6, "PX")) for number in (1, 2)]
    report = matched(declaration(*lines))
    assert codes(report) == ["match.packages_exceed"]
    assert finding(report, "match.packages_exceed").facts["declared"] == "12"


@pytest.mark.parametrize(
    ("certified", "declared", "fits"),
    [
        ("17", "№ 17", True),
        ("Invoice No. 17/2026", "17/2026", True),
        ("INV-0017", "17", True),
        ("счёт-фактура № 17", "Инвойс 17", True),
        ("O17", "017", True),
        ("17", "18", False),
        ("17", "117", False),
        ("No", "17", False),
        ("17/1", "17/2", False),
    ],
)
def test_numbers_of_invoices_as_people_write_them(certified, declared, fits):
    items = (sample.item(invoice=DocumentReference(certified, DAY)), sample.butter())
    asked = declaration(line(invoice=DocumentReference(declared, DAY)))
    report = matched(asked, certificate=sample.certificate(items=items))
    assert codes(report) == ["match.invoice_similar" if fits else "match.invoice_differs"]


@pytest.mark.parametrize(
    ("transport", "expected"),
    [
        (None, []),
        (Transport("Автомобиль", "Минск - Баку"), []),
        (Transport("автомобиль", ""), []),
        (Transport("Ж/д", "Минск - Баку"), ["match.means_differ"]),
        (Transport("Автомобиль", "Минск - Рига - Баку"), ["match.route_differs"]),
    ],
)
def test_box_3_says_what_was_known_on_the_day_of_issue(transport, expected):
    certificate = sample.certificate(transport=Transport("Автомобиль", "Минск - Баку"))
    report = matched(declaration(transport=transport), certificate=certificate)
    assert (codes(report), report.fit) == (expected, Fit.FITS)


def test_where_the_states_want_it_each_part_has_a_certificate_of_its_own():
    acts = [sample.issued(), use(5, "40")]
    standing = sample.standing_at(24 * 30, *acts)
    asked = {"standing": standing, "form": FORM}
    second = match(sample.certificate(), declaration(line(quantity="60")), **asked, in_parts=False)
    assert (codes(second), second.fit) == (["match.used_in_parts"], Fit.UNDETERMINED)
    assert match(sample.certificate(), declaration(line(quantity="60")), **asked).fit is Fit.FITS
    own = use(6, "60", declaration=DocumentReference(NUMBER, DAY))
    alone = sample.standing_at(24 * 30, sample.issued(), own)
    report = match(sample.certificate(), declaration(), standing=alone, form=FORM, in_parts=False)
    assert codes(report) == ["match.used_already"]


@pytest.mark.parametrize(
    ("certified", "declared"),
    [
        (("100", "H87"), ("1", "CEN")),
        (("144", "H87"), ("1", "GRO")),
        (("1", "KMT"), ("1000", "MTR")),
        (("1", "MTR"), ("1000", "MMT")),
        (("1", "HAR"), ("10000", "MTK")),
        (("1", "MTK"), ("10000", "CMK")),
        (("1", "MWH"), ("1000", "KWH")),
        (("1", "MTQ"), ("1000", "LTR")),
    ],
)
def test_units_of_one_dimension_are_recalculated_exactly(certified, declared):
    ours, theirs = (Quantity(Decimal(value), unit) for value, unit in (certified, declared))
    assert theirs.to_unit(ours.unit) == ours
    items = (sample.item(quantity=ours), sample.butter())
    certificate = sample.certificate(items=items)
    standing = sample.standing_at(24 * 30, sample.issued(of=certificate))
    for amount, code in ((theirs, []), (_more(theirs), ["match.quantity_exceeds"])):
        asked = declaration(line(quantity=str(amount.value), unit=amount.unit, net=None))
        report = match(certificate, asked, standing=standing, form=FORM)
        assert codes(report) == code


def _more(quantity):
    return Quantity(quantity.value * Decimal("1.0501"), quantity.unit)
