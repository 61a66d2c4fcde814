"""Snapshots of live certificates: small, sealed, carried on by deltas, checked without a line."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import (
    CertoriginError,
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.trust.entries import Key
from certorigin.seal.trust.folder import write_trust_folder
from certorigin.standing import live
from certorigin.standing.live import (
    BITS,
    code_of,
    difference,
    pack,
    seal_live,
    take_snapshot,
    unpack,
    verify_live,
)
from certorigin.terminal.main import main
from tests.data import ROOT
from tests.library.seal.samples import NOON, SYSTEM, YEAR, draft, keys, known, sealer

SALT = "ab" * 16
NOBODY = known()
GATEWAY = sealer("BY gateway")
ACTS = json.loads((ROOT / "vectors" / "act" / "act.json").read_bytes())["cases"]
ACT = next(case["text"] for case in ACTS if case["name"] == "good_issued")
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=4)
codes = st.lists(st.integers(0, (1 << BITS) - 1), unique=True).map(sorted)


def _subjects(start, end):
    return [f"urn:certorigin:certificate:BY-1:{at}" for at in range(start, end)]


def _snapshot(start, end, number=1, **changes):
    made = take_snapshot(
        _subjects(start, end), installation="BY-1", number=number, at=NOON, salt=SALT
    )
    return replace(made, **changes)


@pytest.fixture(scope="module")
def trust():
    return known(draft(keys=[*keys(), Key(GATEWAY.key, SYSTEM, ("gateway",), YEAR)]))


# -- Rice's code ----------------------------------------------------------------------------------


@given(codes)
def test_codes_there_and_back(some):
    assert unpack(pack(some), len(some)) == tuple(some)


@given(st.binary(max_size=40), st.integers(0, 30))
def test_no_bytes_have_two_meanings(data, count):
    try:
        found = unpack(data, count)
    except MalformedError:
        return
    assert pack(found) == data
    assert list(found) == sorted(set(found))


def test_a_small_example_bit_by_bit():
    # Two codes leave 38 bits of each gap plain: 0 is 0 and 38 noughts; 2^39 - 1 is 10 and 38 ones.
    bits = "0" + "0" * 38 + "10" + "1" * 38 + "0"
    assert pack([0, 1 << 39]) == int(bits, 2).to_bytes(10)


# -- size -----------------------------------------------------------------------------------------


def test_ten_thousand_certificates_are_under_100_kb():
    first = _snapshot(0, 10_000)
    assert len(first.codes) == 10_000
    assert len(seal_live(first, GATEWAY)) < 50_000
    later = _snapshot(250, 10_250, number=2)
    assert len(seal_live(difference(first, later), GATEWAY)) < 5_000


# -- what it answers ------------------------------------------------------------------------------


def test_it_holds_what_was_live_and_nothing_else():
    snapshot = _snapshot(0, 300)
    assert all(map(snapshot.holds, _subjects(0, 300)))
    assert not any(map(snapshot.holds, _subjects(300, 600)))


def test_codes_say_nothing_without_the_salt():
    subject = _subjects(0, 1)[0]
    digest = hashlib.sha256(bytes.fromhex(SALT) + subject.encode()).digest()
    assert code_of(SALT, subject) == int.from_bytes(digest[:5])
    assert code_of("cd" * 16, subject) != code_of(SALT, subject)


def test_a_delta_leads_to_the_next_snapshot():
    first, second = _snapshot(0, 50), _snapshot(5, 60, number=2, at=NOON + timedelta(hours=1))
    delta = difference(first, second)
    assert (len(delta.added), len(delta.removed)) == (10, 5)
    assert delta.apply(first) == second


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"base": 7}, UnknownError),
        ({"salt": "cd" * 16}, UnknownError),
        ({"installation": "AZ-1"}, UnknownError),
        ({"added": ()}, VerificationError),
        ({"digest": "0" * 64}, VerificationError),
        ({"at": NOON - timedelta(seconds=1)}, VerificationError),
    ],
)
def test_a_delta_that_does_not_fit(changes, error):
    first = _snapshot(0, 50)
    delta = difference(first, _snapshot(5, 60, number=2))
    with pytest.raises(error):
        replace(delta, **changes).apply(first)


def test_too_many(monkeypatch):
    monkeypatch.setattr(live, "MAX_CODES", 5)
    with pytest.raises(LimitError, match=r"live\.too_many"):
        _snapshot(0, 6)


def test_too_many_are_not_all_looked_at(monkeypatch):
    """What comes after is not asked for: each has to be folded first."""
    monkeypatch.setattr(live, "MAX_CODES", 5)
    subjects = (f"urn:certorigin:certificate:BY-1:{at}" for at in range(1_000))
    with pytest.raises(LimitError, match=r"live\.too_many"):
        take_snapshot(subjects, installation="BY-1", number=1, at=NOON, salt=SALT)
    assert next(subjects).endswith(":6")


# -- the seal -------------------------------------------------------------------------------------


def test_sealed_there_and_back(trust):
    first, second = _snapshot(0, 20), _snapshot(3, 25, number=2)
    for what in (first, difference(first, second), _snapshot(0, 0)):
        assert verify_live(seal_live(what, GATEWAY), trust) == what


def test_what_was_altered_or_sealed_by_another_is_not_believed(trust):
    raw = seal_live(_snapshot(0, 20), GATEWAY)
    with pytest.raises(SignatureError):
        verify_live(raw.replace(b'"number":"1"', b'"number":"2"'), trust)
    with pytest.raises(UntrustedKeyError):
        verify_live(seal_live(_snapshot(0, 20), sealer("BY log")), trust)
    with pytest.raises(UntrustedKeyError, match=r"trust\.key_unknown"):
        verify_live(seal_live(_snapshot(0, 20), sealer("stranger")), trust)
    with pytest.raises(MalformedError):
        verify_live(b"{}", trust)


@given(st.dictionaries(st.sampled_from(["at", "live", "number", "salt", "x"]), PLAIN))
def test_no_document_is_a_crash(changes):
    document = live._to_document(_snapshot(0, 2))
    about = {**document["credentialSubject"], **changes}
    sealed = live.seal_document(
        {**document, "credentialSubject": about}, [(GATEWAY, document["issuer"])], created=NOON
    )
    if about != document["credentialSubject"]:
        with pytest.raises(CertoriginError):
            verify_live(sealed, NOBODY)


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def post(tmp_path, trust):
    """What a post has: trust lists, a snapshot, a delta, and the certificate before it."""
    write_trust_folder(trust, tmp_path / "trust")
    subject = json.loads(ACT)["credentialSubject"]["id"]
    first = take_snapshot([], installation="BY-1", number=1, at=NOON, salt=SALT)
    second = take_snapshot(
        [subject], installation="BY-1", number=2, at=NOON + timedelta(hours=1), salt=SALT
    )
    (tmp_path / "first.json").write_bytes(seal_live(first, GATEWAY))
    (tmp_path / "second.json").write_bytes(seal_live(second, GATEWAY))
    (tmp_path / "delta.json").write_bytes(seal_live(difference(first, second), GATEWAY))
    (tmp_path / "act.json").write_text(ACT)
    bundle = {"act": ACT, "format": "certorigin-bundle/v1", "proof": "x"}
    (tmp_path / "bundle.json").write_bytes(orjson.dumps(bundle))
    return tmp_path


def _check(post, snapshot, *more, file="act.json", at="2026-05-16T13:30:00Z"):
    words = ["live", "check", str(post / file), "--snapshot", str(post / snapshot)]
    words += ["--trust", str(post / "trust"), "--at", at, "--json", *more]
    done = CliRunner().invoke(main, words)
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize("file", ["act.json", "bundle.json"])
def test_a_post_asks(post, file):
    status, told = _check(post, "second.json", file=file)
    assert (status, told["answers"][file], told["number"]) == (0, "live.listed", "2")
    status, told = _check(post, "first.json", "--delta", str(post / "delta.json"), file=file)
    assert (status, told["answers"][file], told["number"]) == (0, "live.listed", "2")
    status, told = _check(post, "first.json", file=file)
    assert (status, told["answers"][file]) == (1, "live.not_listed")


@pytest.mark.parametrize("at", ["2026-05-16T11:59:59Z", "2026-05-18T12:00:00Z"])
def test_an_old_snapshot_and_one_from_the_future_say_nothing(post, at):
    assert _check(post, "first.json", at=at)[0] == 3


def test_a_certificate_from_after_the_snapshot_is_not_called_dead(post, trust):
    early = take_snapshot(
        [], installation="BY-1", number=1, at=NOON - timedelta(hours=9), salt=SALT
    )
    (post / "first.json").write_bytes(seal_live(early, GATEWAY))
    status, told = _check(post, "first.json", at="2026-05-16T09:10:00Z")
    assert (status, told["answers"]["act.json"]) == (3, "live.issued_later")


@pytest.mark.parametrize(
    ("snapshot", "more", "file", "status"),
    [
        ("delta.json", [], "act.json", 2),
        ("second.json", ["--delta", "second.json"], "act.json", 2),
        ("second.json", ["--delta", "delta.json"], "act.json", 3),
        ("second.json", [], "second.json", 2),
        ("second.json", [], "empty.json", 2),
        ("act.json", [], "act.json", 2),
    ],
)
def test_files_that_are_something_else(post, snapshot, more, file, status):
    (post / "empty.json").write_text("")
    more = [str(post / word) if word.endswith("json") else word for word in more]
    assert _check(post, snapshot, *more, file=file)[0] == status


def test_an_altered_snapshot_is_told_in_words(post):
    raw = (post / "second.json").read_bytes()
    (post / "second.json").write_bytes(raw.replace(b'"number":"2"', b'"number":"3"'))
    words = ["live", "check", str(post / "act.json"), "--snapshot", str(post / "second.json")]
    done = CliRunner().invoke(main, [*words, "--trust", str(post / "trust")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "signature" in done.stderr


# -- docs/spec/live.md ----------------------------------------------------------------------------


def test_the_page_is_true(trust):
    text = (ROOT / "docs" / "spec" / "live.md").read_text("utf-8")
    example = json.loads(re.search(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[1])
    found = verify_live(strict_bytes(example), trust)
    assert (found.number, len(found.codes)) == (7, 3)
    assert all(map(found.holds, _subjects(0, 3)))
    source = "".join(
        (ROOT / "src" / "certorigin" / place).read_text("utf-8")
        for place in ("standing/live.py", "terminal/live.py")
    )
    assert set(re.findall(r'"(live\.[a-z_]+)"', source)) <= set(
        re.findall(r"`(live\.[a-z_]+)`", text)
    )
