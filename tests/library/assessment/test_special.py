"""Special cases of section 4: sets, lots, accessories, packing, what is neutral."""

import pytest

from certorigin.assessment.assess import Decision
from certorigin.errors import MalformedError
from tests.library.assessment.cases import certificate, codes, decide, item, material, money

YES, NO = Decision.ORIGINATING, Decision.NOT_ORIGINATING
OPEN = Decision.UNDETERMINED

LOTS = {
    "cause": "production_or_transport",
    "noticeGiven": True,
    "specificationGiven": True,
    "oneCountry": True,
    "oneExporter": True,
    "oneCustomsOffice": True,
    "declarationAccepted": "2026-01-31",
    "lastLot": "2026-07-31",
}
MISTAKE = LOTS | {"cause": "mistake", "mistakeDocumented": True}
del MISTAKE["specificationGiven"]


def element(origin, value, **more):
    return material("8205", origin, value, **more)


def made(value, *materials, **more):
    production = {"operations": ["machining"], "materials": list(materials)} | more
    data = {"description": "tool", "tariffCode": "8205", "production": production}
    return data | ({"value": money(value)} if value else {})


def of_set(*elements, price="100", **more):
    return decide(item("8206", price=price, operations=None, elements=list(elements), **more))


@pytest.mark.parametrize(
    ("elements", "decision"),
    [
        ([element("BY", "90"), element("CN", "15")], YES),
        ([element("BY", "90"), element("CN", "15.01")], NO),
        ([element("BY", "90"), element("CN", "8"), element(None, "7.01")], NO),
        ([element("BY", None)], YES),
        ([element("BY", "90"), element("CN", None)], OPEN),
        ([element("RU", "90", certificate=certificate())], OPEN),
        ([element("RU", "15", certificate=certificate()), element("BY", "1")], YES),
        ([element("RU", "15", certificate=certificate()), element("CN", "1")], OPEN),
        ([made("90", material("7326", "CN", "1"))], YES),
        ([made("90", material("8205", "CN", "1"), exWorksPrice=money("10"))], NO),
        ([made("15", material("8205", "CN", "1"), exWorksPrice=money("10"))], YES),
        ([made("90", material(None, "CN", "1"), exWorksPrice=money("10"))], OPEN),
    ],
)
def test_a_set_is_judged_element_by_element(elements, decision):
    found = of_set(*elements)
    assert found.decision is decision
    assert bool(found.missing) is (decision is OPEN)
    assert (str(found.criterion) == "Д8206") is (decision is YES)
    if decision is NO:
        assert codes(found)[-1] == "set_above_limit" or "set_above_limit" in codes(found)


def test_a_set_names_what_it_lacks():
    found = of_set(element("CN", None), element("RU", "1", certificate=certificate()))
    assert found.missing == (
        "items[0].elements[0].value",
        "items[0].elements[1].certificate",
    )
    assert of_set(element("CN", "1"), price=None).missing == ("items[0].exWorksPrice",)


def test_what_is_missing_for_an_element_is_missing_for_the_set():
    found = of_set(made("90", material(None, "CN", "1"), exWorksPrice=money("10")))
    assert "items[0].elements[0].production.materials[0].tariffCode" in found.missing


def test_an_element_that_originates_lacks_nothing():
    claim = {"category": "plants"}
    one = made("90", material("7326", "CN", "1"), whollyObtained=claim)
    step = of_set(one, element("CN", "5")).steps[2]
    assert (step.parts[0].outcome, step.parts[0].missing) == ("met", ())


def test_travel_sets_ask_for_their_elements():
    assert "items[0].elements" in decide(item("960500000", material("9603", "CN", "1"))).missing
    bought = [material("9603", "CN", "15"), material("9603", "BY", "80")]
    whole = decide(item("960500", price="100", elements=bought))
    assert (whole.decision, str(whole.criterion)) == (YES, "Д9605")


def test_a_set_with_materials_contradicts_itself():
    with pytest.raises(MalformedError) as fault:
        decide(item("8206", material("8205", "CN"), elements=[element("BY", "1")]))
    assert fault.value.code == "worksheet.set_with_materials"


