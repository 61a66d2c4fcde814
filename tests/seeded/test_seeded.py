"""Each known defect, put into a copy of the source, is seen by the test that is named for it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.data import ROOT

DEFECTS = tomllib.loads((Path(__file__).parent / "defects.toml").read_text("utf-8"))["defect"]
# A defect that stops the program from starting proves nothing about the test.
FLUSH = re.compile(r"(?<!def )\b(?:(?:fsync|fdatasync|fsync_folder)\(|os\.fsync\b)")
NO_PROOF = ("ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError")

pytestmark = [pytest.mark.seeded, pytest.mark.timeout(300)]


def put(defect: dict[str, str], source: Path) -> None:
    """Put the defect into the copy; one that no longer fits the source is an error of its own."""
    path = source / defect["file"]
    text = path.read_text("utf-8")
    assert text.count(defect["old"]) == 1, f"`old` of {defect['name']} must stand once in the file"
    path.write_text(text.replace(defect["old"], defect["new"]), "utf-8")
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()


def run(node: str, source: Path, report: Path) -> subprocess.CompletedProcess[str]:
    """Run one test against the copy of the source."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", node, "-q", "-p", "no:randomly", f"--junit-xml={report}"],
        cwd=ROOT,
        env=os.environ
        | {
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CERTORIGIN_SOURCE": str(source),
            "CERTORIGIN_VECTORS_LEDGER": "",
            "PYTEST_ADDOPTS": "-p no:cacheprovider",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def compiled():
    """The source with its compiled modules: a copy without them compiles 900 each time anew."""
    command = [sys.executable, "-m", "compileall", "-q", str(ROOT / "src")]
    subprocess.run(command, check=True)
    return ROOT / "src"


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect["name"])
def test_the_named_test_sees_the_defect(defect, compiled, tmp_path):
    source = tmp_path / "src"
    shutil.copytree(compiled, source)
    put(defect, source)
    report = tmp_path / "report.xml"
    done = run(defect["test"], source, report)
    said = done.stdout + done.stderr
    assert report.exists(), said
    cases = list(ET.parse(report).iter("testcase"))
    failures = [
        case.find("failure").get("message", "")
        for case in cases
        if case.find("failure") is not None
    ]
    errors = [case for case in cases if case.find("error") is not None]
    if not failures and cases and all(case.find("skipped") is not None for case in cases):
        pytest.skip("the data of that test is not on this machine")
    assert done.returncode == 1, said
    assert failures, said
    assert not errors, said
    assert not any(message.startswith(NO_PROOF) for message in failures), said


def test_each_flush_to_the_disk_is_taken_away_by_a_defect():
    """A flush that no test misses is one that nobody needs, or one that nobody tests."""
    left = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        name, text = path.relative_to(ROOT / "src").as_posix(), path.read_text("utf-8")
        for defect in DEFECTS:
            if defect["file"] == name:
                text = text.replace(defect["old"], defect["new"])
        left += [f"{name}: {line.strip()}" for line in text.splitlines() if FLUSH.search(line)]
    assert left == []


def test_every_defect_has_a_name_of_its_own_and_a_reason():
    names = [defect["name"] for defect in DEFECTS]
    assert len(names) == len(set(names))
    assert all(defect["why"] for defect in DEFECTS)
