"""Two states work for a long time while their processes are killed at random moments.

CERTORIGIN_SOAK_MINUTES says how long (30); CERTORIGIN_SOAK_SEED repeats a run.
"""

import os
import random
import threading
import time

import pytest

from tests.journeys.flow import Flow
from tests.journeys.invariants import check_invariants, settle

MINUTES = float(os.environ.get("CERTORIGIN_SOAK_MINUTES", "30"))
SEED = int(os.environ.get("CERTORIGIN_SOAK_SEED", str(time.time_ns() % 1_000_000)))
GRACE = 600
LONGEST_QUIET = 8.0

pytestmark = [pytest.mark.journey, pytest.mark.timeout(MINUTES * 60 + GRACE)]


class Worker(threading.Thread):
    """People of one state who certify, and whose customs accept what the partner certified."""

    def __init__(self, pair, state, ledger, over) -> None:
        super().__init__()
        self.flow = Flow(pair, ledger)
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


def kill_at_random(pair, dice, minutes) -> int:
    """Kill and start processes for so many minutes; return how often."""
    kills, until = 0, time.monotonic() + minutes * 60
    while time.monotonic() < until:
        time.sleep(dice.uniform(0.2, LONGEST_QUIET))
        victims = [(dice.choice(list(pair)), dice.choice(["web", "loops"]))]
        if dice.random() < 0.2:  # now and then the whole machine goes
            victims = [(state, name) for state in pair for name in ("web", "loops")]
        for state, name in victims:
            state.kill(name)
            kills += 1
        time.sleep(dice.uniform(0, 1.5))
        for state in pair:
            state.start()
    return kills


def test_two_states_work_on_while_their_processes_are_killed(pair, flow, record_property, capsys):
    """After minutes of random kills both states agree byte by byte on everything acknowledged."""
    over = threading.Event()
    workers = [Worker(pair, state, flow.ledger, over) for state in pair]
    began = time.monotonic()
    for worker in workers:
        worker.start()
    try:
        kills = kill_at_random(pair, random.Random(SEED), MINUTES)
    finally:
        over.set()
        for worker in workers:
            worker.join(GRACE / 3)
    assert [worker.fault for worker in workers] == [None, None]
    rest = time.monotonic()
    settle(pair, 120)
    rest = time.monotonic() - rest
    check_invariants(pair, flow.ledger)
    told = (
        f"seed {SEED}: {time.monotonic() - began:.0f} s, {kills} kills, "
        f"{len(flow.ledger.certificates)} certificates and {len(flow.ledger.decisions)} decisions "
        f"acknowledged, at rest after {rest:.1f} s, all in both logs and both mirrors"
    )
    record_property("soak", told)
    with capsys.disabled():
        print(f"\n{told}")
    assert kills
    assert flow.ledger.certificates
    assert flow.ledger.decisions