def in_lots(lots, *materials):
    used = materials or [material("8412", "CN", "10")]
    return decide(item("8462", *used, lots=lots))


@pytest.mark.parametrize("lots", [LOTS, MISTAKE])
def test_lots_that_keep_every_condition_are_one_good(lots):
    found = in_lots(lots)
    assert (found.decision, found.steps[2].parts[0].rule) == (YES, "lots")


@pytest.mark.parametrize("lots", [LOTS, MISTAKE])
def test_a_condition_of_lots_that_fails_leaves_each_lot_to_itself(lots):
    for name, value in lots.items():
        if value is True:
            found = in_lots(lots | {name: False})
            assert found.missing == ("items[0].lots[each lot as an item of its own]",)
            assert found.decision is OPEN
            assert str(found.criterion) == "None"


def test_the_last_lot_comes_within_six_months():
    assert in_lots(LOTS | {"lastLot": "2026-08-01"}).decision is OPEN
    assert in_lots(LOTS | {"lastLot": "2026-07-31"}).decision is YES


@pytest.mark.parametrize("lots", [LOTS, MISTAKE])
def test_what_is_not_stated_of_lots_is_named(lots):
    for name in lots:
        if name != "cause":
            rest = {key: value for key, value in lots.items() if key != name}
            assert in_lots(rest).missing == (f"items[0].lots.{name}",)


def test_lots_do_not_help_goods_that_do_not_originate():
    assert in_lots(LOTS, material("8412", "CN", "501")).decision is NO


@pytest.mark.parametrize("use", ["neutral", "transport_packing", "accessory"])
def test_what_is_no_part_of_the_goods_does_not_count(use):
    parts = [material("8414", "CN", "500"), material("8418", "CN", "400", use=use)]
    found = decide(item("8418", *parts))
    assert (found.decision, str(found.criterion)) == (YES, "Д8418")


def test_packing_for_retail_sale_counts():
    parts = [material("8414", "CN", "500"), material("4819", "CN", "0.01", use="retail_packing")]
    assert decide(item("8418", *parts)).decision is NO


def test_wholly_obtained_goods_in_foreign_packing():
    own = material("0401", "BY", "1", whollyObtained=True)
    claim = {"category": "made_from_such"}
    bare = decide(item("0405", own, whollyObtained=claim))
    assert str(bare.criterion) == "П"
    packing = material("4819", "BY", "1", use="retail_packing", whollyObtained=True)
    assert str(decide(item("0405", own, packing, whollyObtained=claim)).criterion) == "П"
    foreign = material("4819", "CN", "1", use="retail_packing")
    step = decide(item("0405", own, foreign, whollyObtained=claim)).steps[0]
    assert step.all_missing() == ("agreement:CIS-2009/2.2+4.5",)
    bought = material("0401", "CN", "1")
    step = decide(item("0405", own, bought, bought, whollyObtained=claim)).steps[0]
    assert step.parts[0].figures == {"others": "2, 3"}
    only = decide(item("0405", packing, whollyObtained=claim)).steps[0]
    assert only.all_missing() == ("items[0].materials",)


@pytest.mark.parametrize(
    ("code", "facts", "hint"),
    [
        ("8433", {"soldTogether": True, "usualQuantity": True}, "accessory_follows"),
        ("8433", {"soldTogether": True, "usualQuantity": False}, "accessory_apart"),
        ("8433", {"soldTogether": False}, "accessory_apart"),
        ("8433", {"soldTogether": True}, "accessory_unclear"),
        ("8433", {}, "accessory_unclear"),
        ("9404", {"soldTogether": True, "usualQuantity": True}, "accessory_apart"),
    ],
)
def test_accessories_follow_machines(code, facts, hint):
    spare = material("4010", "CN", "900", use="accessory", **facts)
    found = decide(item(code, material("7326", "CN", "1"), spare))
    assert found.decision is YES
    assert hint in codes(found)
