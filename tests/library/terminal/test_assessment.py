"""`certorigin assess`: exit codes, what it prints, and sentences for all that it can say."""

import json
from itertools import chain

import pytest
from click.testing import CliRunner

from certorigin.terminal.assessment import assess_command
from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from tests.library.assessment.cases import item, material, worksheet
from tests.library.assessment.test_list import EXAMPLES

GOOD = item("8701", material("8408", "CN", "1"))
BAD = item("8418", material("8414", "CN", "532"))
OPEN = item("8701", material("8701", "CN", "10"))


def run(tmp_path, content, *arguments):
    path = tmp_path / "worksheet"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return CliRunner().invoke(assess_command, [str(path), *arguments])


@pytest.mark.parametrize(("one", "code"), [(GOOD, 0), (BAD, 1), (OPEN, 3)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_prints_decision_rules_and_figures(tmp_path, one, code, language):
    ran = run(tmp_path, worksheet(one), "--language", language, "--at", "2026-09-01")
    assert ran.exit_code == code
    assert "assessment." not in ran.output  # every code has its sentence
    assert "[2.4]" in ran.output
    if one is BAD:
        assert "53.2000" in ran.output
    if one is OPEN:
        assert "items[0].expertAct" in ran.output


def test_it_prints_one_object_for_machines(tmp_path):
    ran = run(tmp_path, worksheet(BAD), "--json")
    data = json.loads(ran.stdout)
    assert (ran.exit_code, data["outcome"]) == (1, "not_originating")
    assert data["items"][0]["rules"][2]["held"] == "not_met"


@pytest.mark.parametrize("content", ["{", "a: 1", json.dumps({}), " " * 4_000_001])
def test_what_it_cannot_read_is_said(tmp_path, content):
    ran = run(tmp_path, content)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.strip()
    told = json.loads(run(tmp_path, content, "--json").stdout)
    assert set(told) == {"error", "facts", "findings"}
    assert told["findings"][0]["code"] == told["error"]


def test_a_day_that_is_none_is_said(tmp_path):
    assert run(tmp_path, worksheet(GOOD), "--at", "tomorrow").exit_code == 2


def test_every_rule_and_figure_has_a_label(tmp_path):
    """What the examples of all rows can print is looked up by name, so the names must be there."""
    rules, figures = set(), set()

    def walk(step):
        rules.add(step["rule"])
        figures.update(step.get("figures", {}))
        for part in step.get("parts", []):
            walk(part)

    for code, used, more, _ in EXAMPLES:
        one = item(code, *[material(name, "CN", value) for name, value in used], **more)
        ran = run(tmp_path, worksheet(one), "--json")
        for step in chain.from_iterable(part["rules"] for part in json.loads(ran.stdout)["items"]):
            walk(step)
    catalogue = get_catalogue("en")
    assert not [name for name in rules if f"assessment.rule.{name}" not in catalogue]
    assert not [name for name in figures if f"assessment.figure.{name}" not in catalogue]
