"""A decision before a court: one file proves it, ten years later, to us and to a second reader."""

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, MalformedError
from certorigin.log.proof import Proof
from certorigin.recognition.court.check import check_court_file
from certorigin.recognition.court.collect import collect
from certorigin.recognition.court.file import CourtFile, Decided
from certorigin.recognition.verify import Verifier
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust.entries import Withdrawal
from certorigin.seal.trust.folder import roots_to_bytes, write_trust_folder
from certorigin.seal.trust.trust_list import seal_trust_list
from certorigin.terminal.main import main
from certorigin.vocabulary.goods import DocumentReference
from tests.data import ROOT
from tests.library.recognition import court_reader
from tests.library.recognition import world as w
from tests.library.recognition.declarations import DAY, NUMBER, declaration, line
from tests.library.standing import sample

DECIDED = w.minutes(10)
MADE = w.minutes(60)
IN_TEN_YEARS = w.NOON.replace(year=2036)
HOLDS = [
    "court.roots_pinned",
    "court.lists_hold",
    "court.seal_holds",
    "court.certificate_holds",
    "court.acts_hold",
    "court.standing_then",
    "court.standing_since",
    "court.head_holds",
    "court.report_agrees",
    "court.decision_sealed",
    "court.declaration_agrees",
    "court.keys_hold_since",
]


# Runs the command in a process that has no network: whoever asks for a socket ends it.
OFFLINE = """
import sys
def refuse(event, _):
    if event.startswith("socket."):
        raise SystemExit(f"no network: {event}")
sys.addaudithook(refuse)
from certorigin.terminal.main import main
main()
"""
TEN_YEARS = timedelta(days=3653)


def sealed(file, by="AZ gateway"):
    """A file as it is taken away: sealed by the installation, and read again."""
    return CourtFile.from_bytes(file.sealed(w.sealer(by)))


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Belarus issued; Azerbaijan's customs decided; each mirrors the other; then an annulment."""
    folder = tmp_path_factory.mktemp("court")
    by = w.small(folder)
    by.enter(w.issued(4), at=w.minutes(2))
    by.follow(w.minutes(3))
    az = w.World(folder, publisher="AZ-1", reader="BY-1")
    az.enter(
        w.utilised(
            20, {1: sample.pieces(40)}, declaration=DocumentReference(NUMBER, DAY), at=DECIDED
        ),
        at=DECIDED,
    )
    az.follow(w.minutes(12))
    by.enter(w.annulled(21, at=w.minutes(30), effective=w.minutes(30)), at=w.minutes(30))
    by.follow(w.minutes(31))
    return by, az


@pytest.fixture(scope="module")
def file(states):
    by, az = states
    lodged = declaration(line(quantity="40"))
    report = Verifier(by.trust, [by.view()]).verify(by.bundle(0), at=DECIDED)
    document = parse_strict(az.acts[0])
    document.pop("proof")
    decided = Decided(
        outcome="accepted",
        at=DECIDED,
        act=strict_bytes(document),
        report=json.dumps(report.to_data()).encode(),
        declaration=strict_bytes(lodged.to_data()),
    )
    places = [(by.view(), 0), (az.view(), 0), (by.view(), 4)]
    facts = {"states": ("AZ", "BY"), "trust": by.trust, "installation": "AZ-1", "at": MADE}
    return sealed(collect(decided, places, used=(by.view(), 4), **facts))


@pytest.fixture(scope="module")
def raw(file):
    return file.sealed(w.sealer("AZ gateway"))


def codes(report):
    return [point.code for point in report.points]


def facts(report, code):
    return next(point.facts for point in report.points if point.code == code)


def check(file, trust, **changes):
    """Check a file that was changed by somebody who can seal it anew."""
    changed = sealed(replace(file, **changes))
    return check_court_file(changed, at=IN_TEN_YEARS, known=trust)


def test_everything_holds_ten_years_later(states, file, raw):
    again = CourtFile.from_bytes(raw)
    report = check_court_file(again, at=IN_TEN_YEARS, known=states[0].trust)
    assert codes(report) == HOLDS
    assert report.outcome == "holds"
    assert facts(report, "court.standing_then")["status"] == "valid"
    assert facts(report, "court.standing_since")["status"] == "annulled"
    assert facts(report, "court.head_holds")["size"] == "4"
    assert again == file


