"""Processes die at every line of no return, and at random: nothing is lost, nothing doubled."""

import itertools
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.stage import StageFile
from tests.data import ROOT
from tests.journeys import children
from tests.journeys.flow import Flow
from tests.journeys.hits import HITS, crash_points
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import (
    PATIENCE,
    copy_pair,
    plain_environment,
    sample_named,
    wait_for,
)
from tests.library.log.sample import VERIFIERS

pytestmark = pytest.mark.journey

KILLS = 6
SEED = 20260516
# The points of the library's own files die in tests/library, and before each single change in
# tests/powercut; among processes and databases they die where there is more time: in scripts/long.
EVERY_POINT = "CERTORIGIN_EVERY_POINT" in os.environ
OF_THE_SERVER = "src/certorigin_server/"
POINTS = [
    point
    for point, source in crash_points().items()
    if EVERY_POINT or source.startswith(OF_THE_SERVER)
]
of_the_library = pytest.mark.skipif(not EVERY_POINT, reason="scripts/long lets it die")

# Points that lie on no certificate's way have an occasion of their own below.
FIRST_OF_A_TERM = ("log.identity_written", "log.created", "mirror.identity_written")
OF_EVIDENCE = ("mirror.evidence_written", "mirror.halted", "mirror.lift_written")
OF_PEOPLE = {
    "trust.drafting": (children.CEREMONY, "2 None"),
    "trust.recorded": (children.CEREMONY, "2 None"),
    "trust.published": (children.CEREMONY, "2 None"),
    "supplier.signed": (children.SUPPLY, "['sealed']"),
}
OF_OCCASIONS = {
    *FIRST_OF_A_TERM,
    *OF_EVIDENCE,
    *OF_PEOPLE,
    "log.objects_written",
    "seal.key_staged",
}
ON_THE_WAY = [point for point in POINTS if point not in OF_OCCASIONS]

# The process in which a room works; a room that is not named here is armed in both.
PROCESSES = {"certification": ("web",)} | dict.fromkeys(
    ("seal", "log", "mirror", "returns"), ("loops",)
)


@pytest.fixture(scope="module")
def armed(pair, flow, tmp_path_factory):
    """A way to let one process of one state die at one point while people work."""
    settle(pair)
    stock = {state.state: flow.issue(pair.other(state)) for state in pair}
    settle(pair)
    return Armed(pair, flow, stock, tmp_path_factory.mktemp("hits"))


class Armed:
    def __init__(self, pair, flow, stock, folder) -> None:
        self.pair, self.flow, self.stock, self.folder = pair, flow, stock, folder
        self.turns = itertools.cycle(pair)

    def die_at(self, point, work, *, state=None, processes=None, passes=1) -> None:
        """Arm, work until the process dies there, start again unarmed, come to rest, compare."""
        began = time.monotonic()
        state = state or next(self.turns)
        processes = processes or PROCESSES.get(point.partition(".")[0], ("web", "loops"))
        hits = self.folder / point
        arm = {"CERTORIGIN_CRASH": f"{point}:{passes}", "CERTORIGIN_CRASH_HITS": str(hits)}
        for name in processes:
            state.end(name)
            state.launch(name, **arm)
        if "web" in processes:
            state.wait_until_healthy()
        worker = threading.Thread(target=work, args=(state,))
        worker.start()
        died = _first_death(state, processes)
        for name in processes:
            state.kill(name)
            state.launch(name)
        state.wait_until_healthy()
        worker.join(2 * PATIENCE)
        passed = Counter(hits.read_text("ascii").split())[point] if hits.exists() else 0
        HITS.note(point, f"{state.state} {died}", passed, time.monotonic() - began)
        assert died, f"nothing died at {point}"
        assert passed == passes
        assert not worker.is_alive()
        settle(self.pair)
        check_invariants(self.pair, self.flow.ledger)
        HITS.note(point, f"{state.state} {died}", passed, time.monotonic() - began)

    def work(self, state) -> None:
        """A certificate goes each way, and each customs takes one that arrived before."""
        for one in (state, self.pair.other(state)):
            self.flow.accept(one, self.stock[one.state])
        for one in (state, self.pair.other(state)):
            self.stock[self.pair.other(one).state] = self.flow.issue(one)


