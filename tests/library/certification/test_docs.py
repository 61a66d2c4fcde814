"""docs/spec/number.md is true."""

import re

from certorigin.certification.numbering import NumberGrammar
from tests.data import ROOT

PAGE = (ROOT / "docs" / "spec" / "number.md").read_text("utf-8")
SOURCE = ROOT / "src" / "certorigin" / "certification" / "numbering.py"


def _number(text):
    grammar = NumberGrammar.from_text(text)
    return grammar.number(issuing="RU", destination="AZ", year=2026, body="017", serial=42)


def test_the_example_is_made_by_its_grammar():
    example = dict(line.split(maxsplit=1) for line in PAGE.split("```")[1].splitlines()[1:])
    assert example["parts"] == "RU · AZ · 2026 · 017 · 42"
    assert _number(example["grammar"]) == example["number"]


def test_every_example_of_the_table_is_made_by_its_grammar():
    rows = re.findall(r"^\| [^|]+ \| `([^`|]+)` \| `([A-Z0-9]+)` \|$", PAGE, re.MULTILINE)
    assert len(rows) == 3
    for grammar, number in rows:
        assert _number(grammar) == number


def test_every_code_is_explained_and_no_other():
    used = set(re.findall(r'"(number\.[a-z_]+)"', SOURCE.read_text("utf-8")))
    assert set(re.findall(r"`(number\.[a-z_]+)`", PAGE)) == used
