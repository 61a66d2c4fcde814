"""Each rule by its three outcomes, on the boundary, and with what only a person can tell."""

import pytest

from certorigin.assessment.case import make_case
from certorigin.assessment.rule_sets.named import named
from certorigin.assessment.rule_sets.rules import ChangeBut, MadeFrom, NotOf, ObtainedMaterials
from certorigin.assessment.worksheet import Worksheet
from tests.library.assessment.cases import certificate, item, material, worksheet
from tests.library.assessment.rule_sets.sets import ANY, CTH, PRICE, decided, outcome

MAXNOM = f"Manufacture in which the value of all the materials used does not exceed 50% {PRICE}."
RVC = (
    "Your goods contain a Regional Value Content (RVC) of at least 55% of the Free on Board (FOB) "
    "cost of the goods."
)
YES, NO, OPEN = "originating", "not_originating", "undetermined"


def goods(*materials, **more):
    return item("870120", *materials, **more)


def missing(text, one, **more):
    (decision,) = decided(text, one, **more)
    assert decision.decision == OPEN
    return decision.missing


@pytest.mark.parametrize(
    ("text", "materials", "answer"),
    [
        (CTH, [material("840820", "CN")], YES),
        (CTH, [material("870110", "CN")], NO),
        (CTH, [material("870110", "BY")], YES),
        (CTH, [material(None, "CN")], OPEN),
        (MAXNOM, [material("840820", "CN", "500")], YES),
        (MAXNOM, [material("840820", "CN", "500.01")], NO),
        (MAXNOM, [material("840820", "CN", None)], OPEN),
        (f"{CTH} and of heading 8408.", [material("840820", "CN")], NO),
        (f"{CTH} and of heading 8408.", [material("840720", "CN")], YES),
    ],
)
def test_changes_exceptions_and_values(text, materials, answer):
    assert outcome(text, goods(*materials)) == answer


def test_any_heading_asks_for_a_manufacture():
    used = material("870110", "CN")
    assert outcome(ANY, goods(used)) == YES
    assert missing(ANY, goods(used, operations=None)) == ("items[0].operations",)
    assert missing(ANY, goods(used, operations=["minimal.packing"])) == ("items[0].operations",)


def test_the_price_free_on_board_is_asked_only_where_it_matters():
    used = material("840820", "CN", "460")
    assert outcome(RVC, goods(material("840820", "CN", "450"))) == YES
    assert missing(RVC, goods(used)) == ("items[0].freeOnBoardPrice",)
    price = {"amount": "1022.23", "currency": "USD"}
    assert outcome(RVC, goods(used, freeOnBoardPrice=price)) == YES
    price = {"amount": "1022.22", "currency": "USD"}
    assert outcome(RVC, goods(used, freeOnBoardPrice=price)) == NO


TOLERANCE = (
    f"{CTH}. However, materials of the same heading as the product may be used, provided that "
    f"their total value does not exceed 20% {PRICE}."
)


@pytest.mark.parametrize(
    ("used", "answer"),
    [
        (material("870110", "CN", "200"), YES),
        (material("870110", "CN", "200.01"), NO),
        (material("840820", "CN", "900"), YES),
        (material(None, "CN", "200"), YES),
        (material(None, "CN", "201"), OPEN),
    ],
)
def test_a_tolerance_for_the_same_heading(used, answer):
    assert outcome(TOLERANCE, goods(used)) == answer


def test_what_words_name_a_person_tells_material_by_material():
    text = f"{CTH}. However, handles of base metal may be used."
    used = material("870110", "CN")
    fact = "material_1_is_handles_of_base_metal"
    assert missing(text, goods(used)) == (f"items[0].attested[{fact}]",)
    assert outcome(text, goods(used, attested=[fact])) == YES
    assert outcome(text, goods(used, refuted=[fact])) == NO
    unknown = goods(material(None, "CN"), refuted=[fact])
    assert missing(text, unknown) == ("items[0].materials[0].tariffCode",)


def test_barred_words_of_a_code():
    text = f"{CTH}. However, waste and scrap of heading 7802 may not be used."
    fact = "material_1_is_waste_and_scrap"
    used = material("780200", "CN")
    assert missing(text, goods(used)) == (f"items[0].attested[{fact}]",)
    assert outcome(text, goods(used, attested=[fact])) == NO
    assert outcome(text, goods(used, refuted=[fact])) == YES
    assert outcome(text, goods(material("780100", "CN"))) == YES


def test_values_of_what_words_name():
    text = (
        "Weaving, provided that the value of the unprinted fabric used does not exceed 47.5% "
        f"{PRICE}."
    )
    fabric = material("520811", "CN", "476")
    fact = "material_1_is_unprinted_fabric"
    done = {"attested": ["weaving"]}
    assert outcome(text, goods(material("520811", "CN", "475"), **done)) == YES  # all of it fits
    assert missing(text, goods(fabric, **done)) == (f"items[0].attested[{fact}]",)
    assert outcome(text, goods(fabric, attested=["weaving", fact])) == NO
    assert outcome(text, goods(fabric, **done, refuted=[fact])) == YES
    assert missing(text, goods(material("520811", "CN", "1"))) == ("items[0].attested[weaving]",)
    assert outcome(text, goods(fabric, refuted=["weaving"])) == NO


