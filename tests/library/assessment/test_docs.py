"""docs/spec/worksheet.md is true."""

import json
import re

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, assess
from certorigin.assessment.material import COUNTRY_FACTS, FLAG_FACTS, VALUE_BASES
from certorigin.assessment.reading import MAX_DEPTH, MAX_JSON_BYTES, MAX_YAML_BYTES, read_worksheet
from certorigin.assessment.worksheet import MOST_MATERIALS
from tests.data import ROOT
from tests.library.assessment.cases import DAY

PAGE = (ROOT / "docs" / "spec" / "worksheet.md").read_text("utf-8")
SOURCE = ROOT / "src" / "certorigin" / "assessment"


def block(kind):
    return re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def assessed(kind):
    sheet = read_worksheet(block(kind).encode())
    return assess(sheet, agreement=get_agreement(sheet.agreement), at=DAY)


def test_the_example_is_decided_as_it_says():
    stated = Assessment.from_data(json.loads(block("assessment")))
    assert assessed("json") == stated


def test_the_example_in_yaml_originates():
    assert [str(one.criterion) for one in assessed("yaml").items] == ["П"]


def test_every_code_is_explained_and_no_other():
    pattern = re.compile(r'"(worksheet\.[a-z0-9_]+)"')
    used = {code for path in SOURCE.rglob("*.py") for code in pattern.findall(path.read_text())}
    assert set(re.findall(r"`(worksheet\.[a-z0-9_]+)`", PAGE)) == used


def test_every_member_is_explained():
    members = set(
        re.findall(
            r'(?:has|text|part|part_or_none|parts|flag|day|decimal|_or)\(\s*"(\w+)"',
            (SOURCE / "worksheet.py").read_text(),
        )
    )
    words = {
        *members,
        *COUNTRY_FACTS,
        *FLAG_FACTS,
        *VALUE_BASES,
        *get_agreement("CIS-2009").categories,
    }
    unexplained = [word for word in words if f"`{word}`" not in PAGE and f'"{word}"' not in PAGE]
    assert len(members) > 15
    assert unexplained == []


@pytest.mark.parametrize("limit", [MAX_JSON_BYTES, MAX_YAML_BYTES, MAX_DEPTH, MOST_MATERIALS])
def test_the_limits_are_those_of_the_code(limit):
    assert f"{limit:,}" in PAGE
