"""The demo as a newcomer starts it, and what outside checks rely on."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.data import ROOT
from tests.journeys.states import PATIENCE, plain_environment
from tests.structure.blocks import blocks

pytestmark = pytest.mark.journey

CERTORIGIN = ROOT / ".venv" / "bin" / "certorigin"
OUTCOMES = {"accepted", "not_originating", "annulled", "partly_used", "mismatch"}
PARTS = {"integrity", "issuer", "registration", "standing", "freshness", "match"}
STOPS = ["application", "assessment", "certification", "log", "mirror", "recognition", "returns"]
FAR = "2099-01-01T00:00:00Z"


def start(*command) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * PATIENCE,
        cwd="/",
        env=plain_environment(),
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One run of the demo; its folder stays while this module is tested."""
    folder = tmp_path_factory.mktemp("demo") / "here"
    done = start(ROOT / "scripts" / "demo", "--once", "--json", "--dir", folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder, json.loads(done.stdout)


def one_with(report, outcome):
    return next(one for one in report["consignments"] if one["outcome"] == outcome)


def verify(report, file, *options):
    """Run `certorigin verify --json` with no system up; return the exit status and the answer."""
    done = start(CERTORIGIN, "verify", file, "--trust", report["trust"], "--json", *options)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def mirror_of(report, owner):
    return next(one["path"] for one in report["mirrors"] if one["owner"] == owner)


def abroad_with(report, outcome):
    """A consignment, its bundle, and the mirror of the state into which it was imported."""
    found = one_with(report, outcome)
    return found, found["files"]["bundle"], mirror_of(report, found["importer_state"])


def test_the_report_has_what_outside_checks_look_for(demo):
    """Every member of the contract is there, every step held, and every path lies in the folder."""
    folder, report = demo
    assert report["ok"] is True
    assert report["seconds"] > 0
    assert len(report["consignments"]) >= 10
    assert {one["exporter_state"] for one in report["consignments"]} == {"BY", "AZ"}
    assert {one["outcome"] for one in report["consignments"]} == OUTCOMES
    for one in report["consignments"]:
        assert one["importer_state"] != one["exporter_state"]
        assert (one["number"] is None) == (one["outcome"] == "not_originating")
        assert all(set(stop) >= {"name", "time", "held"} for stop in one["stops"])
        assert all(stop["held"] is True for stop in one["stops"])
        names = [stop["name"] for stop in one["stops"]]
        assert names == (STOPS if one["number"] else STOPS[:2])
        if one["number"]:
            for kind in ("bundle", "pdf"):
                assert Path(one["files"][kind]).is_relative_to(folder)
                assert Path(one["files"][kind]).is_file()
    numbers = [one["number"] for one in report["consignments"] if one["number"]]
    assert len(set(numbers)) == len(numbers)


def test_the_report_names_logs_mirrors_and_trust(demo):
    """Each state has a log and a mirror of the other's, and a trust folder for both."""
    folder, report = demo
    assert {(one["owner"], one["partner"]) for one in report["logs"]} == {
        ("BY", "AZ"),
        ("AZ", "BY"),
    }
    assert {(one["owner"], one["partner"]) for one in report["mirrors"]} == {
        ("BY", "AZ"),
        ("AZ", "BY"),
    }
    for one in (*report["logs"], *report["mirrors"]):
        assert Path(one["path"]).is_relative_to(folder)
        assert (Path(one["path"]) / "checkpoint").is_file()
    for log in report["logs"]:
        size = (Path(log["path"]) / "checkpoint").read_text().splitlines()[1]
        assert log["size"] == int(size) > 0
    assert Path(report["trust"]).is_relative_to(folder)
    assert (Path(report["trust"]) / "roots.json").is_file()


def test_an_accepted_certificate_verifies_with_the_mirror(demo):
    """With trust list and mirror the answer is whole: recognised, in parts with codes."""
    _, report = demo
    _, bundle, mirror = abroad_with(report, "accepted")
    status, told = verify(report, bundle, "--mirror", mirror)
    assert (status, told["bottom_line"]) == (0, "recognised"), told
    assert set(told["parts"]) == PARTS
    assert all(part["code"] for part in told["parts"].values())
    assert told["parts"]["match"]["code"] == "match.not_asked"
    assert told["as_of"]


def test_every_pdf_shows_what_was_sealed(demo):
    """Each certificate's PDF is answered as its bundle is, and its page agrees."""
    _, report = demo
    named = [one["files"] for one in report["consignments"] if one["number"]]
    _, bundles = verify(report, *(files["bundle"] for files in named))
    _, pdfs = verify(report, *(files["pdf"] for files in named))
    assert [one["bottom_line"] for one in pdfs] == [one["bottom_line"] for one in bundles]
    assert {one["parts"]["page"]["code"] for one in pdfs} == {"page.agrees"}


def test_without_a_mirror_standing_is_as_of_the_head_in_the_bundle(demo):
    """The bundle alone answers as of its own head."""
    _, report = demo
    _, bundle, _ = abroad_with(report, "accepted")
    status, told = verify(report, bundle)
    assert (status, told["bottom_line"]) == (0, "recognised"), told
    assert told["parts"]["standing"]["code"] == "standing.as_of_bundle"


@pytest.mark.parametrize("with_mirror", [False, True])
def test_far_in_the_future_nothing_is_sure(demo, with_mirror):
    """Past the corridor's limit for the age of a head the line is not `recognised` any more."""
    _, report = demo
    _, bundle, mirror = abroad_with(report, "accepted")
    options = ["--mirror", mirror] if with_mirror else []
    soon = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    status, told = verify(report, bundle, *options, "--at", soon)
    assert (status, told["bottom_line"]) == (3, "undetermined"), told
    assert told["parts"]["freshness"]["code"] == "freshness.stale"
    status, told = verify(report, bundle, *options, "--at", FAR)
    assert told["bottom_line"] != "recognised"
    assert status in {1, 3}


def test_an_annulled_certificate_is_refused_only_where_the_mirror_knows(demo):
    """The mirror knows of the annulment; the bundle, which is older, cannot."""
    _, report = demo
    _, bundle, mirror = abroad_with(report, "annulled")
    status, told = verify(report, bundle, "--mirror", mirror)
    assert (status, told["bottom_line"]) == (1, "refused"), told
    assert told["parts"]["standing"]["code"] == "standing.annulled"
    status, told = verify(report, bundle)
    assert told["parts"]["standing"]["code"] == "standing.as_of_bundle"


def test_every_changed_byte_of_the_certificate_is_noticed(demo, tmp_path):
    """A bundle whose act has one other byte is refused or unreadable, with and without a mirror.

    A byte in the name of a suite or of a kind of proof makes it one that nobody here knows, which
    says nothing about the seal (docs/spec/seal.md 4.3): undetermined, and never recognised.
    """
    _, report = demo
    _, bundle, mirror = abroad_with(report, "accepted")
    raw = Path(bundle).read_bytes()
    end = raw.index(b'"format"')
    files = [changed(raw, place, tmp_path) for place in range(raw.index(b"{", 1), end, end // 30)]
    for options in ([], ["--mirror", mirror]):
        status, told = verify(report, files[0], *files[1:], *options)
        assert status == 2, "some of them are not even readable"
        assert {"refused", "unreadable"} <= {one["bottom_line"] for one in told}
        others = [one for one in told if one["bottom_line"] not in {"refused", "unreadable"}]
        assert {one["bottom_line"] for one in others} <= {"undetermined"}
        unknown = {"integrity.suite_unknown", "integrity.version_unknown"}
        assert {one["parts"]["integrity"]["code"] for one in others} <= unknown


def test_a_changed_byte_of_the_proof_never_registers_anything_else(demo, tmp_path):
    """A damaged proof leaves a doubt; only a mirror that holds the very same act removes it."""
    _, report = demo
    _, bundle, mirror = abroad_with(report, "accepted")
    raw = Path(bundle).read_bytes()
    start = raw.index(b"index ")
    files = [changed(raw, place, tmp_path) for place in range(start, len(raw) - 2, 29)]
    _, alone = verify(report, files[0], *files[1:])
    _, with_mirror = verify(report, files[0], *files[1:], "--mirror", mirror)
    for told in (alone, with_mirror):
        readable = [one for one in told if one["bottom_line"] != "unreadable"]
        assert all(one["parts"]["integrity"]["code"] == "integrity.sound" for one in readable)
    worse = [one for one in alone if one["bottom_line"] != "recognised"]
    assert len(worse) > len(alone) / 2


def changed(raw, place, folder) -> Path:
    """Write a copy with one bit of one byte turned."""
    other = bytearray(raw)
    other[place] ^= 1
    path = folder / f"{place}.json"
    path.write_bytes(other)
    return path


def test_all_logs_and_mirrors_are_sound(demo):
    """`certorigin log fsck` exits 0 on every log and mirror that the demo leaves."""
    _, report = demo
    for one in (*report["logs"], *report["mirrors"]):
        done = start(CERTORIGIN, "log", "fsck", one["path"], "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["ok"] is True
        done = start(CERTORIGIN, "log", "fsck", one["path"], "--trust", report["trust"], "--json")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["logs", "mirrors"])
def test_a_damaged_copy_is_found_with_its_entry(demo, kind, tmp_path):
    """One byte of one entry differs: fsck exits 1 and names that entry, and no other."""
    _, report = demo
    copy = tmp_path / "copy"
    shutil.copytree(report[kind][0]["path"], copy)
    bundle = max(
        (path for path in (copy / "tile" / "entries").rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_size,
    )
    raw = bytearray(bundle.read_bytes())
    wanted, place = 3, 0
    for _ in range(wanted):
        place += 2 + int.from_bytes(raw[place : place + 2], "big")
    raw[place + 40] ^= 1
    bundle.write_bytes(raw)
    done = start(CERTORIGIN, "log", "fsck", copy, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert told["first_bad"]["index"] == wanted
    assert told["first_bad"]["code"] == "log.entry_altered"


@pytest.mark.parametrize(("command", "shown"), [*blocks("console demo")])
def test_a_command_of_the_pages_runs_after_the_demo(demo, command, shown):
    """What README and guide say to type after a demo can be typed: no answer is `unreadable`."""
    folder, _ = demo
    if command.startswith("scripts/demo "):
        assert command == "scripts/demo --once --dir var/demo"  # as the fixture has run it
        return
    line = command.replace("var/demo", str(folder)).replace("certorigin", str(CERTORIGIN), 1)
    done = start("bash", "-c", line)
    assert done.returncode in {0, 1, 3}, done.stderr
    assert done.stdout.startswith(shown)
    assert done.stdout