def _first_death(state, processes) -> str:
    """Return the process that dies first; empty when none does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for name in processes:
            if not state.is_up(name):
                return name
        time.sleep(0.02)
    return ""


@pytest.mark.parametrize("point", ON_THE_WAY)
def test_a_process_dies_at(point, armed):
    """A process is killed at this point while certificates go both ways; afterwards all agree."""
    armed.die_at(point, armed.work)


@of_the_library
@pytest.mark.parametrize("point", ["log.identity_written", "log.created"])
def test_the_publisher_dies_while_a_term_begins(point, armed):
    """A term is closed, and the process dies as it creates the successor's log."""
    term = str(2100 + FIRST_OF_A_TERM.index(point))
    armed.die_at(point, lambda state: state.must_run(children.CLOSE_TERM, term))


@of_the_library
def test_the_follower_dies_while_a_term_begins(armed):
    """The partner dies as it begins to mirror the successor of a closed term."""
    follower = armed.pair["AZ"]
    publisher = armed.pair.other(follower)
    follower.end("loops")
    publisher.must_run(children.CLOSE_TERM, "2110")
    _wait_for_open_log(publisher, "2110")
    # The first pass finds the closed term, the second the new one.
    armed.die_at("mirror.identity_written", armed.work, state=follower, passes=2)


def _wait_for_open_log(state, term) -> None:
    def is_open():
        sizes = state.account("sizes")
        return any(name.endswith(f"/{term}") and sizes["logs"][name] for name in sizes["open"])

    wait_for(is_open, f"{state.state} opened no term {term}")


@of_the_library
def test_a_process_dies_over_an_act_too_long_for_a_bundle(armed):
    """A certificate above 65,535 bytes enters by reference; the process dies between the two."""

    def work(state):
        armed.flow.issue(state, sample_named("01-tractors"), children.with_many_items)

    armed.die_at("log.objects_written", work, state=armed.pair["BY"])
    acts = armed.pair["BY"].account()["acts"]
    assert max(len(act["sealed"].encode()) for act in acts) > 65_535


def test_processes_die_at_random(armed):
    """Web and loops of both states are killed at random moments while certificates flow."""
    pair, flow, dice = armed.pair, armed.flow, random.Random(SEED)
    over = threading.Event()
    faults = []

    def keep_working():
        try:
            while not over.is_set():
                armed.work(pair["BY"])
                settle(pair)
        except BaseException as fault:  # noqa: BLE001 - told in the main thread
            faults.append(fault)

    worker = threading.Thread(target=keep_working)
    worker.start()
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.3, 2.0))
        state, name = dice.choice(list(pair)), dice.choice(["web", "loops"])
        state.kill(name)
        HITS.kills += 1
        time.sleep(dice.uniform(0, 0.7))
        state.start()
    over.set()
    worker.join(2 * PATIENCE)
    assert not faults, faults
    assert not worker.is_alive()
    settle(pair)
    check_invariants(pair, flow.ledger)


@pytest.fixture(scope="module")
def forked(template, tmp_path_factory):
    """A pair in which Belarus has published a log that contradicts what Azerbaijan holds."""
    made = copy_pair(template, tmp_path_factory.mktemp("forked"))
    flow = Flow(made)
    try:
        made.start()
        flow.issue(made["BY"])
        settle(made)
        made["AZ"].end("loops")
        made["BY"].end("loops")
        made["BY"].must_run(children.FORK, str(made["BY"].folder / "true"))
        yield made
    finally:
        flow.close()
        made.stop()


