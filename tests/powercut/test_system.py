"""A national system loses its power while people work, again and again: folder, database and log.
Then its disk is full, read-only, failing: people are told so, read on, and work on after it.

Only what SQLite, log and mirror had synced survives (or, by luck, half of the rest). Afterwards
register, logs and the partner's mirror agree, and every acknowledged certificate is there.
"""

import errno
import random
import threading
import time

import pytest

from tests.journeys.flow import Flow, GaveUpError, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import PATIENCE, copy_pair, make_template

CUTS = 5
SEED = 20261122
# SQLite says of a disk that can't be written only that it fails.
ILLS = {
    errno.ENOSPC: {"disk.full"},
    errno.EROFS: {"disk.read_only", "disk.failing"},
    errno.EIO: {"disk.failing"},
}

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


def work_on_an_ill_disk(disk, state, flow):
    """Nothing is written and everything can be read; when the disk is well, work goes on."""
    application = flow.ready(state)
    officer = flow.person(state, "certifier")
    path = f"/certification/{application}/certify"
    for code, told in ILLS.items():
        disk.fall_ill(code)
        try:
            assert refusal_of(lambda: officer.ask("POST", path, {})) in told
            assert officer.ask("GET", "/certification")["certificates"]
        finally:
            disk.heal()
    flow.certify(state, application)


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
        worker.join(2 * PATIENCE)
        assert not worker.is_alive()
        settle(pair)
        check_invariants(pair, flow.ledger)
    work_on_an_ill_disk(disk, pair["BY"], flow)
    settle(pair)
    check_invariants(pair, flow.ledger)
    flow.close()
    assert not broken
    assert len(flow.ledger.certificates) == 2 * CUTS + 3
    assert len(flow.ledger.decisions) == 2 * CUTS
