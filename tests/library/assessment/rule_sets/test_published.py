"""Five published agreements: look-up, share executed, and decisions checked by other means."""

import csv
import html
import itertools
import json
import re

import pytest

from certorigin.assessment.rule_sets.canonical import canonical_text
from certorigin.assessment.rule_sets.coverage import coverage_of
from certorigin.assessment.rule_sets.rule_set import Reading, read_rule_sets
from certorigin.vocabulary.tariff import TariffCode
from tests.data import shared, vectors
from tests.library.assessment.cases import item, material
from tests.library.assessment.rule_sets.sets import outcome, rule, rule_set, rule_sets

AGREEMENTS = ["dcts-general-enhanced", "eu", "japan", "singapore", "vietnam"]
LEAST = {
    "dcts-general-enhanced": 0.75,
    "eu": 0.85,
    "japan": 0.88,
    "singapore": 0.88,
    "vietnam": 0.9,
}
DIGITS = {"CC": 2, "CTH": 4, "CTSH": 6}


def raw(name):
    return shared(f"rules-of-origin/rule_sets/{name}.json").read_bytes()


def rules_of(name):
    for one in json.loads(raw(name))["rule_sets"]:
        for published in one["rules"]:
            yield one, published


@pytest.mark.parametrize("name", AGREEMENTS)
def test_a_code_finds_exactly_the_sets_whose_range_covers_it(name):
    with shared("hs/harmonized-system.csv").open(encoding="utf-8") as lines:
        codes = [row["hscode"] for row in csv.DictReader(lines) if row["level"] == "6"]
    ranges = [(int(one["min"]), int(one["max"])) for one in json.loads(raw(name))["rule_sets"]]
    found = read_rule_sets(raw(name), name=name)
    for code in codes:
        low, high = int(code) * 10_000, int(code) * 10_000 + 9_999
        covering = [
            f"set-{at + 1}"
            for at, (first, last) in enumerate(ranges)
            if first <= low <= high <= last
        ]
        assert [one.name for one in found.sets_for(TariffCode(code))] == covering
    vectors.count("rules-of-origin.lookup", len(codes))


@pytest.mark.parametrize("name", AGREEMENTS)
def test_the_share_executed(name):
    counted = coverage_of(read_rule_sets(raw(name), name=name))
    assert counted["rules"] == sum(1 for _ in rules_of(name))
    assert counted["executed"] + counted["undetermined"] == counted["rules"]
    assert counted["executed"] >= LEAST[name] * counted["rules"]
    assert sum(one["rules"] for one in counted["by_class"].values()) == counted["rules"]
    assert all(one["label"] and one["text"] for one in counted["disagreements"])
    vectors.count("rules-of-origin.executed", counted["executed"])


@pytest.mark.parametrize("name", AGREEMENTS)
def test_no_figure_code_or_qualifier_is_lost(name):
    """Read the raw texts again with nothing but regular expressions."""
    count = 0
    for one in read_rule_sets(raw(name), name=name).sets:
        for at, published in enumerate(one.rules):
            if published.reading is Reading.EXECUTED:
                count += 1
                if published.rule is not None:
                    more = itertools.takewhile(continues, one.rules[at + 1 :])
                    texts = [published.markup, *(each.markup for each in more)]
                    check(html.unescape(" ".join(texts)), canonical_text(published.rule))
    vectors.count("rules-of-origin.guarded", count)


def continues(published):
    return published.operator == "continues"


def check(text, made):
    for percent in re.findall(r"([\d.]+)\*{0,2}%", text):
        rest = f"{100 - float(percent):g}"
        assert f"at most {percent} %" in made or f"at most {rest} %" in made, (text, made)
    for code in re.findall(r"\(/(?:chapters|headings|subheadings)/(\d+)", text):
        assert code[:6] in made or code[:4] in made, (text, made)
    for word, mark in (
        ("wholly obtained", "wholly obtained"),
        (" weight ", "weight of"),
        (" value ", "value of"),
        ("quota", "quota"),
        ("not be used", "not from"),
    ):
        assert word not in text or mark in made, (text, made)
    assert not re.search(r"\bNote\b|\buntil\b|\bonwards\b", text)


def another(code, digits):
    last = code[digits - 1]
    return code[: digits - 1] + ("1" if last != "1" else "2") + code[digits:]


@pytest.mark.parametrize("name", AGREEMENTS)
def test_a_single_class_is_never_decided_against_its_demand(name):
    """Inputs from the same and from another chapter, heading and subheading."""
    count = 0
    for one, published in rules_of(name):
        if published["class"] not in (["WO"], ["CC"], ["CTH"], ["CTSH"]):
            continue
        (label,) = published["class"]
        code = one["min"][:6]
        found = rule_sets(
            rule_set(rule(published["rule"], [label]), low=one["min"], high=one["max"])
        )
        far = ("02" if code[:2] != "02" else "03") + code[2:]
        inputs = [code, far] + [another(code, digits) for digits in (2, 4, 6)]
        for used in inputs:
            if not "01" <= used[:2] <= "97":
                continue
            answer = outcome(found, item(code, material(used, "CN", "1")))
            demanded = label != "WO" and used[: DIGITS[label]] != code[: DIGITS[label]]
            # A text may bar more than its label says, and never less.
            allowed = {"undetermined", "originating" if demanded else "not_originating"}
            if demanded and "except from" in published["rule"]:
                allowed.add("not_originating")
            assert answer in allowed, (published, code, used, answer)
            count += 1
    vectors.count("rules-of-origin.decided", count)
