"""The decision about an item: which sets cover it, how their rules are joined, what stays open."""

import json

import pytest

from certorigin.assessment.rule_sets import rule_set as module
from certorigin.assessment.rule_sets.rule_set import Reading, read_rule_sets
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.tariff import TariffCode
from tests.library.assessment.cases import item, material
from tests.library.assessment.rule_sets.sets import (
    CHANGE,
    CTH,
    PRICE,
    decide,
    decided,
    outcome,
    rule,
    rule_set,
    rule_sets,
    worksheet,
)

MAXNOM = f"Manufacture in which the value of all the materials used does not exceed 50% {PRICE}."
BLUE = "A blue moon."
YES, NO, OPEN = "originating", "not_originating", "undetermined"
SAME = material("870110", "CN", "1")
DEAR = material("840820", "CN", "501")
BOTH = material("870110", "CN", "501")


def goods(*materials, **more):
    return item("870120", *materials, **more)


@pytest.mark.parametrize(
    ("operators", "answers"),
    [
        ([None, "or"], (YES, YES, NO)),  # same heading and cheap; other heading and dear; neither
        ([None, "and"], (NO, NO, NO)),
        ([None, None], (OPEN, OPEN, NO)),
    ],
)
def test_rules_of_a_set_are_joined_as_they_say(operators, answers):
    rules = [rule(text, operator=op) for text, op in zip((CTH, MAXNOM), operators, strict=True)]
    found = rule_sets(rule_set(*rules))
    assert tuple(outcome(found, goods(one)) for one in (SAME, DEAR, BOTH)) == answers


@pytest.mark.parametrize(
    ("operators", "answer"),
    [([None, None, "or"], YES), ([None, "or", None], OPEN), ([None, "or", "and"], OPEN)],
)
def test_alternatives_are_a_list_whose_last_is_marked(operators, answer):
    texts = (CTH, "Weaving.", MAXNOM)
    rules = [rule(text, operator=op) for text, op in zip(texts, operators, strict=True)]
    assert outcome(rule_sets(rule_set(*rules)), goods(SAME, refuted=["weaving"])) == answer


def test_what_goes_on_in_the_next_rule_is_joined():
    more = "However, non-originating handles of base metal may be used."
    found = rule_sets(rule_set(f"{CHANGE}.", more))
    assert [one.reading for one in found.sets[0].rules] == [Reading.EXECUTED] * 2
    fact = "material_1_is_handles_of_base_metal"
    assert outcome(found, goods(SAME, attested=[fact])) == YES
    undone = rule_sets(rule_set(f"{CHANGE}.", "However, 3 handles may be used."))
    assert [one.reading for one in undone.sets[0].rules] == [Reading.AS_TEXT] * 2


@pytest.mark.parametrize("rules", [[CTH, "of which the moon is blue."], ["However, tools.", CTH]])
def test_beside_a_fragment_nothing_is_certain(rules):
    found = rule_sets(rule_set(*rules))
    assert {one.reading for one in found.sets[0].rules} == {Reading.AS_TEXT}


def test_a_rule_that_is_only_text_leaves_the_goods_open():
    (one,) = decided(BLUE, goods(SAME))
    assert one.decision == OPEN
    assert one.missing == ("agreement:test/set-1/1",)


def test_where_label_and_text_disagree_nothing_is_decided():
    found = rule_sets(rule_set(rule(CTH, ["CC"])))
    assert found.sets[0].rules[0].reading is Reading.DISAGREEMENT
    assert outcome(found, goods(DEAR)) == OPEN


def test_wholly_obtained_goods_originate_under_any_rule():
    claim = {"category": "plants", "grownIn": "BY"}
    (one,) = decided(CTH, goods(whollyObtained=claim))
    assert (one.decision, one.criterion) == (YES, "WO")
    (one,) = decided(CTH, goods(SAME, whollyObtained=claim))
    assert one.decision == OPEN  # the claim and the foreign material don't go together
    assert "items[0].materials" in one.missing
    sea = {"category": "sea_products", "vesselCountry": "BY"}
    assert outcome(CTH, goods(whollyObtained=sea)) == OPEN
    assert outcome(CTH, goods(SAME, whollyObtained=claim | {"grownIn": "CN"})) == NO


