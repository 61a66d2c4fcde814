"""The story with PostgreSQL as the database of one of the two states."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from certorigin_server.operate.demo.journey import Carrier
from certorigin_server.operate.demo.systems import free_port, link_both, read_accounts
from tests.data import ROOT
from tests.journeys.flow import Flow
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import Pair, State, plain_environment, sample_named, write_traders

pytestmark = pytest.mark.journey


def has_postgres() -> bool:
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(found) or shutil.which("initdb") is not None


@pytest.fixture(scope="module")
def database():
    """A private, empty cluster as `scripts/with-postgres` makes it, gone when its input ends."""
    if not has_postgres():
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    keeper = subprocess.Popen(
        [str(ROOT / "scripts" / "with-postgres"), "sh", "-c", 'echo "$DATABASE_URL"; exec cat'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=plain_environment(),
    )
    url = keeper.stdout.readline().strip()
    assert url.startswith("postgres://")
    yield url
    keeper.communicate(timeout=30)


@pytest.fixture(scope="module")
def mixed(database, tmp_path_factory):
    """Belarus on PostgreSQL, Azerbaijan on SQLite."""
    root = tmp_path_factory.mktemp("mixed")
    traders = write_traders(root)
    pair = Pair({name: State(name, root / name, free_port(0)) for name in ("BY", "AZ")})
    pair["BY"].environment = {"DATABASE_URL": database}
    try:
        for state in pair:
            done = state.verb(
                "init",
                str(state.folder),
                f"--state={state.state}",
                f"--partner={pair.other(state).installation}",
                f"--partner-url={pair.other(state).url}",
                f"--port={state.port}",
                f"--more={traders[state.state]}",
                "--interval=0.1",
            )
            assert done.returncode == 0, done.stderr
            state.accounts = read_accounts(state.folder)
            state.settle_in(pair.other(state).port)
        link_both(list(pair), root / "cards")
        pair.start()
        yield pair
    finally:
        pair.stop()


def test_the_journey_with_postgresql_at_one_end(mixed, tmp_path):
    """Certificates go both ways, processes are killed, and two different databases agree."""
    assert not (mixed["BY"].folder / "database.sqlite3").exists()
    assert (mixed["AZ"].folder / "database.sqlite3").exists()
    assert "DATABASE_URL" not in os.environ
    for name in ("01-tractors", "07-polyethylene"):
        done = Carrier(sample_named(name), mixed.states, mixed.desks, tmp_path).carry()
        assert done.held, done.to_data()
    flow = Flow(mixed)
    try:
        flow.issue(mixed["BY"])
        for name in ("loops", "web"):
            mixed["BY"].kill(name)
        mixed.start()
        flow.issue(mixed["BY"])
        settle(mixed)
        check_invariants(mixed, flow.ledger)
    finally:
        flow.close()