@of_the_library
def test_a_follower_dies_over_evidence_and_its_operator_over_lifting(forked, tmp_path):
    """A fork is met: the loops die over the evidence, die over the halt, and halt all the same."""
    follower = forked["AZ"]
    mirror = children.mirror_folder(follower)
    halted = mirror / "private" / "halted"
    for point in ("mirror.evidence_written", "mirror.halted"):
        began, hits = time.monotonic(), tmp_path / point
        follower.launch("loops", CERTORIGIN_CRASH=point, CERTORIGIN_CRASH_HITS=str(hits))
        died = _first_death(follower, ["loops"])
        follower.kill("loops")
        _note(point, f"AZ {died}", hits, began)
        assert died
        assert (mirror / "evidence" / "0" / "reason.json").is_file()
        assert halted.is_file() is (point == "mirror.halted")
    _lift_and_die(follower, mirror, tmp_path / "mirror.lift_written")
    assert halted.is_file()
    follower.must_run(children.LIFT, str(mirror))
    assert not halted.exists()
    assert list(mirror.glob("evidence/*/lifted.json"))


def _lift_and_die(follower, mirror, hits) -> None:
    began, point = time.monotonic(), "mirror.lift_written"
    arm = {"CERTORIGIN_CRASH": point, "CERTORIGIN_CRASH_HITS": str(hits)}
    done = follower.run(children.LIFT, str(mirror), **arm)
    _note(point, "AZ operator", hits, began)
    assert done.returncode == -9, done.stderr


def _note(point, process, hits, began) -> None:
    passed = hits.read_text("ascii").split().count(point) if hits.exists() else 0
    HITS.note(point, process, passed, time.monotonic() - began)
    assert passed == 1, f"{point}: {passed} hits"


@of_the_library
@pytest.mark.parametrize("point", ["log.tiles_published", "log.partials_dropped"])
def test_a_log_dies_as_its_first_tile_fills(point, tmp_path):
    """With the 256th entry a full tile replaces partial ones; the process dies in between."""
    child = [sys.executable, "-c", children.FILL_A_TILE, str(tmp_path / "log")]
    environment = plain_environment() | {"CERTORIGIN_CRASH": point}
    died = subprocess.run(child, cwd=ROOT, env=environment, check=False, timeout=PATIENCE)
    assert died.returncode == -9
    subprocess.run(child, cwd=ROOT, env=plain_environment(), check=True, timeout=PATIENCE)
    report = check(Directory(tmp_path / "log"), VERIFIERS)
    assert report.ok
    assert report.size == 300
    assert not (tmp_path / "log/tile/entries/000.p").exists()
    assert not StageFile(Directory(tmp_path / "log")).waits()


@of_the_library
def test_the_operator_dies_while_a_key_is_made(template, tmp_path):
    """Making a key file dies before the file has its name: there is a whole key or none."""
    began = time.monotonic()
    state, hits = copy_pair(template, tmp_path)["BY"], tmp_path / "hits"
    point = "seal.key_staged"
    arm = {"CERTORIGIN_CRASH": point, "CERTORIGIN_CRASH_HITS": str(hits)}
    done = state.run(children.MAKE_KEY, **arm)
    _note(point, "BY operator", hits, began)
    assert done.returncode == -9, done.stderr
    key = Path(state.folder / "keys" / "spare.pem")
    assert not key.exists()
    made = state.must_run(children.MAKE_KEY).strip()
    assert state.must_run(children.OPEN_KEY).strip() == made
    assert not key.with_name("spare.pem.new").exists()


@pytest.mark.parametrize("point", OF_PEOPLE)
def test_what_people_do_now_and_then_dies_and_is_done_again(point, template, tmp_path):
    """A ceremony or a supplier's seal dies; doing it again brings it to its end."""
    began = time.monotonic()
    code, end = OF_PEOPLE[point]
    state, hits = copy_pair(template, tmp_path)["BY"], tmp_path / "hits"
    done = state.run(code, CERTORIGIN_CRASH=point, CERTORIGIN_CRASH_HITS=str(hits))
    _note(point, "BY operator", hits, began)
    assert done.returncode == -9, done.stderr
    assert state.must_run(code).strip() == end


def test_every_point_in_the_source_was_hit():
    """A crash point at which nothing ever died is a promise that nobody has tried."""
    missed = [point for point in POINTS if not HITS.rows.get(point, ("", 0, 0))[1]]
    assert POINTS
    if len(HITS.rows) < len(POINTS) // 2:
        pytest.skip("only a few of these tests were asked for")
    assert missed == []
