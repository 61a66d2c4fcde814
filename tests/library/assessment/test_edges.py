"""Edges of the rule algebra on which a small wrong would not show elsewhere."""

from dataclasses import replace

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.case import Counting
from certorigin.assessment.step import Outcome
from certorigin.assessment.worksheet import Worksheet
from tests.library.assessment.cases import (
    DAY,
    certificate,
    codes,
    decide,
    item,
    material,
    money,
    worksheet,
)

AGREEMENT = get_agreement("CIS-2009")
LIMITED = {"document": "declaration"}


def conditions(rates=(), **trade):
    sheet = Worksheet.from_data(worksheet(item("0702"), trade=trade, rates=list(rates)))
    found = assess(sheet, agreement=AGREEMENT, at=DAY).conditions
    return {one.code: one for one in found}


def list_step(decision):
    return decision.steps[-1].parts[0]


def test_made_from_needs_the_code_of_every_material_even_of_own_ones():
    """Beef (0201) is made from chapter 01: an own material of unknown code may stand there."""
    own, other = material(None, "BY", "10"), material("2710", "CN", "1")
    vouched = {"attested": ["only_auxiliary_materials_besides"]}
    found = decide(item("0201", own, other, operations=["machining"], **vouched))
    assert list_step(found).outcome is Outcome.UNDETERMINED
    assert "items[0].materials[0].tariffCode" in found.missing


@pytest.mark.parametrize("counting", list(Counting))
def test_either_way_of_counting_is_compared_with_the_other(counting):
    one = item("8418", material("8414", "CN", "100"), material("7210", "BY", "500"))
    sheet = Worksheet.from_data(worksheet(one))
    agreement = replace(AGREEMENT, counting=counting)
    found = assess(sheet, agreement=agreement, at=DAY).items[0]
    assert list_step(found).figures["depends_on_counting"] == str(counting)
    assert "depends_on_counting" in codes(found)


def test_the_only_part_of_a_code_is_cited_while_nobody_says_whether_it_is_meant():
    found = decide(item("8517", material("8532", "CN", "1")))
    assert list_step(found).clause == "Appendix 1, ex 8517"
    assert found.missing == ("items[0].withinNamedPart",)


@pytest.mark.parametrize(
    ("value", "enough", "held"),
    [("5000.00", "yes", Outcome.MET), ("5000.01", "no", Outcome.NOT_MET)],
)
def test_the_limit_of_a_declaration_itself_is_still_enough(value, enough, held):
    found = conditions(**LIMITED, consignmentValue=money(value))["document_given"]
    assert (found.figures["declaration_enough"], found.outcome) == (enough, held)


def test_a_rate_for_many_units_is_divided_by_them():
    rate = {"from": "RUB", "to": "USD", "rate": "1.25", "per": "100", "source": "x"}
    rate |= {"date": "2026-05-10"}
    worth = {"consignmentValue": money("400000", "RUB")}
    assert conditions([rate], **LIMITED, **worth)["document_given"].figures["value"] == "5000.00"
    back = rate | {"from": "USD", "to": "RUB", "rate": "8000", "per": "100"}
    assert conditions([back], **LIMITED, **worth)["document_given"].figures["value"] == "5000.00"


def test_what_is_lacking_of_a_declaration_is_the_value_or_its_rate():
    assert conditions(**LIMITED)["document_given"].missing == ("trade.consignmentValue",)
    worth = {"consignmentValue": money("10", "EUR")}
    assert conditions(**LIMITED, **worth)["document_given"].missing == ("rates[/USD]",)
    assert conditions(**worth)["document_given"].missing == ("trade.document",)


def test_a_contract_that_may_follow_does_not_mend_one_that_fails():
    sides = {"sellerResidentOf": "CN", "exportedFrom": "BY", "importedInto": "AZ"}
    found = conditions(contractLater="exhibition", **sides)["contract_between_parties"]
    assert found.outcome is Outcome.NOT_MET
    assert not found.is_deferred


def test_the_first_of_several_ways_is_the_one_that_is_asked_for():
    found = decide(item("0702", price=None, whollyObtained={"category": "plants"}))
    assert "items[0].whollyObtained.grownIn" in found.missing
    assert "items[0].whollyObtained.gatheredIn" not in found.missing


def test_an_element_says_itself_what_it_lacks():
    made = {"description": "hammer", "tariffCode": "8205", "value": money("10")}
    made |= {"production": {"materials": [material("7214", "CN", "1")]}}
    one = {"sequence": "1", "tariffCode": "8206", "exWorksPrice": money("100"), "elements": [made]}
    step = decide(one).steps[-1].parts[0]
    assert step.rule == "element"
    assert step.missing == ("items[0].elements[0].production.operations",)


def test_a_fallen_certificate_could_be_replaced_and_an_unseen_one_only_looked_up():
    one = item("8418", material("8418", "RU", "200", certificate=certificate()))
    reference = Worksheet.from_data(worksheet(one)).items[0].materials[0].certificate
    assert "certificate_would_help" in codes(decide(one, verified={reference: False}))
    assert "certificate_would_help" not in codes(decide(one))
