"""Two versions of one state at once: an upgrade while people work, with nothing standing still.

Versions are taken from the history of the repository: two with steps of the database between them
during which the older one may go on, and then this version after the last from which one comes to
it without stopping (docs/operate/upgrade.md). The old web and loops answer before, during and after
the steps, and beside processes of the new version.
"""

import json
import subprocess
import threading
import time
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.data import ROOT
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import Pair, State
from tests.long.postgres import Cluster
from tests.long.states import Stubborn, linked, wait_for
from tests.ports import own_port

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1800)]
# Four steps, all of them such that the version before goes on.
WITH_STEPS = (
    "4e8377c57d9ddac37a6ebc57d14366296eb23668",
    "2b2969a79805e261c254a6bd0cc225a30cc8d5de",
)
# The last step of the list that needs a stop (docs/operate/upgrade.md) came with this one.
TO_THIS = ("40a7ee5b3753b81e481bc3d5720dc43bfae74fed", None)
LONG = 180.0


class World(NamedTuple):
    """Belarus in the old version on PostgreSQL; Azerbaijan is upgraded already."""

    pair: Pair
    database: dict[str, str]
    old: Path
    new: Path

    def beside(self):
        """The same state's processes in the new version, at an address of their own."""
        state = self.pair["BY"]
        surroundings = self.database | {"PYTHONPATH": str(self.new)}
        return State("BY", state.folder, own_port(), state.accounts, environment=surroundings)


def source_of(commit, folder):
    """The source of a version, as it was kept; this one's lies here."""
    if commit is None:
        return ROOT / "src"
    archive = ["git", "archive", "--format=tar", commit, "src"]
    packed = subprocess.run(archive, cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip("the history of the repository is not here")
    subprocess.run(["tar", "-xf", "-"], cwd=folder, input=packed.stdout, check=True)
    return folder / "src"


@pytest.fixture(scope="module", params=[WITH_STEPS, TO_THIS], ids=["steps", "to-this"])
def world(request, tmp_path_factory):
    old, new = (source_of(one, tmp_path_factory.mktemp("source")) for one in request.param)
    cluster = Cluster()
    try:
        cluster.make()
        database = {"DATABASE_URL": cluster.url}
        folder = tmp_path_factory.mktemp("world")
        with linked(folder, database | {"PYTHONPATH": str(old)}) as pair:
            yield World(pair, database, old, new)
    finally:
        cluster.end()


@contextmanager
def at_work(flow, state, other):
    """People who work without a break; what failed them, and how much they did."""
    over, faults, done = threading.Event(), [], []

    def work():
        try:
            while not over.is_set():
                flow.issue(state)
                done.append(flow.accept(state, other.pop()) if other else None)
        except BaseException as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield done
    finally:
        over.set()
        worker.join(LONG)
    assert not faults, faults
    assert done


def version_of(state):
    """Where the source lies that the processes of a state run."""
    return state.must_run("import certorigin_server; print(certorigin_server.__file__)").strip()


def test_the_old_version_answers_while_its_database_is_upgraded(world, tell):
    """The old version works before, during and after the steps; then the new one beside it."""
    old, abroad = world.pair
    new, flow = world.beside(), Stubborn(world.pair)
    assert version_of(old).startswith(str(world.old))
    assert version_of(new).startswith(str(world.new))
    kept, *abroads = [flow.issue(abroad) for _ in range(5)]
    settle(world.pair, LONG)
    told = new.verb("upgrade", str(old.folder), "--check", "--json")
    assert json.loads(told.stdout)["stop_first"] == [], told.stdout + told.stderr
    assert json.loads(told.stdout)["steps"] or world.new == ROOT / "src"
    with at_work(flow, old, abroads) as done:
        before, began = len(done), time.monotonic()
        upgraded = new.verb("upgrade", str(old.folder))
        tell("rolling upgrade: the steps of the database", time.monotonic() - began)
        assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
        until = time.monotonic() + LONG
        while len(done) < before + 2:  # it went on with the tables of the new version
            assert time.monotonic() < until
            time.sleep(0.2)
    assert old.is_up("web")
    assert old.is_up("loops")
    try:
        work_side_by_side(old, flow, new, abroad, kept, tell)
    finally:
        new.stop()
        flow.close()


def work_side_by_side(old, flow, new, abroad, kept, tell):
    """Both versions answer, each sees what the other did; then the old one goes."""
    new.launch("web")
    wait_for(new)
    both = Pair({"BY": new, "AZ": abroad})
    newer = Stubborn(both, flow.ledger)
    for (state, people), (beside_it, others) in permutations([(old, flow), (new, newer)]):
        made = people.issue(state)
        path = f"/certification/{made['id']}"
        assert others.person(beside_it, "certifier").ask("GET", path)
    newer.accept(new, kept)
    old.stop()
    began = time.monotonic()
    newer.close()
    new.end("web")
    new.port = old.port  # where the partner looks
    for name in ("web", "loops"):
        new.launch(name)
    wait_for(new)
    newer.issue(new)
    settle(both, LONG)
    tell("rolling upgrade: new loops for old ones, all at rest", time.monotonic() - began)
    check_invariants(both, newer.ledger)
    newer.close()