@given(st.data())
def test_a_changed_byte_anywhere_is_refused(raw, data):
    """Also in what stands in no log, such as what was recorded of freshness and match."""
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    with pytest.raises(CertoriginError):
        CourtFile.from_bytes(raw[:place] + bytes([other]) + raw[place + 1 :])


@pytest.mark.parametrize(
    ("issuer", "by", "fault"),
    [
        ("AZ-1", "nobody's", "trust.key_unknown"),
        ("BY-1", "BY gateway", "court.sealed_by_another"),
        ("AZ-1", "AZ seal", "trust.controller_differs"),
        ("AZ-2", "AZ gateway", "trust.controller_differs"),
    ],
)
def test_who_may_not_give_it_out_seals_in_vain(states, file, issuer, by, fault):
    changed = replace(file, issuer=f"urn:certorigin:installation:{issuer}")
    report = check_court_file(sealed(changed, by), at=IN_TEN_YEARS, known=states[0].trust)
    assert facts(report, "court.seal_fails") == {"fault": fault}
    assert report.outcome == "fails"


def test_a_file_that_nobody_sealed_is_refused(file):
    with pytest.raises(MalformedError, match="proof"):
        CourtFile.from_bytes(strict_bytes(file.to_document()))
    unsealed = check_court_file(replace(file, key=""), at=IN_TEN_YEARS)
    assert unsealed.outcome == "fails"


def test_roots_that_came_with_the_file_alone_stay_open(file):
    report = check_court_file(file, at=MADE)
    assert report.outcome == "open"
    assert codes(report)[0] == "court.roots_not_pinned"
    assert codes(report)[1:] == HOLDS[1:]


def test_a_key_withdrawn_since_changes_nothing_about_the_day(file):
    """It is told beside the answer; a withdrawal that reaches back before the seal is told too."""
    for at, code in ((w.minutes(45), "keys_hold_since"), (w.NOON, "keys_fell_since")):
        draft = w.contents(
            "BY",
            version=2,
            valid_from=date(2026, 5, 20),
            keys={"seal": {"withdrawn": Withdrawal(at, "compromised")}},
        )
        later = w.trust()
        later.adopt(seal_trust_list(draft, [w.sealer("BY root")], created=w.NOON + w.DAY))
        report = check(file, later)
        assert codes(report) == [*HOLDS[:-1], f"court.{code}"]
        assert report.outcome == "holds"


def _altered_decision(file, old, new):
    return replace(file.decided, act=file.decided.act.replace(old, new))


def _altered_list(file):
    return (file.lists[0].replace(b"Address", b"Adress"), *file.lists[1:])


def _entry(file, index, **changes):
    acts = list(file.acts)
    acts[index] = replace(acts[index], **changes)
    return tuple(acts)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda f: {"lists": (f.lists[0].replace(b"Address", b"Adress"), *f.lists[1:])},
            "lists_broken",
        ),
        (lambda f: {"lists": f.lists[1:]}, "certificate_open"),
        (lambda f: {"acts": _entry(f, 0, data=f.acts[2].data)}, "certificate_fails"),
        (lambda f: {"acts": _entry(f, 1, proof=f.acts[0].proof)}, "acts_broken"),
        (lambda f: {"head": f.head.replace(b"\n4\n", b"\n5\n")}, "head_broken"),
        (lambda f: {"consistency": None}, "head_broken"),
        (lambda f: {"head": Proof.from_bytes(f.acts[1].proof).head[:-9]}, "head_broken"),
        (lambda f: {"acts": (f.acts[0], f.acts[2])}, "decision_not_sealed"),
        (
            lambda f: {"decided": replace(f.decided, report=b'{"parts":{}}')},
            "report_differs",
        ),
        (
            lambda f: {
                "decided": replace(
                    f.decided, report=f.decided.report.replace(b"issuer.entitled", b"issuer.no")
                )
            },
            "report_differs",
        ),
        (
            lambda f: {"decided": _altered_decision(f, b'"number":"10001', b'"number":"20001')},
            "declaration_differs",
        ),
        (
            lambda f: {
                "decided": replace(
                    f.decided,
                    declaration=f.decided.declaration.replace(b'"number":"10001', b'"number":"3'),
                )
            },
            "declaration_differs",
        ),
    ],
)
def test_whatever_is_changed_in_the_file_is_found(states, file, change, code):
    report = check(file, states[0].trust, **change(file))
    assert f"court.{code}" in codes(report)
    assert report.outcome == ("open" if code == "decision_not_sealed" else "fails")


