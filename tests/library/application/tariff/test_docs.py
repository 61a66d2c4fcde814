"""docs/spec/tariff.md is true."""

import json
import re

from certorigin.application.tariff import nomenclature
from certorigin.application.tariff.find import LONGEST_TERM, MOST_WORDS, find
from certorigin.application.tariff.index import make_index
from certorigin.terminal.tariff import MOST_TERMS_BYTES
from tests.data import ROOT

PAGE = (ROOT / "docs" / "spec" / "tariff.md").read_text("utf-8")


def block(kind):
    return re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_the_example_is_answered_as_it_says():
    found = nomenclature.read_nomenclature(block("csv").encode())
    stated = json.loads(block("answer"))
    best = find(make_index(found), stated["term"])[0].code
    assert {"code": best, "description": found.descriptions[best]} == stated["hits"][0]


def test_limits_are_those_of_the_code():
    for limit in (nomenclature.MAX_BYTES, nomenclature.MOST_CODES, MOST_TERMS_BYTES):
        assert f"{limit:,} " in PAGE
    assert f"first {LONGEST_TERM}\ncharacters and {MOST_WORDS} words" in PAGE
