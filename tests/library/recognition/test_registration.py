"""Steps 3 and 4: the proof, the partner's cosignature, the mirror."""

import pytest

from certorigin.recognition.bundle import Bundle
from certorigin.recognition.report import Outcome
from certorigin.seal.trust.entries import Withdrawal
from certorigin.vocabulary.corridor import Corridor
from tests.library.recognition import world as w
from tests.library.recognition.expecting import expect, report
from tests.library.recognition.world import NOON, minutes
from tests.library.standing import sample


def test_an_act_alone_without_a_mirror_shows_no_registration(world):
    found = report(world.acts[0], world.trust)
    expect(found, "registration.proof_missing")
    expect(found, "issuer.no_legal_time")
    expect(found, "standing.not_reached")
    expect(found, "freshness.not_reached")


@pytest.mark.parametrize(
    "proof",
    [
        b"garbage",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\nnot a note",
        b"c2sp.org/tlog-proof@v1\nindex 0\n\nnot\na\ncheckpoint\n\n\xe2\x80\x94 x AAAAAAA=\n",
    ],
)
def test_a_proof_that_cannot_be_read_shows_nothing(world, proof):
    raw = Bundle(world.acts[0], proof).to_bytes()
    expect(report(raw, world.trust), "registration.proof_malformed")


def test_a_mirror_does_not_heal_a_damaged_file(world):
    """The mirror holds the act; the file is still not the one that was handed out."""
    whole = report(world.bundle(0), world.trust, mirrors=[world.view()])
    assert whole.bottom_line is Outcome.RECOGNISED
    damaged = Bundle(world.acts[0], b"garbage").to_bytes()
    found = report(damaged, world.trust, mirrors=[world.view()])
    expect(found, "registration.proof_malformed")
    assert found.bottom_line is Outcome.UNDETERMINED


def test_a_proof_of_another_entry_is_refused(world, bundle):
    other = Bundle.from_bytes(world.bundle(1)).proof
    raw = Bundle(world.acts[0], other).to_bytes()
    expect(report(raw, world.trust), "registration.proof_wrong")


def test_a_head_with_a_wrong_signature_is_refused(world, bundle):
    read = Bundle.from_bytes(bundle)
    lines = read.proof.split(b"\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(b"\xe2\x80\x94"))
    end = lines[at][:-8] + (b"AAAA" if lines[at][-8:-4] != b"AAAA" else b"BBBB") + lines[at][-4:]
    proof = b"\n".join([*lines[:at], end, *lines[at + 1 :]])
    raw = Bundle(read.act, proof).to_bytes()
    expect(report(raw, world.trust), "registration.head_forged")


def test_a_log_whose_publisher_or_key_is_unknown_decides_nothing(world, bundle):
    no_log = w.trust(by={"omit": ["BY-1 log"]})
    expect(report(bundle, no_log), "registration.log_unknown")
    nobody = w.trust(
        by={"installations": [], "omit": [f"BY-1 {role}" for role in w.ROLES] + ["BY gateway"]}
    )
    expect(report(bundle, nobody), "registration.log_unknown")
    other_key = w.trust(by={"keys": {"log": {}}, "rename_log": "another log"})
    expect(report(bundle, other_key), "registration.log_unknown")


def test_a_log_key_that_was_withdrawn_before_shows_nothing(world, bundle):
    withdrawn = {"log": {"withdrawn": Withdrawal(NOON, "compromised")}}
    lists = w.trust(by={"keys": withdrawn})
    expect(report(bundle, lists), "registration.log_key_not_entitled")


def test_a_head_that_the_partner_has_not_cosigned_gives_no_legal_time(world):
    raw = world.bundle(0, head=world.log.head().data)
    found = report(raw, world.trust)
    expect(found, "registration.not_cosigned")
    expect(found, "issuer.no_legal_time")
    expect(report(raw, world.trust, mirrors=[world.view()]), "registration.registered")


def test_a_witness_that_was_withdrawn_before_gives_no_legal_time(world, bundle):
    withdrawn = {"witness": {"withdrawn": Withdrawal(NOON, "compromised")}}
    lists = w.trust(az={"keys": withdrawn})
    expect(report(bundle, lists), "registration.not_cosigned")


def test_a_mirror_that_was_not_cosigned_gives_no_legal_time(tmp_path):
    world = w.World(tmp_path)
    world.enter(w.issued())
    world.follow(minutes(1), cosigner=None)
    found = report(world.acts[0], world.trust, mirrors=[world.view()])
    expect(found, "registration.not_cosigned")
    expect(found, "standing.pending")


def test_before_its_legal_time_it_was_not_registered(world, bundle):
    facts = expect(report(bundle, world.trust, at=NOON), "registration.after_at")
    assert facts == {"legal_time": "2026-05-16T12:01:00Z"}
    mirrored = report(bundle, world.trust, at=NOON, mirrors=[world.view()])
    expect(mirrored, "registration.after_at")
    expect(mirrored, "standing.not_in_mirror")


def other_publisher(tmp_path, **changes):
    """A certificate in a log where it does not belong."""
    world = w.World(tmp_path)
    world.enter(w.issued(**changes))
    world.follow(minutes(1))
    return world


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate": sample.certificate(issued_in="AZ", presented_in="BY")},
        {"certificate": sample.certificate(presented_in="RU")},
        {"corridor": Corridor.from_text("BY-RU/CIS-2009")},
    ],
)
def test_a_log_of_another_state_or_corridor_registers_nothing(tmp_path, changes):
    world = other_publisher(tmp_path, **changes)
    expect(report(world.bundle(0), world.trust), "registration.publisher_differs")
    lone = report(world.acts[0], world.trust, mirrors=[world.view()])
    assert lone.parts["registration"].code == "registration.proof_missing"


