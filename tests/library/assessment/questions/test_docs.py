"""docs/spec/questionnaire.md is true."""

import json
import re

from certorigin.assessment.questions.answers import MOST_PASSED, Answers
from certorigin.assessment.questions.ask import next_questions
from certorigin.assessment.questions.question import Kind
from certorigin.terminal.sentences import get_catalogue
from tests.data import ROOT
from tests.library.assessment.cases import DAY

PAGE = (ROOT / "docs" / "spec" / "questionnaire.md").read_text("utf-8")
ROOM = ROOT / "src" / "certorigin"


def block(kind):
    return json.loads(re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1])


def test_the_example_is_asked_as_it_says():
    turn = next_questions(Answers.from_data(block("answers"), at=DAY))
    told = turn.to_data()
    shown = block("turn")
    assert shown == {name: told[name] for name in shown}
    assert set(told) == {*shown, "assessment", "answers"}


def test_every_kind_of_answer_is_explained():
    assert all(f"`{kind}`" in PAGE for kind in Kind)
    assert f"{MOST_PASSED:,}" in PAGE


def test_every_code_is_explained_and_no_other():
    sources = [*(ROOM / "assessment" / "questions").glob("*.py"), ROOM / "terminal" / "ask.py"]
    used = {
        code
        for path in sources
        for code in re.findall(r'"(answers\.\w+)"', path.read_text("utf-8"))
    }
    assert set(re.findall(r"`(answers\.\w+)`", PAGE)) == used
    assert used <= set(get_catalogue("en"))
