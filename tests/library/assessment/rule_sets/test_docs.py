"""docs/spec/agreement.md is true."""

import json
import re

from certorigin.assessment.rule_sets import rule_set
from certorigin.assessment.rule_sets.decide import decide
from certorigin.assessment.rule_sets.labels import COMPARED
from certorigin.assessment.worksheet import Worksheet
from tests.data import ROOT
from tests.library.assessment.cases import item, material, worksheet

PAGE = (ROOT / "docs" / "spec" / "agreement.md").read_text("utf-8")
SOURCE = ROOT / "src" / "certorigin" / "assessment" / "rule_sets"


def block(kind):
    return re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_the_example_is_decided_as_it_says():
    found = rule_set.read_rule_sets(block("json").encode(), name="example")
    sheet = worksheet(item("870120", material("870830", "CN", "300")))
    (one,) = decide(found, Worksheet.from_data(sheet))
    stated = json.loads(block("decision"))
    assert {name: one.to_data()[name] for name in stated} == stated


def test_every_fault_is_explained_and_no_other():
    pattern = re.compile(r'Error\(\s*"(agreement\.[a-z0-9_]+)"')
    used = {code for path in SOURCE.rglob("*.py") for code in pattern.findall(path.read_text())}
    assert set(re.findall(r"`(agreement\.[a-z0-9_]+)`", PAGE)) == used


def test_limits_and_classes_are_those_of_the_code():
    for limit in (rule_set.MAX_BYTES, rule_set.MOST_SETS, rule_set.MOST_RULES,
                  rule_set.LONGEST_TEXT):  # fmt: skip
        assert f"{limit:,} " in PAGE
    assert "are " + ", ".join(f"`{name}`" for name in sorted(COMPARED)) in PAGE
