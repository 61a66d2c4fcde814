"""Two states work for a long time while random faults hit their processes and their databases.

Belarus keeps its data in a durable PostgreSQL, Azerbaijan in SQLite. CERTORIGIN_SOAK_MINUTES says
how long (30), CERTORIGIN_SOAK_QUIET how many seconds may lie between two faults (8; more where a
process takes long to start), CERTORIGIN_SOAK_SEED repeats the faults of a run.
"""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from contextlib import closing

import pytest

from tests.journeys.invariants import Ledger, check_invariants, settle
from tests.long.postgres import Cluster
from tests.long.states import Stubborn, linked

MINUTES = float(os.environ.get("CERTORIGIN_SOAK_MINUTES", "30"))
SEED = int(os.environ.get("CERTORIGIN_SOAK_SEED", str(time.time_ns() % 1_000_000)))
GRACE = 1800
LONGEST_QUIET = float(os.environ.get("CERTORIGIN_SOAK_QUIET", "8"))

pytestmark = [pytest.mark.journey, pytest.mark.timeout(MINUTES * 60 + GRACE)]


@pytest.fixture(scope="module")
def cluster():
    made = Cluster()
    try:
        made.make()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def pair(cluster, tmp_path_factory):
    with linked(tmp_path_factory.mktemp("soak"), {"DATABASE_URL": cluster.url}) as made:
        yield made


class Worker(threading.Thread):
    """People of one state who certify, and whose customs accept what the partner certified."""

    def __init__(self, pair, state, ledger, over) -> None:
        super().__init__()
        self.flow = Stubborn(pair, ledger)
        self.pair, self.state, self.over = pair, state, over
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set():
                made = self.flow.issue(self.state)
                abroad = self.pair.other(self.state)
                path = f"/mirror/certificate/{made['id']}"
                if self.arrived(abroad, path):
                    self.flow.accept(abroad, made)
        except BaseException as fault:  # noqa: BLE001 - told in the main thread
            self.fault = fault
        finally:
            self.flow.close()

    def arrived(self, abroad, path) -> bool:
        """Wait for a certificate at the partner's customs; after a while go on without it."""
        customs = self.flow.person(abroad, "customs")
        until = time.monotonic() + 20
        while time.monotonic() < until and not self.over.is_set():
            if self.flow.patiently(lambda: customs._client.get(path)).is_success:
                return True
            time.sleep(0.2)
        return False


class Faults:
    """Everything that goes wrong, each kind by its name; all is well again after each."""

    def __init__(self, pair, cluster, dice) -> None:
        self.pair, self.cluster, self.dice = pair, cluster, dice
        self.counted: Counter[str] = Counter()
        self.kinds = {
            "process killed": (self.one_process, 10),
            "all processes killed": (self.all_processes, 3),
            "database killed": (self.database_killed, 4),
            "database restarted": (self.database_restarted, 2),
            "database locked": (self.database_locked, 2),
            "process frozen": (self.frozen, 3),
            "loops started twice": (self.loops_twice, 2),
            "database and processes killed": (self.machine, 2),
        }

    def go_on(self, minutes) -> None:
        until = time.monotonic() + minutes * 60
        names = list(self.kinds)
        weights = [weight for _, weight in self.kinds.values()]
        while time.monotonic() < until:
            time.sleep(self.dice.uniform(0.2, LONGEST_QUIET))
            (name,) = self.dice.choices(names, weights)
            self.kinds[name][0]()
            self.counted[name] += 1
            for state in self.pair:
                state.start()

    def victim(self):
        return self.dice.choice(list(self.pair)), self.dice.choice(["web", "loops"])

    def one_process(self) -> None:
        state, name = self.victim()
        state.kill(name)
        time.sleep(self.dice.uniform(0, 1.5))

    def all_processes(self) -> None:
        for state in self.pair:
            for name in ("web", "loops"):
                state.kill(name)
        time.sleep(self.dice.uniform(0, 1.5))

    def database_killed(self) -> None:
        self.cluster.kill()
        time.sleep(self.dice.uniform(0, 3))
        self.cluster.start()

    def database_restarted(self) -> None:
        self.cluster.stop("fast")
        time.sleep(self.dice.uniform(0, 3))
        self.cluster.start()

    def database_locked(self) -> None:
        place = self.pair["AZ"].folder / "database.sqlite3"
        with closing(sqlite3.connect(place, timeout=20)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(self.dice.uniform(1, 5))
            other.rollback()

    def frozen(self) -> None:
        state, name = self.victim()
        state.signal(name, signal.SIGSTOP)
        time.sleep(self.dice.uniform(1, 6))  # longer than a lease lasts
        state.signal(name, signal.SIGCONT)

    def loops_twice(self) -> None:
        state, _ = self.victim()
        first = state.running.pop("loops", None)
        state.launch("loops")
        time.sleep(self.dice.uniform(2, 6))
        state.kill("loops")
        if first is not None:
            state.running["loops"] = first

    def machine(self) -> None:
        self.cluster.kill()
        self.all_processes()
        self.cluster.start()


def test_two_states_work_on_through_random_faults(pair, cluster, record_property, capsys):
    """After minutes of random faults both states agree byte by byte on everything acknowledged."""
    over, ledger = threading.Event(), Ledger()
    workers = [Worker(pair, state, ledger, over) for state in pair]
    faults = Faults(pair, cluster, random.Random(SEED))
    began = time.monotonic()
    for worker in workers:
        worker.start()
    try:
        faults.go_on(MINUTES)
    finally:
        over.set()
        for worker in workers:
            worker.join(GRACE / 3)
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(faults.counted.items()))
    told = (
        f"seed {SEED}: {time.monotonic() - began:.0f} s, "
        f"{faults.counted.total()} faults ({kinds}), "
        f"{len(ledger.certificates)} certificates, {len(ledger.decisions)} decisions acknowledged"
    )
    with capsys.disabled():
        print(f"\n{told}")
    assert [worker.fault for worker in workers] == [None, None]
    rest = time.monotonic()
    settle(pair, 240)
    rest = time.monotonic() - rest
    check_invariants(pair, ledger)
    told += f", at rest after {rest:.1f} s, all in both logs, registers and mirrors"
    record_property("soak", told)
    with capsys.disabled():
        print(told)
    assert faults.counted
    assert ledger.certificates
    assert ledger.decisions
