"""Every code row of the public extraction of Appendix 1 is encoded, with its scope and its date."""

import json
from collections import Counter

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.rule import Unreadable
from certorigin.vocabulary.tariff import TariffCode
from tests.data import ROOT, vectors

AGREEMENT = get_agreement("CIS-2009")
ROWS = json.loads((ROOT / "vectors" / "assessment" / "appendix-1-rows.json").read_text())["rows"]
# Scopes that the text marks "ex" only because deeper rows of its own take codes out of them.
TAKEN_OUT = {"4012", "8544"}


def codes_of(row):
    """The codes of a row: a range of headings is every one between its ends, another its ends."""
    first, last = row["code"], row.get("to", row["code"])
    if first == last:
        return [first]
    if first[:4] == last[:4]:
        return [first, last]
    return [str(number).rjust(4, "0") for number in range(int(first[:4]), int(last[:4]) + 1)]


def encoded(code, row):
    found = [one for one in AGREEMENT.rows if one.covers(TariffCode(code.ljust(10, "0")))]
    is_part = row.get("ex", False) and code not in TAKEN_OUT
    return [
        one for one in found if one.is_part == is_part and one.amended.isoformat() == row["amended"]
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_it_is_encoded_as_dated(row):
    if row.get("deleted"):
        assert AGREEMENT.rows_for(TariffCode(row["code"])) == ((), False)
        return
    for code in codes_of(row):
        known = [one for one in encoded(code, row) if not isinstance(one.rule, Unreadable)]
        assert bool(known) is not row.get("unreadable", False), code


def test_nothing_is_encoded_that_the_extraction_does_not_have():
    told = {code for row in ROWS for code in codes_of(row)}
    ours = {code for row in AGREEMENT.rows for code in row.codes}
    extra = {
        code
        for code in ours
        if not any(code.startswith(one) or one.startswith(code) for one in told)
    }
    # The cells of 8539 run together in the extraction; its other codes stand in the cell above.
    assert extra == {"85395110", "85395120", "853951300", "85395140"}
    vectors.count("assessment.appendix-1.rows", len(ROWS))


def test_several_rows_of_one_code_are_several_here():
    twice = [code for code, count in Counter(row["code"] for row in ROWS).items() if count > 1]
    for code in twice:
        assert len([row for row in AGREEMENT.rows if code in row.codes and row.is_part]) >= 1
