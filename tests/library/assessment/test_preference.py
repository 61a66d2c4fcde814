"""Conditions of preference, and the form that can be issued (R42, R43)."""

import copy

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, assess
from certorigin.assessment.step import Outcome
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError
from tests.library.assessment.cases import DAY, item, material, money, worksheet

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED
AGREEMENT = get_agreement("CIS-2009")
GOOD = item("8701", material("8408", "CN", "1"))
BAD = item("8418", material("8414", "CN", "501"))
WORSE = item("8701", material("8701", "CN", "501"))
UNKNOWN = item("8701")
TRADE = {
    "carriedBy": "business",
    "exportedFrom": "BY",
    "importedInto": "AZ",
    "sellerResidentOf": "BY",
    "buyerResidentOf": "AZ",
    "ownerResidentOf": "BY",
    "leavesParties": False,
}
PERSON = {
    "carriedBy": "natural_person",
    "exportedFrom": "BY",
    "importedInto": "AZ",
    "ownerResidentOf": "BY",
    "personResidentOf": "AZ",
    "leavesParties": False,
}
TRANSIT = TRADE | {"leavesParties": True, "customsControlDocumented": True, "unaltered": True}


def assessed(*items, trade=TRADE, **more):
    facts = {} if trade is None else {"trade": trade}
    sheet = Worksheet.from_data(worksheet(*(items or (GOOD,)), **facts, **more))
    whole = assess(sheet, agreement=AGREEMENT, at=DAY)
    assert Worksheet.from_data(sheet.to_data()) == sheet
    assert Assessment.from_data(whole.to_data()) == whole
    return whole


def condition(whole, clause):
    return next(one for one in whole.conditions if one.clause.startswith(clause))


@pytest.mark.parametrize("trade", [TRADE, PERSON, TRANSIT])
def test_with_every_fact_the_form_is_that_of_the_agreement(trade):
    whole = assessed(trade=trade)
    assert (whole.form, whole.items[0].form) == ("ST-1", "ST-1")
    assert [one.clause for one in whole.conditions] == [f"5.1 {one}" for one in "абвгде"]
    assert [one.outcome for one in whole.conditions[:5]] == [MET] * 5


@pytest.mark.parametrize("trade", [TRADE, PERSON, TRANSIT])
def test_a_fact_that_is_not_stated_keeps_its_condition_open(trade):
    for name in trade:
        whole = assessed(trade={key: value for key, value in trade.items() if key != name})
        # Goods that nobody carries yet, but with all else of a natural person: two are asked for.
        lacking = {place for one in whole.conditions for place in one.missing}
        assert f"trade.{name}" in lacking, name
        assert whole.form == "undetermined", name
        assert all(set(one.missing) <= set(one.asked) for one in whole.conditions)


@pytest.mark.parametrize(
    ("trade", "clause"),
    [
        (TRADE | {"sellerResidentOf": "CY"}, "5.1 а"),
        (TRADE | {"buyerResidentOf": "TR"}, "5.1 а"),
        (TRADE | {"buyerResidentOf": "BY"}, "5.1 а"),
        (TRADE | {"importedInto": "BY"}, "5.1 а"),
        (TRADE | {"exportedFrom": "GE"}, "5.1 а"),
        (TRADE | {"sellerResidentOf": "CY", "contractLater": "later_sale"}, "5.1 а"),
        (TRADE | {"ownerResidentOf": "CY"}, "5.1 б"),
        (PERSON | {"personResidentOf": "TR"}, "5.1 в"),
        (TRANSIT | {"customsControlDocumented": False}, "5.1 г"),
        (TRANSIT | {"unaltered": False}, "5.1 г"),
        ({"leavesParties": True, "unaltered": False}, "5.1 г"),
    ],
)
def test_goods_that_fail_a_condition_originate_all_the_same(trade, clause):
    whole = assessed(trade=trade)
    assert (str(whole.decision), str(whole.items[0].criterion)) == ("originating", "Д8701")
    assert condition(whole, clause).outcome is NOT_MET
    assert condition(whole, clause).missing == ()
    assert (whole.form, whole.items[0].general.outcome) == ("general", MET)


@pytest.mark.parametrize("later", ["exhibition", "later_sale"])
def test_a_contract_may_follow(later):
    rest = {key: TRADE[key] for key in TRADE if not key.endswith("ResidentOf")}
    trade = rest | {"ownerResidentOf": "BY", "contractLater": later}
    whole = assessed(trade=trade)
    assert (condition(whole, "5.1 а").outcome, whole.form) == (OPEN, "ST-1")
    settled = assessed(trade=TRADE | {"contractLater": later})
    assert (condition(settled, "5.1 а").outcome, settled.form) == (MET, "ST-1")


