"""Values as people write them: signs of units, names of states and packages, figures."""

from decimal import Decimal

import pytest

from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import Packages
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.written import money_in, packages_in, quantity_in, state_in
from certorigin_server.desk.findings import tell


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "13\u202f500.5 l"), ("ru", "13\u202f500,5 л"), ("az", "13\u202f500,5 l")],
)
def test_a_quantity_has_the_sign_of_its_unit(language, text):
    assert quantity_in(Quantity(Decimal("13500.50"), "LTR"), language) == text


def test_a_unit_without_a_sign_keeps_its_code_beside_its_name():
    assert quantity_in(Quantity(Decimal(3), "DZN"), "ru").startswith("3 DZN (")
    assert quantity_in(Quantity(Decimal(3), "4B"), "ru") == "3 4B"
    assert quantity_in(None, "ru") == ""


def test_states_and_packages_have_names():
    assert state_in("BY", "ru") == "Беларусь"
    assert state_in("??", "ru") == "??"
    assert packages_in(Packages(1500, "CT", ""), "ru") == "1\u202f500 × картонная коробка (CT)"
    assert money_in(Money(Decimal("40000.00"), "USD"), "be") == "40\u202f000,00 USD"


def test_findings_name_their_codes():
    facts = {"certified": "BY", "declared": "AZ"}
    (told,) = tell([Finding("match.origin_differs", facts=facts)], "ru")
    assert "BY (Беларусь)" in told.message
    assert "AZ (Азербайджан)" in told.message
    facts = {"unit": "LTR", "place": "items[0]"}
    (told,) = tell([Finding("certificate.not_a_mass", "items[0]", facts=facts)], "ru")
    assert "LTR" not in told.message
