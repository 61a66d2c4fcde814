"""Decision records are short, have the same parts, and are all in the index."""

import re

import pytest

from tests.structure.test_docs import DECISIONS, LINK

RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
PARTS = ["Context", "Options", "Decision", "Consequences"]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_its_parts_in_forty_lines(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 40
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.search(r"^Status: (proposed|accepted|replaced by \d{4})\.", text, re.MULTILINE)


def test_the_index_has_every_record_with_its_title():
    index = (DECISIONS / "README.md").read_text("utf-8")
    assert LINK.findall(index) == [path.name for path in RECORDS]
    for path in RECORDS:
        title = path.read_text("utf-8").splitlines()[0].partition(". ")[2]
        assert f"| {title} |" in index
