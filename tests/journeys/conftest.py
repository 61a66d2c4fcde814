"""Fixtures of the story tests: the two states, and the table of crash points at the end."""

import fcntl
import os
import shutil

import pytest

from tests.journeys.databases import IN_POSTGRES, has_postgres, join_server
from tests.journeys.flow import Flow
from tests.journeys.hits import HITS
from tests.journeys.states import copy_pair, make_template, plain_environment
from tests.journeys.year import Clock, live_by
from tests.order import longest_first

LONGEST = ("test_crash.py", "test_four_installations.py", "test_turning_points.py", "test_demo.py")


@pytest.fixture(scope="session", autouse=True)
def no_borrowed_database():
    """The states of the stories have databases of their own, whatever the environment offers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory, no_borrowed_database):
    """Two linked systems that were never started: made once, copied for each story."""
    root = tmp_path_factory.getbasetemp()
    root = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "template"
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = ""
        if IN_POSTGRES and has_postgres():
            server, is_new = join_server(root.parent, plain_environment())
            if is_new:  # what another server kept went with it
                shutil.rmtree(root, ignore_errors=True)
        return root if root.exists() else make_template(root, server)


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    """The clock of a module whose states live ahead of the machine (`LIVES_AHEAD`)."""
    return Clock(tmp_path_factory.mktemp("clock") / "seconds")


@pytest.fixture(scope="module")
def pair(request, template, tmp_path_factory):
    """Two states of this module's own, up and linked."""
    made = copy_pair(template, tmp_path_factory.mktemp("states"))
    if getattr(request.module, "LIVES_AHEAD", False):
        live_by(request.getfixturevalue("clock"), made)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def flow(pair):
    """The people of both states."""
    people = Flow(pair)
    yield people
    people.close()


@pytest.fixture
def tell(capsys, record_property):
    """Print a figure beside the test's name, and keep it in the report."""

    def told(what, seconds):
        record_property(what, round(seconds, 2))
        with capsys.disabled():
            print(f"\nrecovery: {what}: {seconds:.1f} s")

    return told


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The question whether every crash point was hit is asked when all of them had their turn."""
    longest_first(items, LONGEST)
    items.sort(key=lambda item: item.name == "test_every_point_in_the_source_was_hit")


def pytest_sessionfinish(session):
    """Of two processes that share the stories, the one that counted tells the one that prints."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["hits"], told["kills"] = dict(HITS.rows), HITS.kills


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    del error
    told = getattr(node, "workeroutput", {})
    HITS.rows |= {point: tuple(row) for point, row in told.get("hits", {}).items()}
    HITS.kills += told.get("kills", 0)


def pytest_terminal_summary(terminalreporter):
    if not HITS:
        return
    terminalreporter.section("crash points: where the process died, and was started again")
    for line in HITS.lines():
        terminalreporter.write_line(line)