def test_times_that_can_not_be_are_refused(states, file):
    with pytest.raises(MalformedError, match=r"court\.from_future"):
        check_court_file(file, at=MADE - timedelta(seconds=1))
    with pytest.raises(MalformedError, match=r"court\.from_future"):
        check(file, states[0].trust, at=DECIDED - timedelta(seconds=1))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"format":"certorigin-court-file/v2"}'])
def test_what_is_no_court_file_is_refused(raw):
    with pytest.raises(MalformedError):
        CourtFile.from_bytes(raw)


def test_one_command_checks_it_offline(states, raw, tmp_path):
    path, trust = tmp_path / "evidence.json", tmp_path / "trust"
    path.write_bytes(raw)
    write_trust_folder(states[0].trust, trust)
    late = ["--at", "2036-05-16T12:00:00Z"]

    def run(*arguments):
        answer = CliRunner().invoke(main, ["evidence", str(path), *arguments, *late])
        return answer.exit_code, answer.output

    for language in ("en", "ru", "az", "be"):
        status, told = run("--trust", str(trust), "--language", language)
        assert status == 0
        assert told.count("[court.") == len(HOLDS)
    status, told = run("--trust", str(trust), "--json")
    assert (status, json.loads(told)["outcome"]) == (0, "holds")
    assert run()[0] == 3
    path.write_bytes(raw.replace(b'"outcome":"accepted"', b'"outcome":"refused"'))
    assert run("--trust", str(trust))[0] == 1
    path.write_bytes(raw[:-1])
    assert run("--trust", str(trust))[0] == 2


def test_a_process_that_starts_ten_years_on_and_has_no_network_comes_to_the_same(
    states, raw, tmp_path
):
    """Its clock is ten years ahead; it has the file and the published roots, and no line."""
    path, trust, ahead = tmp_path / "evidence.json", tmp_path / "trust", tmp_path / "seconds"
    write_trust_folder(states[0].trust, trust)
    ahead.write_text(str(TEN_YEARS.total_seconds()), "ascii")
    clock = {"PYTHONPATH": str(ROOT / "tests/journeys/clock"), "JOURNEY_CLOCK": str(ahead)}

    def run(evidence):
        path.write_bytes(evidence)
        command = [sys.executable, "-c", OFFLINE, "evidence", str(path), "--trust", str(trust)]
        return subprocess.run(
            [*command, "--json"],
            capture_output=True,
            check=False,
            env=os.environ | clock,
            text=True,
        )

    done = run(raw)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["outcome"] == "holds"
    assert int(found["at"][:4]) >= MADE.year + 10
    changed = raw.replace(b'"at":"2026-05-16T12:10:00Z"', b'"at":"2026-05-16T12:10:01Z"')
    assert changed != raw
    done = run(changed)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_second_reader_that_knows_only_the_pages_comes_to_the_same(states, file, raw):
    """It imports nothing of ours, and refuses what we refuse."""
    imported = set()
    for found in ast.walk(ast.parse(Path(court_reader.__file__).read_text("utf-8"))):
        if isinstance(found, ast.ImportFrom):
            imported.add(str(found.module).partition(".")[0])
        elif isinstance(found, ast.Import):
            imported |= {one.name.partition(".")[0] for one in found.names}
    assert imported == {"base64", "hashlib", "json", "sys", "pathlib", "cryptography"}
    roots = json.loads(roots_to_bytes(states[0].trust.roots))
    assert court_reader.read(raw, roots) == {
        "number": "BYAZ6001000001",
        "registered": "2026-05-16T12:01:00Z",
        "outcome": "accepted",
        "decision_registered": "2026-05-16T12:12:00Z",
        "acts": 3,
    }
    wrong = {
        "lists": tuple(one.replace(b"Address", b"Adress") for one in file.lists),
        "acts": _entry(file, 0, data=file.acts[2].data),
        "head": file.head.replace(b"\n4\n", b"\n5\n"),
        "decided": _altered_decision(file, b"10001", b"20001"),
    }
    for name, value in wrong.items():
        with pytest.raises(Exception):  # noqa: B017,PT011 - whichever of its checks it is
            court_reader.read(replace(file, **{name: value}).sealed(w.sealer("AZ gateway")), roots)
    for place in range(0, len(raw), 997):
        with pytest.raises(Exception):  # noqa: B017,PT011 - not text, no seal, another seal
            court_reader.read(raw[:place] + b"~" + raw[place + 1 :], roots)
