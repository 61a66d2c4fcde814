"""A national system loses its power while people work, again and again: folder, database and log.

Only what SQLite, log and mirror had synced survives (or, by luck, half of the rest). Afterwards
register, logs and the partner's mirror agree, and every acknowledged certificate is there.
"""

import random
import threading
import time

import pytest

from tests.journeys.flow import Flow, GaveUpError
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import copy_pair, make_template

CUTS = 5
SEED = 20261122

pytestmark = [pytest.mark.journey]


@pytest.fixture
def pair(disk, tmp_path):
    (tmp_path / "template").mkdir()
    template = make_template(tmp_path / "template")
    made = copy_pair(template, tmp_path / "states", {"BY": disk.root / "BY"})
    disk.keep()
    try:
        made.start()
        yield made
    finally:
        made.stop()


def lose_power(disk, state, luck):
    """Everything stops at once; then the machine is started again."""
    disk.cut()
    state.kill_all()
    disk.power(luck)
    state.start()
    state.wait_until_healthy()


def test_the_power_fails_while_people_work(disk, pair):
    chance = random.Random(SEED)
    flow = Flow(pair)
    stock = {state.state: flow.issue(pair.other(state)) for state in pair}
    settle(pair)
    broken = []

    def work():
        try:
            for state in pair:
                flow.accept(state, stock[state.state])
                stock[state.state] = flow.issue(pair.other(state))
        except GaveUpError as error:
            broken.append(error)

    for number in range(CUTS):
        worker = threading.Thread(target=work)
        worker.start()
        time.sleep(chance.uniform(0.1, 2.0))
        lose_power(disk, pair["BY"], luck=number)
        worker.join(90)
        assert not worker.is_alive()
        settle(pair)
        check_invariants(pair, flow.ledger)
    flow.close()
    assert not broken
    assert len(flow.ledger.certificates) == 2 * CUTS + 2
    assert len(flow.ledger.decisions) == 2 * CUTS
