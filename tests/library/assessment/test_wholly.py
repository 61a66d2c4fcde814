"""Goods wholly obtained: each category of 2.2 with the facts that it needs."""

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision
from tests.library.assessment.cases import decide, item, material

YES, OPEN = Decision.ORIGINATING, Decision.UNDETERMINED

CLAIMS = {
    "natural_resources": {"extractedIn": "BY"},
    "plants": {"grownIn": "BY"},
    "live_animals": {"bornIn": "BY", "raisedIn": "BY"},
    "animal_products": {"raisedIn": "BY", "obtainedIn": "BY"},
    "hunting_and_fishing": {"takenIn": "BY"},
    "sea_products": {"chartererCountry": "BY"},
    "factory_ship": {"vesselCountry": "BY", "onlyFromSeaProducts": True},
    "seabed_products": {"exclusiveRightsOf": "BY"},
    "waste_and_scrap": {"collectedIn": "BY", "onlyForRawMaterial": True},
    "used_goods": {"collectedIn": "BY", "onlyForRawMaterial": True},
    "space_products": {"craftCountry": "BY"},
}


def claimed(category, facts, *materials):
    return decide(item("0702", *materials, whollyObtained={"category": category} | facts))


@pytest.mark.parametrize("category", CLAIMS)
def test_a_claim_holds_with_its_facts(category):
    found = claimed(category, CLAIMS[category])
    assert (found.decision, str(found.criterion)) == (YES, "П")
    assert found.steps[0].clause.startswith("2.2 ")


@pytest.mark.parametrize("category", CLAIMS)
def test_a_claim_without_a_fact_is_undetermined(category):
    for name in CLAIMS[category]:
        facts = {key: value for key, value in CLAIMS[category].items() if key != name}
        found = claimed(category, facts)
        assert found.decision is OPEN
        assert found.missing[0].startswith("items[0].whollyObtained.")


@pytest.mark.parametrize("category", CLAIMS)
def test_a_claim_falls_with_one_of_its_facts(category):
    for name, value in CLAIMS[category].items():
        false = False if value is True else "UA"
        found = claimed(category, CLAIMS[category] | {name: false}, material("0702", "CN", "900"))
        assert found.decision is Decision.NOT_ORIGINATING, name


def test_one_of_two_countries_is_enough():
    assert claimed("plants", {"grownIn": "UA", "gatheredIn": "BY"}).decision is YES


def test_all_categories_of_the_agreement_are_tried_here():
    assert set(get_agreement("CIS-2009").categories) == {*CLAIMS, "made_from_such"}


@pytest.mark.parametrize(
    ("materials", "decision", "missing"),
    [
        ([material("0401", "BY", whollyObtained=True)], YES, ()),
        ([], OPEN, ("items[0].materials",)),
        ([material("0405", "BY")], OPEN, ("items[0].materials[0].whollyObtained",)),
        (
            [material("0405", "CN", "900", whollyObtained=True)],
            Decision.NOT_ORIGINATING,
            (),
        ),
    ],
)
def test_goods_made_from_such(materials, decision, missing):
    one = item(
        "0405",
        *materials,
        operations=["minimal.preservation"],
        whollyObtained={"category": "made_from_such"},
    )
    found = decide(one)
    assert (found.decision, found.missing) == (decision, missing)


def test_an_unknown_category_is_not_judged():
    assert claimed("wishes", {}).missing[0] == "items[0].whollyObtained.category"
