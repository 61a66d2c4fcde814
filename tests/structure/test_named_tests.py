"""Pages that name a test for what they promise: the test is there, and nothing is left out."""

import re

import pytest

from tests.data import ROOT

NAMED = re.compile(r"(tests/[a-z0-9_/]+\.py)::(test_\w+)")
LAW = ROOT / "docs/guide/law.md"
OPERATE = ROOT / "docs/operate"
PAGES = (LAW, OPERATE / "threats.md", OPERATE / "faults.md", ROOT / "docs/spec/st1-boxes.md")
REQUIREMENTS = range(1, 66)


def rows(page):
    """The rows of the tables that have a column of tests, without their headings."""
    for line in page.read_text().splitlines():
        if line.startswith("|") and line.rstrip(" |").endswith("test"):
            is_named = True
        elif not line.startswith("|"):
            is_named = False
        elif is_named and not line.startswith("|---"):
            yield line


def has_test(file, name):
    path = ROOT / file
    return (
        path.is_file()
        and re.search(rf"^\s*def {name}\(", path.read_text(), re.MULTILINE) is not None
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_names_a_test_that_is_there(page):
    lines = list(rows(page))
    assert len(lines) > 20
    wrong = [
        line
        for line in lines
        if not (found := NAMED.findall(line)) or not all(has_test(*one) for one in found)
    ]
    assert wrong == []


def test_every_requirement_has_its_row():
    numbers = [int(n) for n in re.findall(r"^\| R(\d+) \|", LAW.read_text(), re.MULTILINE)]
    assert numbers == list(REQUIREMENTS)


def test_a_test_that_is_not_there_is_seen():
    assert has_test("tests/structure/test_named_tests.py", "test_every_requirement_has_its_row")
    assert not has_test("tests/structure/test_named_tests.py", "test_every_requirement")
