"""A durable PostgreSQL under a state: it is restarted, fails over to a replica, goes back in time.

What was acknowledged is there afterwards each time. Times are printed, and compared with nothing.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.flow import GaveUpError
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import Pair
from tests.long.postgres import Cluster
from tests.long.states import Stubborn, linked, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(3600)]


@dataclass
class World:
    """Two states and the server that holds the data of Belarus just now."""

    current: Cluster
    wal: Path
    pair: Pair = None
    flow: Stubborn = None
    made: list[Cluster] = field(default_factory=list)

    def move_to(self, url):
        """Let the processes of Belarus find their database elsewhere."""
        self.pair["BY"].stop()
        self.pair["BY"].environment = {"DATABASE_URL": url}

    def seconds_to_a_certificate(self):
        began = time.monotonic()
        self.flow.issue(self.pair["BY"])
        return time.monotonic() - began


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    first = Cluster()
    made = World(first, first.folder / "wal", made=[first])
    try:
        archive = f"archive_command = 'cp %p {made.wal}/%f'"
        first.run("mkdir", made.wal)
        first.make("archive_mode = on", archive)
        with linked(tmp_path_factory.mktemp("world"), {"DATABASE_URL": first.url}) as made.pair:
            made.flow = Stubborn(made.pair)
            yield made
            made.flow.close()
    finally:
        for cluster in made.made:
            cluster.end()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_state_works_on_when_its_database_was_away(world, tell, end):
    home, abroad = world.pair
    world.flow.issue(home)
    officer, customs = world.flow.person(home, "certifier"), world.flow.person(abroad, "customs")
    getattr(world.current, end)()
    try:
        with pytest.raises(GaveUpError):
            world.flow.patiently(lambda: officer.ask("GET", "/certification"), 1.0)
        assert customs.ask("GET", "/me")  # what customs abroad needs is theirs
    finally:
        world.current.start()
    tell(f"database {end}: from its start to a certificate", world.seconds_to_a_certificate())
    settle(world.pair, 120)
    check_invariants(world.pair, world.flow.ledger)


def test_a_replica_takes_over_and_nothing_that_was_acknowledged_is_lost(world, tell):
    primary, replica = world.current, world.current.copy("-R")
    world.made.append(replica)
    replica.start()
    # A commit is acknowledged when the replica has it, too.
    primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.ask("SELECT pg_reload_conf()")
    world.move_to(Cluster.url_of(primary, replica))
    world.pair["BY"].start()
    wait_for(world.pair["BY"])
    for state in (*world.pair, world.pair["BY"]):
        world.flow.issue(state)
    assert primary.ask("SELECT sync_state FROM pg_stat_replication") == "sync"
    primary.kill()
    replica.promote()
    world.current = replica
    tell("fail-over: from promotion to a certificate", world.seconds_to_a_certificate())
    settle(world.pair, 120)
    check_invariants(world.pair, world.flow.ledger)


def test_a_database_that_went_back_to_a_point_in_time_is_caught_up(world, tell):
    """Somebody's mistake is undone by the archive; what the logs hold comes back by itself."""
    old, copy, home = world.current, world.current.copy(), world.pair["BY"]
    world.made.append(copy)
    world.flow.issue(home)
    settle(world.pair, 120)
    old.ask("SELECT pg_create_restore_point('before')")
    world.flow.issue(home)
    settle(world.pair, 120)
    world.move_to(copy.url)
    old.stop()  # the last of the log goes into the archive
    began = time.monotonic()
    copy.go_back(world.wal, "before")
    world.current = copy
    home.start()
    wait_for(home)
    until = time.monotonic() + 120
    # Every number that was given out is in the log, so none has to be left out.
    words = ("log", "catch-up", str(home.folder), "--skip", "0")
    while (done := home.verb(*words)).returncode:
        # That it is behind is seen by the first turns.
        assert "log.not_held" in done.stderr, done.stdout + done.stderr
        assert time.monotonic() < until
        time.sleep(1)
    tell("point in time: until it answers, caught up", time.monotonic() - began)
    acts = {made["act"] for state, made in world.flow.ledger.certificates if state == "BY"}
    assert acts <= {entry["act"] for entry in home.account()["register"]}
    made = world.flow.issue(home)
    tell("point in time: until a certificate", time.monotonic() - began)
    settle(world.pair, 120)
    check_invariants(world.pair, world.flow.ledger)
    for state in world.pair:  # also for the partner
        assert [one["act"] for one in state.account()["register"]].count(made["act"]) == 1
    numbers = [one["number"] for one in home.account()["certificates"]]
    assert numbers.count(made["number"]) == 1  # nobody had it before
