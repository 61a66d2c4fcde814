"""A file of evidence is checked by a third party: signatures and hashes count, claims do not."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from certorigin.errors import CertoriginError, ForkError, MalformedError, ProofError
from certorigin.mirror.evidence import (
    Evidence,
    check_evidence,
    evidence_of_entries,
)
from certorigin.seal.trust.folder import roots_to_bytes
from certorigin.terminal.mirror import mirror_command
from tests.library.recognition import world as w
from tests.library.recognition.world import minutes
from tests.library.standing import sample


def forked(folder, first, second, at=20):
    """A mirror that followed one history and is shown another; the file that it keeps."""
    honest, lying = w.World(folder / "a"), w.World(folder / "b")
    honest.enter(*(w.issued(1 + number) for number in range(first)), at=minutes(1))
    lying.enter(*(w.issued(1001 + number) for number in range(second)), at=minutes(at))
    honest.follow(minutes(2))
    with pytest.raises(ForkError):
        honest.follow(minutes(at + 30), fetch=lying.fetch)
    kept = honest.mirror_folder / "evidence" / "0" / "evidence.json"
    return Evidence.from_bytes(kept.read_bytes()), honest.trust


@pytest.mark.parametrize(("first", "second"), [(3, 3), (3, 5), (2, 300), (1, 2)])
def test_a_fork_is_proved_to_a_third_party(tmp_path, first, second):
    evidence, trust = forked(tmp_path, first, second)
    shown = check_evidence(evidence, trust)
    assert (shown.code, shown.is_proof) == ("evidence.two_histories", True)
    assert Evidence.from_bytes(evidence.to_bytes()) == evidence


def test_a_log_that_shrank_is_proved_by_its_two_heads(tmp_path):
    evidence, trust = forked(tmp_path, 5, 3)
    assert check_evidence(evidence, trust).code == "evidence.shrank"


def test_an_old_head_shown_again_proves_nothing(tmp_path):
    evidence, trust = forked(tmp_path, 5, 3, at=0)
    assert check_evidence(evidence, trust).is_proof is False


def test_without_the_way_between_them_two_heads_of_other_sizes_prove_nothing(tmp_path):
    evidence, trust = forked(tmp_path, 3, 5)
    assert not check_evidence(replace(evidence, consistency=None), trust).is_proof


def test_a_way_that_leads_elsewhere_is_refused(tmp_path):
    evidence, trust = forked(tmp_path, 3, 5)
    way = evidence.consistency
    bad = [replace(way, root=bytes(32)), replace(way, hashes=way.hashes[1:]), replace(way, size=2)]
    for one in bad:
        with pytest.raises((ProofError, MalformedError)):
            check_evidence(replace(evidence, consistency=one), trust)


def test_heads_that_the_log_has_not_signed_are_refused(tmp_path):
    evidence, trust = forked(tmp_path, 3, 3)
    heads = (evidence.heads[0], evidence.heads[1].replace(b"\n3\n", b"\n4\n", 1))
    with pytest.raises(CertoriginError):
        check_evidence(replace(evidence, heads=heads), trust)


# -- entries --------------------------------------------------------------------------------------


def entered(folder, *acts):
    world = w.World(folder)
    world.enter(*acts)
    world.follow(minutes(1))
    return world


def evidence_of(world, *indexes):
    return evidence_of_entries(
        [(world.view(), index) for index in indexes], code="test", at=minutes(3)
    )


def test_a_number_issued_twice_is_proved(tmp_path):
    twin = w.issued(2, about=1)
    other = w.issued(7, certificate=sample.certificate(consignee_mark="По приказу"))
    world = entered(tmp_path, w.issued(1), other, w.issued(3), twin)
    evidence = Evidence.from_bytes(evidence_of(world, 0, 1).to_bytes())
    shown = check_evidence(evidence, world.trust)
    assert (shown.code, shown.is_proof) == ("evidence.number_twice", True)
    assert shown.facts["number"] == "BYAZ6001000001"
    assert not check_evidence(evidence_of(world, 0, 2), world.trust).is_proof
    assert not check_evidence(evidence_of(world, 0, 3), world.trust).is_proof  # the same said twice


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (w.issued(1, ("AZ seal", w.CUSTOMS)), "evidence.no_right"),
        (b"rubbish", "evidence.no_act"),
        (w.issued(1), "evidence.nothing"),
    ],
)
def test_an_entry_that_should_not_be_there_is_proved(tmp_path, raw, code):
    world = entered(tmp_path, w.issued(5))
    world.enter(raw, at=minutes(2))
    world.follow(minutes(3))
    assert check_evidence(evidence_of(world, 1), world.trust).code == code


def test_an_entry_that_the_log_does_not_hold_is_refused(tmp_path):
    world = entered(tmp_path, w.issued(1), w.issued(2))
    evidence = evidence_of(world, 0)
    moved = replace(evidence.entries[0], data=b"rubbish")
    with pytest.raises(ProofError):
        check_evidence(replace(evidence, entries=(moved,)), world.trust)


# -- the command ----------------------------------------------------------------------------------


def test_the_command_says_what_is_proved(tmp_path):
    evidence, _ = forked(tmp_path, 3, 5)
    file, folder = tmp_path / "evidence.json", tmp_path / "trust"
    file.write_bytes(evidence.to_bytes())
    for state, raw in zip(("BY", "AZ"), w.trust_lists(), strict=True):
        (folder / state).mkdir(parents=True)
        (folder / state / "1.json").write_bytes(raw)
    roots = {state: w.contents(state).roots for state in ("AZ", "BY")}
    (folder / "roots.json").write_bytes(roots_to_bytes(roots))
    run = CliRunner().invoke
    found = run(mirror_command, ["evidence", str(file), "--trust", str(folder), "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.output)
    assert (told["code"], told["proof"], told["reason"]) == (
        "evidence.two_histories",
        True,
        "mirror.forked",
    )
    assert run(mirror_command, ["evidence", str(file), "--trust", str(folder)]).exit_code == 0
    file.write_bytes(replace(evidence, consistency=None).to_bytes())
    assert run(mirror_command, ["evidence", str(file), "--trust", str(folder)]).exit_code == 1
    file.write_bytes(b"{}")
    assert run(mirror_command, ["evidence", str(file), "--trust", str(folder)]).exit_code == 2