SUGAR = (
    f"{CTH}, in which the weight of sugar used does not exceed 20% of the weight of the final "
    "product."
)


@pytest.mark.parametrize(
    ("used", "more", "answer"),
    [
        (material("170199", "CN", netWeight="20"), {}, YES),
        (material("170199", "CN", netWeight="20.1"), {}, NO),
        (material("170199", "CN", netWeight="20.1"), {"netWeight": None}, OPEN),
        (material("170199", "CN"), {}, OPEN),
        (material("080810", "CN"), {"netWeight": None}, YES),
        (material("170230", "CN", netWeight="21"), {}, OPEN),
        (material("170230", "CN", netWeight="21"), {"attested": ["material_1_is_sugar"]}, NO),
        (material("170230", "CN", netWeight="21"), {"refuted": ["material_1_is_sugar"]}, YES),
        (material(None, "CN", netWeight="21"), {}, OPEN),
    ],
)
def test_weights(used, more, answer):
    weighed = {"netWeight": "100"} | more
    assert outcome(SUGAR, item("200799", used, **weighed), low="2007000000", high="2007999999") == (
        answer
    )


def test_individual_weight_is_read_in_both_ways():
    text = (
        f"{CTH}, in which the individual weight of the materials of chapter 4 used does not exceed "
        "20% of the weight of the final product."
    )
    light, heavy = material("040210", "CN", netWeight="15"), material("040410", "CN", netWeight="6")
    place = {"low": "2106000000", "high": "2106999999"}
    one = {"netWeight": "100"}
    assert outcome(text, item("210690", light, **one), **place) == YES
    assert outcome(text, item("210690", light, heavy, **one), **place) == OPEN
    assert (
        outcome(text, item("210690", material("040210", "CN", netWeight="21"), **one), **place)
        == NO
    )


OBTAINED = "Production in which all the materials of chapter 4 used are wholly obtained."


@pytest.mark.parametrize(
    ("code", "used", "answer"),
    [
        ("210690", material("040210", "BY", whollyObtained=True), YES),
        ("210690", material("040210", "BY", whollyObtained=False), NO),
        ("210690", material("040210", "BY"), OPEN),
        ("210690", material("040210", "CN"), NO),
        ("210690", material("170199", "CN"), OPEN),  # met in words only
        ("040610", material("210690", "CN"), OPEN),  # cheese without anything of milk
        ("210690", material(None, "CN"), OPEN),
    ],
)
def test_materials_that_must_be_wholly_obtained(code, used, answer):
    place = {"low": "0401000000", "high": "2106999999"}
    assert outcome(OBTAINED, item(code, used), **place) == answer


def test_beside_another_condition_the_named_materials_may_be_absent():
    text = f"{CTH}, in which all the materials of chapter 4 used are wholly obtained."
    place = {"low": "2106000000", "high": "2106999999"}
    assert outcome(text, item("210690", material("170199", "CN")), **place) == YES
    assert outcome(text, item("210690", material("040210", "CN")), **place) == NO


def test_made_from_named_materials():
    text = "Manufacture from materials of heading 7001."
    assert outcome(text, goods(material("700100", "CN"))) == YES
    beside = "material_1_is_allowed_beside_or_before"
    used = material("250510", "CN")
    assert missing(text, goods(used)) == (f"items[0].attested[{beside}]",)
    assert outcome(text, goods(used, attested=[beside])) == YES
    assert outcome(text, goods(used, refuted=[beside])) == NO
    assert "items[0].materials[0].tariffCode" in missing(text, goods(material(None, "CN")))
    words = "Manufacture from unwrought precious metals."
    assert outcome(words, goods(used, attested=["material_1_is_unwrought_precious_metals"])) == YES


def test_materials_of_others_are_foreign_whatever_certificate_they_have():
    used = material("870110", "RU", certificate=certificate("RU"))
    assert outcome(CTH, goods(used)) == NO


def case_of(code, *materials):
    sheet = Worksheet.from_data(worksheet(item(code, *materials)))
    return make_case(
        sheet.items[0],
        place="items[0]",
        country="BY",
        parties=frozenset({"BY", "RU"}),
        form="ST-1",
        rates=(),
        verified={},
    )


def test_materials_with_open_certificates_stay_open():
    used = material("040210", "RU", certificate=certificate("RU"))
    case = case_of("210690", used)
    assert ObtainedMaterials(named(("04",))).evaluate(case).outcome == OPEN
    assert NotOf(named(("04",))).evaluate(case).outcome == OPEN
    assert MadeFrom(named(("04",))).evaluate(case).outcome == "met"


def test_a_change_needs_the_digits_of_the_product():
    case = case_of("8701", material("870110", "CN"))
    step = ChangeBut(6, named(words="handles")).evaluate(case)
    assert (step.outcome, step.missing) == (OPEN, ("items[0].tariffCode",))
