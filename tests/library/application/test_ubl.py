"""Figures, days, units and codes of UBL: taken exactly, or left out with a finding."""

from decimal import Decimal

import pytest
from hypothesis import given
from lxml import etree

from certorigin.application.ubl import NAMESPACES, UblReader
from certorigin.vocabulary.number import decimal_to_text
from tests.library.vocabulary.makers import decimals

PLACE = "here"


def element(inner, attributes="", root=""):
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    return etree.fromstring(f"<a {names}>{root}<cbc:X {attributes}>{inner}</cbc:X></a>")


def told(reader):
    assert all(finding.place == PLACE for finding in reader.findings)
    return [finding.code for finding in reader.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("12.50", "12.50"),
        ("+1.5", "1.5"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5000000000", "1.500000"),
        ("0.0000000", "0.000000"),
        ("-0.0", "0.0"),
        ("999999999999999.999999", "999999999999999.999999"),
    ],
)
def test_a_figure_is_taken_exactly(text, expected):
    reader = UblReader()
    assert decimal_to_text(reader.amount(text, PLACE)) == expected
    assert told(reader) == []


@given(decimals)
def test_what_we_write_is_taken_as_it_is(value):
    text = decimal_to_text(value)
    assert decimal_to_text(UblReader().amount(text, PLACE)) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "invoice.figure_negative"),
        ("1.0000001", "invoice.figure_too_long"),
        ("1" * 16, "invoice.figure_too_long"),
        ("1" * 61, "invoice.figure_unreadable"),
        ("1,5", "invoice.figure_unreadable"),
        ("1e3", "invoice.figure_unreadable"),
        ("1 000", "invoice.figure_unreadable"),
        (".", "invoice.figure_unreadable"),
        ("NaN", "invoice.figure_unreadable"),
        ("١", "invoice.figure_unreadable"),
    ],
)
def test_a_figure_that_cannot_be_taken_is_told(text, code):
    reader = UblReader()
    assert reader.amount(text, PLACE) is None
    assert told(reader) == [code]


def test_a_figure_keeps_its_sign_where_it_is_only_compared():
    assert UblReader().figure("-1.50", PLACE) == Decimal("-1.50")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-16", "2026-05-16"),
        ("2026-05-16Z", "2026-05-16"),
        ("2026-05-16+03:00", "2026-05-16"),
        ("2026-05-16T10:00:00", None),
        ("16.05.2026", None),
        ("2026-02-30", None),
    ],
)
def test_a_day_is_taken_without_its_zone(text, expected):
    reader = UblReader()
    day = reader.day(element(text), "cbc:X", PLACE)
    assert (day and day.isoformat()) == expected
    assert told(reader) == ([] if expected else ["invoice.date_unreadable"])


def test_what_is_not_there_is_not_invented():
    reader = UblReader()
    empty = element("  ")
    assert reader.day(empty, "cbc:X", PLACE) is None
    assert reader.quantity(empty, "cbc:X", PLACE) is None
    assert reader.money(empty, "cbc:X", PLACE) is None
    assert reader.money(None, "cbc:X", PLACE) is None
    assert reader.country(empty, "cbc:X", PLACE) == ""
    assert told(reader) == []


@pytest.mark.parametrize(
    ("attributes", "unit", "codes"),
    [
        ('unitCode="KGM"', "KGM", []),
        ('unitCode=" XPP "', "XPP", []),
        ('unitCode="kgm"', None, ["invoice.unit_unreadable"]),
        ('unitCode="KGMX"', None, ["invoice.unit_unreadable"]),
        ("", None, ["invoice.unit_unreadable"]),
    ],
)
def test_a_unit_is_kept_as_it_is(attributes, unit, codes):
    reader = UblReader()
    quantity = reader.quantity(element("1.5", attributes), "cbc:X", PLACE)
    assert (quantity and quantity.unit) == unit
    assert told(reader) == codes


def test_a_figure_that_is_none_is_told_once():
    reader = UblReader()
    assert reader.quantity(element("x", 'unitCode="KGM"'), "cbc:X", PLACE) is None
    assert reader.money(element("x", 'currencyID="USD"'), "cbc:X", PLACE) is None
    assert told(reader) == ["invoice.figure_unreadable"] * 2


CURRENCY = "<cbc:DocumentCurrencyCode>AZN</cbc:DocumentCurrencyCode>"


@pytest.mark.parametrize(
    ("attributes", "root", "currency", "codes"),
    [
        ('currencyID="USD"', CURRENCY, "USD", []),
        ("", CURRENCY, "AZN", []),
        ("", "", None, ["invoice.currency_unreadable"]),
        ('currencyID="usd"', CURRENCY, None, ["invoice.currency_unreadable"]),
    ],
)
def test_money_is_in_its_own_currency_else_in_the_documents(attributes, root, currency, codes):
    reader = UblReader()
    money = reader.money(element("1.50", attributes, root), "cbc:X", PLACE)
    assert (money and money.currency) == currency
    assert told(reader) == codes


def test_an_unknown_country_is_told():
    reader = UblReader()
    assert reader.country(element("UK"), "cbc:X", PLACE) == ""
    assert told(reader) == ["invoice.country_unknown"]
    assert reader.country(element("GB"), "cbc:X", PLACE) == "GB"


def test_a_text_is_one_line_that_a_form_can_show():
    reader = UblReader()
    assert reader.text(element(" a\n  b\u202ec "), "cbc:X", PLACE) == "a b c"
    assert reader.text(element("я" * 4001), "cbc:X", PLACE) == "я" * 4000
    assert told(reader) == ["invoice.text_not_shown", "invoice.text_cut"]
