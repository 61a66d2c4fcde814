"""Quantities are converted exactly or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError
from certorigin.vocabulary.quantity import Quantity
from tests.library.vocabulary import makers


@pytest.mark.parametrize(
    ("value", "unit", "other", "expected"),
    [
        ("12.5", "TNE", "KGM", "12500"),
        ("1", "GRM", "KGM", "0.001"),
        ("3", "DTN", "TNE", "0.3"),
        ("2", "HLT", "LTR", "200"),
        ("1.5", "MTQ", "LTR", "1500"),
        ("10", "MLT", "LTR", "0.01"),
        ("2", "DZN", "H87", "24"),
        ("36", "C62", "DZN", "3"),
        ("1", "MIL", "NAR", "1000"),
        ("7", "EA", "H87", "7"),
        ("1.10", "KGM", "KGM", "1.10"),
    ],
)
def test_a_quantity_is_converted_within_its_dimension(value, unit, other, expected):
    converted = Quantity(Decimal(value), unit).to_unit(other)
    assert converted == Quantity(Decimal(expected), other)


@pytest.mark.parametrize(
    ("value", "unit", "other"),
    [("1", "KGM", "LTR"), ("1", "H87", "KGM"), ("1", "XPP", "H87"), ("1", "H87", "DZN")],
)
def test_what_cannot_be_converted_exactly_is_refused(value, unit, other):
    with pytest.raises(MalformedError) as caught:
        Quantity(Decimal(value), unit).to_unit(other)
    assert caught.value.code == "quantity.units_differ"
    assert caught.value.facts == {"place": "", "ours": unit, "theirs": other}


@given(makers.decimals, st.sampled_from(["KGM", "TNE", "GRM", "DTN"]))
def test_there_and_back_is_the_same(value, unit):
    quantity = Quantity(value, "KGM")
    assert quantity.to_unit(unit).to_unit("KGM") == quantity
