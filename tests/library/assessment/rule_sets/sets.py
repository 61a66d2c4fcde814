"""Rule sets in few words, for the tests of this room."""

import json

from certorigin.assessment.rule_sets.decide import decide
from certorigin.assessment.rule_sets.grammar import Scope, translate
from certorigin.assessment.rule_sets.rule_set import read_rule_sets
from certorigin.assessment.worksheet import Worksheet
from tests.library.assessment.cases import worksheet

CHANGE = (
    "CTH: All non-originating materials used in the production of the good have undergone a change "
    "in tariff classification at the 4-digit level (tariff heading)"
)
ANY = "Manufacture from materials of any heading"
CTH = f"{ANY}, except that of the product"
PRICE = "of the ex-works price of the product"


def rule(text, label=(), operator=None):
    return {"rule": text, "class": list(label), "operator": operator}


def rule_set(*rules, low="8701000000", high="8701999999", heading="8701", subdivision=""):
    made = [one if isinstance(one, dict) else rule(one) for one in rules]
    return {
        "heading": heading,
        "subdivision": subdivision,
        "min": low,
        "max": high,
        "rules": made,
    }


def rule_sets(*sets):
    return read_rule_sets(json.dumps({"rule_sets": list(sets)}).encode(), name="test")


def decided(text, *items, **more):
    """The decisions about items under one rule, or under a whole file."""
    found = text if not isinstance(text, str) else rule_sets(rule_set(text, **more))
    return decide(found, Worksheet.from_data(worksheet(*items)))


def outcome(text, item, **more):
    (one,) = decided(text, item, **more)
    return str(one.decision)


def read(text, low="8701000000", high="8701999999"):
    return translate(text, Scope(low, high))
