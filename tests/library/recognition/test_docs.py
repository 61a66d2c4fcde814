"""docs/spec/verdict.md, bundle.md and goods-declaration.md are true."""

import ast
import json
import re

import orjson
import pytest

from certorigin.recognition import bundle, match
from certorigin.recognition.advice import FINDING_ADVICE, REASON_ADVICE
from certorigin.recognition.declaration import MAX_DECLARATION, GoodsDeclaration
from certorigin.recognition.intake import MOST_DEPTH, MOST_FAULTS, read_declaration
from certorigin.recognition.intake_csv import MOST_COLUMNS, MOST_ROWS
from certorigin.recognition.matching import parties
from certorigin.recognition.report import CODES, Outcome
from certorigin.recognition.verify import verify
from certorigin.vocabulary.finding import Grade
from tests.data import ROOT
from tests.library.recognition import world as w
from tests.library.recognition.declarations import declaration, line
from tests.library.recognition.world import minutes

SPEC = ROOT / "docs" / "spec"
SOURCE = ROOT / "src" / "certorigin" / "recognition"
TESTS = ROOT / "tests" / "library" / "recognition"
VERDICT = (SPEC / "verdict.md").read_text("utf-8")
DECLARATION = (SPEC / "goods-declaration.md").read_text("utf-8")


def rows(page):
    """The rows of the tables whose first cell is a code."""
    for row in re.findall(r"^\| `([a-z_]+\.[a-z_]+)` (\|.*\|)$", page, re.MULTILINE):
        yield row[0], [cell.strip() for cell in row[1].strip("|").split("|")]


def example(page):
    return json.loads(re.search(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1])


def findings_in_source():
    """Every finding of the match, with its grade, as the source makes it."""
    found = {}
    for path in (SOURCE / "compare.py", SOURCE / "match.py", *(SOURCE / "matching").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                code, grade = node.args[0], Grade.ERROR
                for argument in [*node.args[1:], *(word.value for word in node.keywords)]:
                    if getattr(getattr(argument, "value", None), "id", "") == "Grade":
                        grade = Grade[argument.attr]
                if isinstance(code, ast.Constant):
                    found[code.value] = grade
    return found | dict(parties.PARTY_FINDINGS)


def test_the_report_of_the_page_is_what_we_say(tmp_path):
    world = w.small(tmp_path)
    world.enter(w.annulled(10, effective=minutes(10)), at=minutes(10))
    world.follow(minutes(11))
    report = verify(world.bundle(0), trust=world.trust, at=minutes(12), mirrors=[world.view()])
    assert report.to_data() == example(VERDICT)


def test_the_page_lists_exactly_the_codes_of_the_source():
    listed = {code: cells[0] for code, cells in rows(VERDICT) if len(cells) == 4 and code in CODES}
    assert listed == {code: str(outcome).replace("_", " ") for code, outcome in CODES.items()}
    said = {code for path in SOURCE.glob("*.py") for code in codes_in(path)}
    assert {code for code in said if code.partition(".")[0] != "match"} <= set(CODES)


def codes_in(path):
    """The codes of parts that a file says, outside the table of them."""
    names = "integrity|issuer|registration|freshness"
    return re.findall(rf'"((?:{names})\.[a-z_]+)"', path.read_text("utf-8"))


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_cause_a_next_step_and_a_basis(code):
    cells = dict(rows(VERDICT))[code]
    assert len(cells) == 4
    assert all(cells)
    if CODES[code] in {Outcome.REFUSED, Outcome.UNDETERMINED}:
        assert "—" not in cells[2:]


def test_no_technical_fault_tells_the_officer_to_refuse():
    """A bad seal or a missing record is no ground: there is a closed list (Rules 9.1, 9.2)."""
    ends = {"standing.annulled", "standing.replaced", "standing.expired"}
    told = {code for code, cells in rows(VERDICT) if code in CODES and "Refuse" in cells[2]}
    assert told == ends


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_expected_by_a_test(code):
    """A literal expectation; `not_reached` is expected of all parts at once."""
    tests = "".join(path.read_text("utf-8") for path in TESTS.glob("test_[!d]*.py"))
    assert f'"{code}"' in tests or code.endswith(".not_reached")


def test_the_page_lists_exactly_the_findings_of_the_match():
    grades = findings_in_source()
    listed = {code: cells for code, cells in rows(VERDICT) if code in grades}
    assert listed.keys() == grades.keys()
    assert len(grades) == 39
    for code, grade in grades.items():
        person = "undetermined" if code in match.LEFT_TO_A_PERSON else "fits"
        effect = "differs" if grade is Grade.ERROR else person
        assert listed[code][:2] == [str(grade), effect], code
        assert (listed[code][3] != "—") == (effect != "fits"), code
    known = set(CODES) | set(grades)
    told = {code for code, _ in rows(VERDICT)} - {"conditions.not_met"}
    assert told - (set(REASON_ADVICE) - known) == known
    assert set(REASON_ADVICE) <= set(re.findall(r"`([a-z_]+\.[a-z_]+)`", VERDICT))


def test_every_finding_that_stops_somebody_says_what_to_do():
    """And a test expects each finding that the match can give."""
    tests = "".join(path.read_text("utf-8") for path in TESTS.glob("test_match*.py"))
    for code, grade in findings_in_source().items():
        stops = grade is Grade.ERROR or code in match.LEFT_TO_A_PERSON
        assert (code in FINDING_ADVICE) == stops, code
        assert f'"{code}"' in tests, code


def test_the_declaration_of_the_page_is_one():
    data = example(DECLARATION)
    read = GoodsDeclaration.from_bytes(orjson.dumps(data))
    assert read.to_data() == data
    assert read == declaration(line(quantity="40", net=None, gross=None))


def test_the_page_names_every_member_of_a_declaration():
    made = declaration(line(), declarant=w.sample.IMPORTER).to_data()
    named = set(re.findall(r"`([A-Za-z]+)`", DECLARATION))
    assert set(made) | set(made["items"][0]) <= named


def test_the_xml_and_the_table_of_the_page_are_declarations():
    blocks = dict(re.findall(r"^```(xml|csv)\n(.*?)^```$", DECLARATION, re.DOTALL | re.MULTILINE))
    for notation in ("xml", "csv"):
        read = read_declaration(blocks[notation].encode())
        assert read.items[0].claim == declaration().items[0].claim
        assert read.date == declaration().date


def test_the_page_names_the_limits_that_hold():
    for limit in (MAX_DECLARATION >> 20, MOST_DEPTH, MOST_COLUMNS, MOST_FAULTS):
        assert f"at most {limit} " in DECLARATION or f"and {limit} " in DECLARATION
    assert f"{MOST_ROWS:,}" in DECLARATION


def test_the_codes_of_a_bundle_are_those_of_the_source():
    page = (SPEC / "bundle.md").read_text("utf-8")
    source = (SOURCE / "bundle.py").read_text("utf-8")
    reading = source[: source.index("def to_bytes")]
    assert {code for code, _ in rows(page)} == set(re.findall(r'"(bundle\.[a-z_]+)"', reading))
    members = json.loads(re.search(r"^```json\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)[1])
    assert [*members] == bundle._NAMES
    assert members["format"] == bundle.FORMAT
