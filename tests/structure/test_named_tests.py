"""Pages that name a test for what they promise: the test is there, and nothing is left out."""

import re

import pytest

from tests.data import ROOT

NAMED = re.compile(r"(tests/[a-z0-9_/]+\.py)::(test_\w+)")
# `corridor.partner_url`, `sign_in.directory.name`: a setting of system.toml.
SETTING = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+)`")
LAW = ROOT / "docs/guide/law.md"
POLICY = ROOT / "docs/guide/certificate-policy.md"
OPERATE = ROOT / "docs/operate"
SETTINGS = OPERATE / "settings.md"
# The pages, and how many rows name a test at the least.
PAGES = {
    LAW: 85,
    OPERATE / "threats.md": 60,
    OPERATE / "faults.md": 21,
    ROOT / "docs/spec/st1-boxes.md": 21,
    POLICY: 10,
    ROOT / "docs/guide/customs.md": 17,
}
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
    assert len(lines) >= PAGES[page]
    wrong = [
        line
        for line in lines
        if not (found := NAMED.findall(line)) or not all(has_test(*one) for one in found)
    ]
    assert wrong == []


@pytest.mark.parametrize("page", [LAW, POLICY], ids=lambda page: page.stem)
def test_every_setting_that_is_named_is_there(page):
    there = set(re.findall(r"^\| `([a-z_.]+)` \|", SETTINGS.read_text(), re.MULTILINE))
    named = {one for one in SETTING.findall(page.read_text()) if not one.endswith(".toml")}
    assert len(named) > 5
    assert named <= there, sorted(named - there)


def test_every_clause_and_point_names_where_it_is_seen_and_a_test():
    """A lawyer reads along the clauses: none of them is left without both."""
    law = LAW.read_text()
    for title in ("## The protocol, point by point", "## Annex 4, clause by clause"):
        part = law.partition(title)[2].partition("\n## ")[0]
        lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line[:2] == "| "]
        heading, *clauses = lines
        assert len(clauses) > 10
        assert all(len(clause) == len(heading) for clause in clauses), title
        at = heading.index("requirement")
        assert all(re.fullmatch(r"R\d+(, R\d+)*", clause[at]) for clause in clauses), title


def test_every_requirement_has_its_row():
    numbers = [int(n) for n in re.findall(r"^\| R(\d+) \|", LAW.read_text(), re.MULTILINE)]
    assert numbers == list(REQUIREMENTS)


def test_a_test_that_is_not_there_is_seen():
    assert has_test("tests/structure/test_named_tests.py", "test_every_requirement_has_its_row")
    assert not has_test("tests/structure/test_named_tests.py", "test_every_requirement")
