"""Figures of the reasons in words: every value that the rules can give has one."""

import json

import pytest
from click.testing import CliRunner

from certorigin.assessment.case import Counting, Weight
from certorigin.terminal.assessment import assess_command
from certorigin.terminal.figures import VALUES, facts_in_words, figure_text
from certorigin.terminal.sentences import LANGUAGES
from tests.library.assessment.cases import item, material, worksheet

CODES = ("same_heading", "injection_moulding", "case_making", "foreign", ": no", ": all")


@pytest.mark.parametrize(
    ("name", "values"), [("weight", Weight), ("depends_on_counting", Counting)]
)
def test_every_value_of_a_list_is_said(name, values):
    assert set(VALUES[name]) == set(values)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_whole_reasoning_is_told_without_codes(tmp_path, language):
    one = item("8418", material("8418", "CN", "1"), material("7210", "BY", "9"))
    one["operations"] = ["injection_moulding", "case_making"]
    path = tmp_path / "worksheet.json"
    path.write_text(json.dumps(worksheet(one)), "utf-8")
    ran = CliRunner().invoke(assess_command, [str(path), "--language", language])
    assert ran.output.strip()
    assert not [code for code in CODES if code in ran.output], ran.output


def test_what_is_no_code_stays():
    assert figure_text("share", "46.8608", "ru") == "46.8608"
    assert figure_text("codes", "7218, 7224", "ru") == "7218, 7224"
    assert figure_text("applies", "5.1 в", "ru") == "5.1 в"
    assert figure_text("country", "AZ", "be") == "Азербайджан"
    assert figure_text("by", "change", "ru") == "изменение кода товара"
    assert facts_in_words("match.x", {"of": "all"}, "ru") == {"of": "all"}
    told = facts_in_words("assessment.depends_on_counting", {"counting": "foreign"}, "ru")
    assert told == {"counting": "только иностранные материалы"}