def test_a_mirror_that_is_behind_decides_nothing(tmp_path):
    world = w.small(tmp_path / "one")
    behind = world.view()
    world.enter(w.issued(9), at=minutes(2))
    world.follow(minutes(3))
    facts = expect(
        report(world.bundle(3), world.trust, mirrors=[behind]), "registration.mirror_behind"
    )
    assert facts == {"index": "3", "size": "3"}


def test_a_mirror_with_other_bytes_at_that_index_shows_a_fork(tmp_path):
    world = w.small(tmp_path / "true")
    forked = w.World(tmp_path / "forked", lists=world.trust)
    forked.enter(w.issued(7), w.issued(8), w.issued(9))
    forked.follow(minutes(1))
    found = report(forked.bundle(0), world.trust, mirrors=[world.view()])
    expect(found, "registration.mirror_differs")


def test_two_copies_of_a_log_that_differ_show_a_fork(tmp_path):
    world = w.small(tmp_path / "true")
    forked = w.World(tmp_path / "forked", lists=world.trust)
    forked.enter(w.issued(7), w.issued(8))
    forked.follow(minutes(1))
    views = [forked.view(), world.view()]
    found = report(world.bundle(0), world.trust, mirrors=views)
    expect(found, "registration.mirror_differs")


@pytest.mark.parametrize("name", ["tile/entries/000.p/3", "tile/0/000.p/3", "cosigned/0"])
def test_a_damaged_mirror_decides_nothing(tmp_path, name):
    world = w.small(tmp_path)
    bundle = world.bundle(0)
    path = world.mirror_folder / name
    path.write_bytes(path.read_bytes()[:-9] + b"damaged!\n")
    found = report(bundle, world.trust, mirrors=[world.view()])
    expect(found, "registration.mirror_damaged", Outcome.UNDETERMINED)


def test_a_mirror_of_another_log_is_no_mirror_of_this_one(tmp_path, world, bundle):
    other = w.World(tmp_path, publisher="AZ-1", reader="BY-1")
    other.enter(b'{"an":"entry"}')
    other.follow(minutes(1))
    found = report(bundle, world.trust, mirrors=[other.view()])
    expect(found, "standing.as_of_bundle")
