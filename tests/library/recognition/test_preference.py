"""Declarations of origin up to 5,000 dollars, at the rates of the declaration's own day."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import UnknownError
from certorigin.recognition.preference import Rate, Worth, check_note, judge_worth
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.quantity import Money
from tests.library.recognition.declarations import DAY, butter, declaration, line

ORIGIN = DocumentReference("D-7", DAY)
USD = Rate("USD", DAY, Decimal(1), Decimal("1.70"))
RUB = Rate("RUB", DAY, Decimal(100), Decimal("2.04"))


def worth(amount, currency="USD", rates=(USD, RUB), **changes):
    value = Money(Decimal(amount), currency) if amount else None
    facts = {"claim": None, "origin_declaration": ORIGIN, "value": value} | changes
    return judge_worth(declaration(line(**facts)), rates, own_currency="AZN")


@pytest.mark.parametrize(
    ("amount", "currency", "expected", "dollars"),
    [
        ("5000", "USD", Worth.WITHIN, "5000.00"),
        ("5000.001", "USD", Worth.OVER, "5000.01"),
        ("8500", "AZN", Worth.WITHIN, "5000.00"),
        ("8500.01", "AZN", Worth.OVER, "5000.01"),
        ("416666", "RUB", Worth.WITHIN, "5000.00"),
        ("416667", "RUB", Worth.OVER, "5000.01"),
    ],
)
def test_the_limit_is_exact(amount, currency, expected, dollars):
    found = worth(amount, currency)
    assert (found.worth, found.shown) == (expected, dollars)


@pytest.mark.parametrize(
    ("amount", "currency", "rates", "missing"),
    [
        ("10", "EUR", (USD,), ("EUR",)),
        ("10", "RUB", (RUB,), ("RUB",)),
        ("10", "AZN", (), ("AZN",)),
        ("", "", (USD,), ("line 1",)),
        ("10", "AZN", (replace(USD, day=DAY - timedelta(days=1)),), ("AZN",)),
        ("10", "AZN", (replace(USD, units=Decimal(0)),), ("AZN",)),
    ],
)
def test_without_value_or_rate_of_the_day_it_is_open(amount, currency, rates, missing):
    found = worth(amount, currency, rates)
    assert (found.worth, found.missing, found.shown) == (Worth.UNDETERMINED, missing, "")


def test_goods_with_a_certificate_are_originating_goods_of_the_consignment_too():
    small = line(claim=None, origin_declaration=ORIGIN, value=Money(Decimal(3000), "USD"))
    other = butter(value=Money(Decimal(2500), "USD"))
    plain = replace(other, sequence=3, claim=None)
    judged = judge_worth(declaration(small, other, plain), (), own_currency="AZN")
    assert (judged.worth, judged.dollars) == (Worth.OVER, Fraction(5500))
    judged = judge_worth(declaration(small, plain), (), own_currency="AZN")
    assert judged.worth is Worth.WITHIN


def test_what_is_over_already_is_over_whatever_is_missing():
    large = line(claim=None, origin_declaration=ORIGIN, value=Money(Decimal(6000), "USD"))
    judged = judge_worth(declaration(large, butter()), (), own_currency="AZN")
    assert (judged.worth, judged.missing) == (Worth.OVER, ("line 2",))


def test_a_declaration_that_rests_on_certificates_has_no_limit():
    assert judge_worth(declaration(), (USD,), own_currency="AZN") is None


@given(st.lists(st.decimals("0.01", "3000", places=2), min_size=1, max_size=4))
def test_lines_are_added_exactly(amounts):
    lines = [
        line(at, claim=None, origin_declaration=ORIGIN, value=Money(amount, "USD"))
        for at, amount in enumerate(amounts, 1)
    ]
    judged = judge_worth(declaration(*lines), (), own_currency="AZN")
    assert (judged.worth is Worth.WITHIN) == (sum(amounts) <= 5000)
    assert judged.dollars == Fraction(sum(amounts))


def test_conditions_and_findings_are_closed_lists():
    check_note("transit", "not_shown")
    for note in (("weather", "met"), ("transit", "perhaps")):
        with pytest.raises(UnknownError, match=r"condition\.unknown"):
            check_note(*note)
