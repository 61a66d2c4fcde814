"""`certorigin agreement`: look-up, counting and decisions; exit codes and sentences."""

import json

import pytest
from click.testing import CliRunner

from certorigin.terminal import agreement
from certorigin.terminal.agreement import agreement_command
from certorigin.terminal.sentences import LANGUAGES
from tests.library.assessment.cases import item, material, worksheet
from tests.library.assessment.rule_sets.sets import CTH, rule, rule_set

RULES = {"rule_sets": [rule_set(rule(CTH, ["CTH"]), rule("A blue moon.", ["CC"], "or"))]}
GOOD = item("870120", material("840820", "CN"))
BAD = item("870120", material("870110", "CN"))


def run(tmp_path, *arguments, rules=RULES, goods=(GOOD,)):
    file, facts = tmp_path / "test.json", tmp_path / "facts"
    file.write_text(json.dumps(rules), "utf-8")
    facts.write_text(json.dumps(worksheet(*goods)), "utf-8")
    verb, *rest = arguments
    if verb == "decide":
        rest += ["--worksheet", str(facts)]
    return CliRunner().invoke(agreement_command, [verb, str(file), *rest])


def test_coverage(tmp_path):
    ran = run(tmp_path, "coverage", "--json")
    data = json.loads(ran.stdout)
    assert (data["rules"], data["executed"], data["undetermined"]) == (2, 1, 1)
    plain = run(tmp_path, "coverage", rules={"rule_sets": [rule_set(rule(CTH, ["CTH"]))]})
    assert plain.exit_code == 0
    assert "CTH: 1 / 1" in plain.output
    assert "1 rules: 1 executed" in plain.output


def test_show(tmp_path):
    both = {"rule_sets": [rule_set(rule(CTH, ["CTH"]), rule("Each set.", [], "or"))]}
    ran = run(tmp_path, "show", "--code", "870120", "--json", rules=both)
    (one,) = json.loads(ran.stdout)["ruleSets"]
    assert [each["read"] for each in one["rules"]] == ["change of 4 digits", ""]
    plain = run(tmp_path, "show", "--code", "870120", rules=both)
    assert "[executed]" in plain.output
    assert "[kept as text]" in plain.output


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("goods", "code"), [((GOOD,), 0), ((BAD,), 1), ((GOOD, BAD), 1)])
def test_decide(tmp_path, goods, code, language):
    only = {"rule_sets": [rule_set(CTH)]}
    numbered = [one | {"sequence": str(at + 1)} for at, one in enumerate(goods)]
    arguments = ("decide", "--code", "870120", "--language", language)
    ran = run(tmp_path, *arguments, rules=only, goods=numbered)
    assert ran.exit_code == code
    assert "assessment." not in ran.output
    assert "agreement.general" not in ran.output
    data = json.loads(run(tmp_path, *arguments, "--json", rules=only, goods=numbered).stdout)
    assert data["outcome"] == ("originating" if code == 0 else "not_originating")
    assert len(data["items"]) == len(goods)
    assert ("rules" in data) is (len(goods) == 1)


def test_undetermined_goods_exit_with_three(tmp_path):
    ran = run(tmp_path, "decide", "--code", "900110", "--json")
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["missing"] == ["agreement:test/900110"]


@pytest.mark.parametrize("verb", ["coverage", "show", "decide"])
def test_what_cannot_be_read_exits_with_two(tmp_path, verb):
    more = () if verb == "coverage" else ("--code", "870120")
    ran = run(tmp_path, verb, *more, "--json", rules=[])
    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"] == "agreement.member_missing"
    assert run(tmp_path, verb, *more, rules=[]).exit_code == 2


def test_a_code_needs_six_digits(tmp_path):
    ran = run(tmp_path, "show", "--code", "8701", "--json")
    assert json.loads(ran.stdout)["error"] == "tariff.malformed"


@pytest.mark.parametrize("name", ["MAX_BYTES", "MAX_JSON_BYTES"])
def test_large_files_are_not_read(tmp_path, monkeypatch, name):
    monkeypatch.setattr(agreement, name, 1)
    ran = run(tmp_path, "decide", "--code", "870120", "--json")
    assert json.loads(ran.stdout)["error"].endswith("too_large")
