"""Published rule sets of five agreements: our algebra decides as a rule's single class demands."""

import json

import pytest

from certorigin.assessment.agreement import rule_from_data
from certorigin.assessment.case import make_case
from certorigin.assessment.step import Outcome
from certorigin.assessment.worksheet import Worksheet
from tests.data import shared, vectors
from tests.library.assessment.cases import decide, item, material, worksheet

AGREEMENTS = ["dcts-general-enhanced", "eu", "japan", "singapore", "vietnam"]
DIGITS = {"CC": 2, "CTH": 4, "CTSH": 6}


def rules_of(name):
    """Every rule with one class that is a plain change or "wholly obtained", with a code."""
    data = json.loads(shared(f"rules-of-origin/rule_sets/{name}.json").read_text("utf-8"))
    for rule_set in data["rule_sets"]:
        for rule in rule_set["rules"]:
            if len(rule["class"]) == 1 and rule["class"][0] in {"WO", *DIGITS}:
                yield rule["class"][0], f"{rule_set['min'][:6]}"


def another(code, digits):
    """A code that differs in the last of the first digits, and in those that follow."""
    last = code[digits - 1]
    return code[: digits - 1] + ("1" if last != "1" else "2") + code[digits:]


def chapter_of(code):
    return "02" if code.startswith("01") else "01"


def decided_by_change(digits, product, used):
    sheet = Worksheet.from_data(worksheet(item(product, material(used, "CN", "1"))))
    case = make_case(
        sheet.items[0],
        place="items[0]",
        country="BY",
        parties=frozenset({"BY"}),
        form="ST-1",
        rates=(),
        verified={},
    )
    return rule_from_data({"change": digits}).evaluate(case).outcome


@pytest.mark.parametrize("name", AGREEMENTS)
def test_a_single_class_is_decided_as_it_demands(name):
    counts = {"WO": 0, **dict.fromkeys(DIGITS, 0)}
    for kind, code in rules_of(name):
        if kind == "WO":
            whole = decide(item(code, whollyObtained={"category": "plants", "grownIn": "BY"}))
            assert str(whole.criterion) == "П"
            bought = decide(item(code, whollyObtained={"category": "plants", "grownIn": "CN"}))
            assert bought.criterion is None
        else:
            digits = DIGITS[kind]
            assert decided_by_change(digits, code, code) is Outcome.NOT_MET
            assert decided_by_change(digits, code, another(code, digits)) is Outcome.MET
            assert decided_by_change(digits, code, chapter_of(code) + code[2:]) is Outcome.MET
            if digits < 6:
                assert decided_by_change(digits, code, another(code, 6)) is Outcome.NOT_MET
            if digits < 4:
                assert decided_by_change(digits, code, another(code, 4)) is Outcome.NOT_MET
        counts[kind] += 1
    for kind, count in counts.items():
        if count:
            vectors.count(f"rules-of-origin.{kind}", count)