def test_missing_facts_are_named():
    assert decided(CTH, item("8701", SAME))[0].missing == ("items[0].tariffCode",)
    assert decided(CTH, item("900110", SAME))[0].missing == ("agreement:test/900110",)
    assert decided(CTH, goods())[0].missing == ("items[0].materials",)
    few = decided(CTH, goods(DEAR, operations=["minimal.packing"]))
    assert few[0].missing == ("items[0].operations",)
    assert decided(CTH, goods(DEAR))[0].missing == ()


def test_sets_for_parts_of_a_code():
    part = rule_set(MAXNOM, heading="ex 8701", subdivision="Tractors of one axle")
    rest = rule_set(CTH, heading="ex Chapter 87", subdivision="Any other product from heading 8701")
    both = rule_sets(part, rest)
    assert outcome(both, goods(SAME)) == OPEN
    assert outcome(both, goods(SAME, namedPart="set-1")) == YES
    assert outcome(both, goods(SAME, namedPart="set-2")) == NO
    assert outcome(both, goods(BOTH)) == NO  # under either
    assert outcome(rule_sets(part), goods(SAME)) == OPEN
    assert outcome(rule_sets(part), goods(SAME, namedPart="set-1")) == YES
    assert outcome(rule_sets(rest), goods(DEAR)) == YES


def test_goods_are_examined_under_the_code_that_is_asked():
    sheet = Worksheet.from_data(worksheet(goods(SAME)))
    (one,) = decide(rule_sets(rule_set(CTH, low="0000000000", high="9999999999")), sheet,
                    code=TariffCode("900110"))  # fmt: skip
    assert (str(one.tariff_code), one.decision) == ("900110", YES)
    (one,) = decide(rule_sets(rule_set(CTH)), sheet, code=TariffCode("870120"))
    assert one.decision == NO


def test_it_writes_the_shape_of_an_assessed_item():
    (one,) = decided(CTH, goods(DEAR))
    data = one.to_data()
    assert set(data) == {
        "sequence", "tariffCode", "outcome", "criterion", "rules", "missing", "hints", "ruleSets",
    }  # fmt: skip
    assert data["hints"][0]["code"] == "agreement.general_provisions"
    (no,) = decided(CTH, goods(SAME))
    assert "criterion" not in no.to_data()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda one: one.pop("min"), "agreement.member_missing"),
        (lambda one: one.update(min="87"), "agreement.range_malformed"),
        (lambda one: one.update(min="9"), "agreement.range_malformed"),
        (lambda one: one.update(max="0000000000"), "agreement.range_malformed"),
        (lambda one: one.update(rules={}), "agreement.member_missing"),
        (lambda one: one.update(heading=1), "agreement.member_missing"),
        (lambda one: one["rules"][0].update(operator="xor"), "agreement.member_missing"),
        (lambda one: one["rules"][0].update({"class": [1]}), "agreement.member_missing"),
        (lambda one: one["rules"].append("no"), "agreement.member_missing"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(change, code):
    one = rule_set(CTH)
    change(one)
    with pytest.raises(MalformedError) as caught:
        rule_sets(one)
    assert caught.value.code == code


@pytest.mark.parametrize("raw", [b"{", b"\xff", b"[]", b"[" * 100_000, b'{"rule_sets": {}}'])
def test_bytes_that_are_no_rule_sets_are_refused(raw):
    with pytest.raises(MalformedError):
        read_rule_sets(raw, name="test")


@pytest.mark.parametrize(
    ("name", "limit"), [("MAX_BYTES", 9), ("MOST_SETS", 0), ("MOST_RULES", 0), ("LONGEST_TEXT", 9)]
)
def test_limits(monkeypatch, name, limit):
    monkeypatch.setattr(module, name, limit)
    with pytest.raises(LimitError):
        rule_sets(rule_set(CTH))


def test_a_set_without_rules_decides_nothing():
    raw = json.dumps({"rule_sets": [rule_set()]}).encode()
    assert outcome(read_rule_sets(raw, name="test"), goods(SAME)) == OPEN
