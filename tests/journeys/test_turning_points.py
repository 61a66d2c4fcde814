"""Stories that change a corridor for good: trust lists, terms, a fork. Each has its own states."""

import json
import shutil
import time
from datetime import UTC, datetime

import pytest

from tests.journeys import children
from tests.journeys.flow import Flow, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import copy_pair, sample_named, wait_for

pytestmark = pytest.mark.journey


@pytest.fixture
def world(template, tmp_path):
    """Two states and their people for one story alone."""
    pair = copy_pair(template, tmp_path)
    flow = Flow(pair)
    try:
        pair.start()
        yield pair, flow
    finally:
        flow.close()
        pair.stop()


def verify(state, folder, flow, home, made, *options):
    """Let a state verify a bundle offline, with its own trust lists and mirrors."""
    exporter = flow.person(home, "certifier")
    path = folder / f"{made['number']}.json"
    path.write_bytes(exporter.download(f"/log/bundle/{made['id']}"))
    done = state.verb("verify", str(path), f"--trust={state.folder / 'trust'}", "--json", *options)
    return done.returncode, json.loads(done.stdout)


def test_a_withdrawn_key_makes_later_acts_void_and_no_earlier_one(world, tmp_path):
    """Version 2 of a trust list is taken over; what the key sealed before it still counts."""
    pair, flow = world
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    earlier = flow.issue(belarus)
    settle(pair)
    time.sleep(1.1)  # a withdrawal is dated to the second
    stolen = datetime.now(UTC).replace(microsecond=0)
    time.sleep(1.1)
    later, waiting = flow.issue(belarus), flow.ready(belarus)
    settle(pair)
    officer = {"withdraw": "urn:certorigin:officer:BY:certifier-by", "since": stolen.isoformat()}
    belarus.must_run(children.NEXT_TRUST_LIST, json.dumps(officer))
    taken = azerbaijan.folder / "trust" / "BY" / "2.json"
    wait_for(taken.exists, "version 2 was not taken over")
    wait_for(
        lambda: {one["act"]: one["void"] for one in azerbaijan.account()["register"]}[later["act"]],
        "the later act was not judged anew",
    )
    settle(pair)
    mirrors = f"--mirror={azerbaijan.folder / 'mirror'}"
    status, report = verify(azerbaijan, tmp_path, flow, belarus, earlier, mirrors)
    assert (status, report["bottom_line"]) == (0, "recognised"), report
    status, report = verify(azerbaijan, tmp_path, flow, belarus, later, mirrors)
    assert (status, report["bottom_line"]) == (1, "refused"), report
    assert report["parts"]["issuer"]["code"] == "issuer.key_withdrawn"
    entries = {one["act"]: one["void"] for one in azerbaijan.account()["register"]}
    assert entries[earlier["act"]] == ""
    assert entries[later["act"]]
    refused = refusal_of(lambda: flow.certify(belarus, waiting))
    assert refused == "certification.officer_not_entitled"


def test_a_term_closes_and_its_successor_opens_while_certificates_flow(world, tmp_path):
    """Nothing is lost at the turn of a term, and bundles of the old one still verify."""
    pair, flow = world
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    old = flow.issue(belarus)
    settle(pair)
    flow.issue(belarus)
    successor = belarus.must_run(children.CLOSE_TERM, "2127").strip()
    new = [flow.issue(belarus) for _ in range(3)][-1]
    settle(pair)
    wait_for(lambda: successor in belarus.account("sizes")["open"], "no successor opened")
    flow.accept(azerbaijan, old)
    flow.accept(azerbaijan, new)
    settle(pair)
    sizes = azerbaijan.account("sizes")["followed"]
    assert sorted(sizes.values()) == ["closed", "following"]
    assert sizes[successor] == "following"
    check_invariants(pair, flow.ledger)
    for made in (old, new):
        mirrors = f"--mirror={azerbaijan.folder / 'mirror'}"
        status, report = verify(azerbaijan, tmp_path, flow, belarus, made, mirrors)
        assert (status, report["bottom_line"]) == (0, "recognised"), report
    acts = belarus.account()["acts"]
    kinds = {(act["log_origin"], act["log_index"]): act["kind"] for act in acts}
    closed = next(origin for origin in belarus.account("sizes")["logs"] if origin != successor)
    last = max(index for origin, index in kinds if origin == closed)
    assert kinds[closed, last] == "TermClosed"
    assert kinds[successor, 0] == "TermOpened"


def test_a_closed_term_is_as_fresh_as_its_successor(world, tmp_path):
    """A term that was closed beats no more: its certificates are judged by the newer head."""
    pair, flow = world
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    for state in pair:
        state.must_run(children.NEXT_TRUST_LIST, json.dumps({"max_head_age": 10}))
    old = flow.issue(belarus)
    settle(pair)
    belarus.must_run(children.CLOSE_TERM, "2128")
    settle(pair)
    time.sleep(11)
    mirrors = f"--mirror={azerbaijan.folder / 'mirror'}"

    def judged_as_fresh():
        told = verify(azerbaijan, tmp_path, flow, belarus, old, mirrors)
        return told if told[1]["parts"]["freshness"]["code"] == "freshness.fresh" else None

    # Of the successor a beat may be late on a busy machine; the closed head only grows older.
    status, report = wait_for(judged_as_fresh, "judged by the head of the closed term")
    assert (status, report["bottom_line"]) == (0, "recognised")


def test_a_fork_halts_its_corridor_and_keeps_the_evidence(world, tmp_path):
    """A publisher that lies is found out: both heads are kept, the rest goes on working."""
    pair, flow = world
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus)
    settle(pair)
    held = (children.mirror_folder(azerbaijan) / "checkpoint").read_bytes()
    belarus.end("loops")
    true = tmp_path / "true"
    origin = belarus.must_run(children.FORK, str(true)).strip()
    wait_for(lambda: azerbaijan.account("sizes")["followed"][origin] == "halted", "nobody halted")
    mirror = children.mirror_folder(azerbaijan)
    evidence = mirror / "evidence" / "0"
    reason = json.loads((evidence / "reason.json").read_text())
    assert reason["code"] == "mirror.forked"
    forged = belarus.folder / "log" / origin.removeprefix("certorigin/") / "checkpoint"
    assert (evidence / "theirs").read_bytes() == forged.read_bytes()
    assert (evidence / "ours").read_bytes().splitlines()[:3] == held.splitlines()[:3]
    assert (mirror / "checkpoint").read_bytes().splitlines()[:3] == held.splitlines()[:3]
    declaration = flow.declare(azerbaijan, made, sample_named("01-tractors"))
    assert flow.examine(azerbaijan, declaration)["bottom_line"] == "recognised"
    other_way = flow.issue(azerbaijan)
    customs = flow.person(azerbaijan, "certifier")
    found = customs.wait_for(
        f"/certification/{other_way['id']}", lambda told: told["times"]["published"]
    )
    assert found["times"]["published"]
    shutil.rmtree(true)
