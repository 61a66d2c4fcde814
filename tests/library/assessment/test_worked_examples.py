"""The worked examples are decided as they say, and the page shows what was decided."""

import pytest

from certorigin.assessment.assess import Assessment
from certorigin.assessment.worksheet import Worksheet
from tests.data import vectors
from tests.library.assessment.worked_examples import PAGE, case_files, decide_case, page, read_case

FILES = case_files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_case_is_decided_as_it_says(path):
    case = read_case(path)
    whole = decide_case(case)
    decided = whole.items[0]
    found = {
        "outcome": str(decided.decision),
        "criterion": str(decided.criterion or ""),
        "form": whole.form,
        "missing": list(decided.missing),
    }
    assert found == case["expected"]
    assert Worksheet.from_data(case["worksheet"]).to_data() == case["worksheet"]
    assert Assessment.from_data(whole.to_data()) == whole


def test_the_page_is_what_was_decided():
    assert len(FILES) >= 25
    assert PAGE.read_text("utf-8") == page(), "python -m tests.library.assessment.worked_examples"
    vectors.count("assessment.worked-examples", len(FILES))
