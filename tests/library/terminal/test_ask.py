"""`certorigin ask`: rules in words, questions, and answers that become a worksheet."""

import json

import pytest
from click.testing import CliRunner

from certorigin.terminal.ask import ask_command
from certorigin.terminal.assessment import assess_command
from certorigin.terminal.sentences import LANGUAGES
from tests.library.assessment.cases import item, material, money, worksheet
from tests.library.assessment.rule_sets.sets import rule_set

BEGIN = ("--code", "841810", "--from", "BY", "--to", "AZ", "--at", "2026-09-01")
PART = {"description": "compressor", "tariffCode": "841430", "originCountry": "CN"}


def ask(*arguments):
    return CliRunner().invoke(ask_command, [str(one) for one in arguments])


def told(*arguments):
    return json.loads(ask(*arguments, "--json").stdout)


def kept(folder, data, name="answers.json"):
    path = folder / name
    path.write_text(json.dumps(data), "utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["8418", "8704", "0702", "3601", "150410", "8415", "2009", "3901"])
def test_it_shows_the_rules_and_the_first_question(code, language):
    ran = ask("--code", code, *BEGIN[2:], "--language", language)
    assert ran.exit_code == 3
    assert "[2.2]" in ran.output
    assert "items[0].whollyObtained" in ran.output
    assert not any(f"{start}." in ran.output for start in ("ask", "words", "operation"))


def test_a_conversation_ends_in_a_worksheet_that_assess_decides_alike(tmp_path):
    first = told(*BEGIN, "--answer", "items[0].whollyObtained=-")
    assert [one["place"] for one in first["questions"]] == ["items[0].materials"]
    given = kept(tmp_path, {"items[0].materials": [PART]}, "given.json")
    second = told(kept(tmp_path, first["answers"]), "--given", given)
    assert second["questions"][0]["kind"] == "operations"
    work = "items[0].operations=case_making, wiring_making"
    third = told(kept(tmp_path, second["answers"]), "--answer", work)
    assert third["questions"][0]["place"] == "items[0].exWorksPrice"
    worth = {"items[0].materials[0].value": money("600")}
    worth |= {"items[0].materials[0].valueBasis": "customs_value"}
    price = ("--answer", "items[0].exWorksPrice=1000.00 USD")
    more = ("--given", kept(tmp_path, worth, "given.json"))
    last = told(kept(tmp_path, third["answers"]), *price, *more)
    assert (last["finished"], last["outcome"]) == (True, "not_originating")
    assert ask(kept(tmp_path, last["answers"])).exit_code == 1
    sheet = kept(tmp_path, last["answers"]["worksheet"], "worksheet.json")
    ran = CliRunner().invoke(assess_command, [str(sheet), "--at", "2026-09-01", "--json"])
    assert json.loads(ran.stdout) == last["assessment"]


def test_a_worksheet_in_any_notation_is_taken(tmp_path):
    path = tmp_path / "sheet.yaml"
    path.write_text(
        "format: certorigin-worksheet/v1\nagreement: CIS-2009\nproductionCountry: AZ\n"
        "items:\n  - sequence: '1'\n    tariffCode: '070200'\n"
        "    whollyObtained: {category: plants, grownIn: AZ}\n",
        "utf-8",
    )
    data = told(path, "--to", "BY")
    assert data["outcome"] == "originating"
    assert {one["place"].partition(".")[0] for one in data["questions"]} == {"trade"}


def test_published_rule_sets_are_shown_in_their_words(tmp_path):
    words = "Manufacture from materials of any heading, except that of the product"
    sets = kept(tmp_path, {"rule_sets": [rule_set(words)]}, "sets.json")
    data = told("--code", "870120", "--from", "GB", "--rule-sets", sets)
    assert data["rules"][0]["lines"][0]["facts"]["text"] == words
    assert data["questions"][0]["kind"] == "category"
    sheet = worksheet(item("870120", material("8708", "CN", "1")), country="GB")
    ran = ask(kept(tmp_path, sheet), "--rule-sets", sets)
    assert ran.exit_code == 0
    assert words in ran.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--code", "x"), "tariff.malformed"),
        (("--from", "Narnia"), "country.unknown"),
        (("--at", "tomorrow"), "day.malformed"),
        (("--answer", "exWorksPrice"), "answers.not_an_answer"),
        (("--answer", "colour=red"), "answers.not_a_question"),
        (("--answer", "items[0].withinNamedPart=perhaps"), "record.not_a_flag"),
    ],
)
def test_what_it_cannot_read_is_said(arguments, code):
    ran = ask(*arguments, "--json")
    assert ran.exit_code == 2
    assert code in [one["code"] for one in json.loads(ran.stdout)["findings"]]
    assert ask(*arguments).stderr.strip()


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "other/v1"}', '{"a": 1}', "[1"])
def test_answers_that_are_none_are_said(tmp_path, content):
    path = tmp_path / "answers"
    path.write_text(content, "utf-8")
    ran = ask(path, "--json")
    assert ran.exit_code == 2
    assert json.loads(ran.stdout)["error"]