def test_a_natural_person_with_a_contract_answers_for_it():
    trade = PERSON | {"sellerResidentOf": "BY", "buyerResidentOf": "CY"}
    assert condition(assessed(trade=trade), "5.1 а").outcome is NOT_MET


def test_without_facts_about_the_trade_nothing_is_guessed():
    whole = assessed(trade=None)
    assert whole.form == "undetermined"
    assert [one.outcome for one in whole.conditions] == [OPEN, OPEN, OPEN, OPEN, MET, OPEN]


@pytest.mark.parametrize(
    ("document", "value", "rates", "outcome"),
    [
        ("certificate", None, [], MET),
        ("declaration", None, [], OPEN),
        ("declaration", money("5000"), [], MET),
        ("declaration", money("5000.01"), [], NOT_MET),
        ("declaration", money("4000", "EUR"), [], OPEN),
        ("declaration", money("4000", "EUR"), [("EUR", "USD", "1.25")], MET),
        ("declaration", money("4000.01", "EUR"), [("EUR", "USD", "1.25")], NOT_MET),
        ("declaration", money("4000", "EUR"), [("BYN", "USD", "3"), ("USD", "EUR", "0.8")], MET),
        ("declaration", money("4000.01", "EUR"), [("USD", "EUR", "0.8")], NOT_MET),
    ],
)
def test_a_declaration_is_enough_for_little_value(document, value, rates, outcome):
    facts = {"document": document} | ({"consignmentValue": value} if value else {})
    told = [
        {"from": one, "to": two, "rate": rate, "source": "bank", "date": "2026-08-01"}
        for one, two, rate in rates
    ]
    whole = assessed(trade=TRADE | facts, rates=told)
    found = whole.conditions[5]
    assert found.outcome is outcome
    assert bool(found.missing) is (outcome is OPEN)
    assert whole.form == "ST-1"  # which document is given at import is no matter of the form


@pytest.mark.parametrize(
    ("items", "trade", "form", "forms"),
    [
        ([GOOD, BAD], TRADE, "general", ["ST-1", "general"]),
        ([GOOD, WORSE], TRADE, "undetermined", ["ST-1", "undetermined"]),
        ([UNKNOWN], TRADE, "undetermined", ["undetermined"]),
        ([UNKNOWN], TRADE | {"ownerResidentOf": "CY"}, "undetermined", ["undetermined"]),
        ([GOOD, BAD], TRADE | {"ownerResidentOf": "CY"}, "general", ["general", "general"]),
    ],
)
def test_each_item_has_the_form_it_can_have(items, trade, form, forms):
    whole = assessed(*items, trade=trade)
    assert (whole.form, [one.form for one in whole.items]) == (form, forms)


@pytest.mark.parametrize(
    ("one", "outcome"), [(GOOD, MET), (BAD, NOT_MET), (UNKNOWN, OPEN)], ids=["good", "bad", "open"]
)
def test_the_criteria_are_a_condition_too(one, outcome):
    found = condition(assessed(one), "5.1 д")
    assert (found.outcome, found.asked, found.missing) == (outcome, (), ())


def test_a_general_certificate_knows_no_other_parties():
    foreign = TRADE | {"ownerResidentOf": "CY"}
    same = item("8701", material("8701", "RU", "900"), material("8408", "CN", "1"))
    whole = assessed(same, trade=foreign)
    assert whole.items[0].general.outcome is OPEN
    assert whole.items[0].general.missing == ("law:BY/general_certificate",)
    lots = {"cause": "mistake", "noticeGiven": False}
    assert assessed(GOOD | {"lots": lots}, trade=foreign).items[0].general.outcome is OPEN


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(form="ST-1"),
        lambda data: data["items"][0].update(form="general"),
        lambda data: data["items"][0].update(form="ST-1"),
        lambda data: data["preference_conditions"][1].update(held="not_met"),
    ],
)
def test_a_form_that_does_not_follow_is_refused(change):
    trade = {key: value for key, value in TRADE.items() if key != "ownerResidentOf"}
    data = copy.deepcopy(assessed(trade=trade).to_data())
    change(data)
    if data["preference_conditions"][1]["held"] == "not_met":
        data["items"][0]["form"] = data["form"] = "ST-1"
    with pytest.raises(MalformedError) as fault:
        Assessment.from_data(data)
    assert fault.value.code == "assessment.contradiction"
