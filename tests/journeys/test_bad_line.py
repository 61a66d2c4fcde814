"""Two states in two networks, with nothing between them but a line that fails in every way."""

import json
import os
import subprocess
import sys

import pytest

from certorigin.errors import CertoriginError
from tests.data import ROOT
from tests.journeys.flow import Flow
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import copy_pair, wait_for
from tests.line.namespaces import ForbiddenError, Network

pytestmark = pytest.mark.journey

LINE = 9000
# Which line of the proxy carries the questions of which state.
ASKED_BY = {"BY": "0", "AZ": "1"}


class Proxy:
    """The process that carries everything, and spoils it when it is told to."""

    def __init__(self, *pairs: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/line/proxy.py"), *pairs],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert json.loads(self._process.stdout.readline()) == {"lines": len(pairs)}

    def order(self, *words: str) -> dict:
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def both(self, *words: str) -> None:
        for number in ASKED_BY.values():
            self.order(number, *words)

    def wait_until_spoiled(self, number: str, more: int = 3) -> None:
        """Return when the line has spoiled a few more answers."""
        first = self.order(number, "count")["spoiled"]
        wait_for(lambda: self.order(number, "count")["spoiled"] >= first + more)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="module")
def networks():
    """One network for each state, or a reason why this machine has none."""
    made = []
    try:
        for number, state in enumerate(ASKED_BY):
            name = f"certorigin-{os.getpid()}-{state}"
            made.append(Network.make(name, number + 1))
        yield dict(zip(ASKED_BY, made, strict=True))
    except ForbiddenError as fault:
        pytest.skip(f"no network namespaces on this machine: {fault}")
    finally:
        for network in made:
            network.end()


@pytest.fixture(scope="module")
def pair(template, tmp_path_factory, networks):
    """Two states that are linked, each in its network, neither of them started."""
    made = copy_pair(template, tmp_path_factory.mktemp("far"))
    for state in made:
        network, partner = networks[state.state], networks[made.other(state).state]
        state.host, state.owner = network.inside, {"preexec_fn": network.enter}
        state.settle_at(f"http://{network.outside}:{LINE}")
        path = state.folder / "system.toml"
        named = path.read_text("utf-8").replace("[web]", f'[web]\nnames = ["{partner.outside}"]')
        path.write_text(named, "utf-8")
    return made


@pytest.fixture(scope="module")
def proxy(pair, networks):
    """The line: the questions of both states, and a door for the people of each."""
    asked = [
        f"{networks[state.state].outside}:{LINE}={pair.other(state).host}:{pair.other(state).port}"
        for state in pair
    ]
    doors = [f"127.0.0.1:{state.port}={state.host}:{state.port}" for state in pair]
    made = Proxy(*asked, *doors)
    yield made
    made.end()


@pytest.fixture(scope="module")
def flow(pair, proxy):
    """Both states up, and the people who work there."""
    people = Flow(pair)
    try:
        pair.start()
        yield people
    finally:
        people.close()
        pair.stop()


@pytest.fixture(autouse=True)
def sound(flow, proxy):
    """Each story begins and ends with a line that carries everything."""
    proxy.both("pass")
    yield
    proxy.both("pass")


def held(state) -> int:
    """How much of the partner's log a state holds and counts by."""
    registered = state.account("sizes")["registered"]
    return sum(size for name, size in registered.items() if f"/{state.installation}/" not in name)


def fault_of(state) -> str:
    """What the operator reads of the loop that asks the partner."""
    return state.account("faults")["mirror AZ-BY/CIS-2009"]


def own_log(flow, state) -> dict:
    (log,) = flow.person(state, "admin").ask("GET", "/log")
    return log


def followed(flow, state) -> dict:
    (log,) = flow.person(state, "admin").ask("GET", "/mirror")
    return log


def is_released(flow, state, made) -> bool:
    """A certificate goes to its exporter although the partner hears nothing."""
    person = flow.person(state, "certifier")
    try:
        person.ask("GET", f"/log/bundle/{made['id']}")
    except CertoriginError:
        return False
    return True


def test_one_state_reaches_the_other_through_the_line_alone(pair, networks):
    """There is no way around the proxy: what the stories below cut is really cut."""
    belarus, azerbaijan = pair
    reach = "import socket, sys\nsocket.create_connection((sys.argv[1], int(sys.argv[2])), 3)"
    for address, is_reached in (
        ((azerbaijan.host, azerbaijan.port), False),
        ((networks["BY"].outside, LINE), True),
    ):
        words = [sys.executable, "-c", reach, *map(str, address)]
        done = subprocess.run(words, check=False, capture_output=True, **belarus.owner)
        assert (done.returncode == 0) is is_reached, done.stderr


def test_both_go_on_issuing_while_the_line_is_cut_and_nothing_is_lost_or_doubled(pair, flow, proxy):
    """Cut in the middle of an answer, dead for a while, and back: each side says what it lacks."""
    belarus, azerbaijan = pair
    for state in pair:
        flow.issue(state)
    settle(pair)
    before = {state.state: held(state) for state in pair}
    proxy.order(ASKED_BY["AZ"], "break", "400")
    made = [flow.issue(belarus)]
    proxy.wait_until_spoiled(ASKED_BY["AZ"])
    assert held(azerbaijan) == before["AZ"]
    proxy.both("cut")
    made += [flow.issue(belarus)]
    theirs = flow.issue(azerbaijan)
    wait_for(lambda: all(is_released(flow, belarus, one) for one in made))
    wait_for(lambda: is_released(flow, azerbaijan, theirs))
    for state in pair:
        wait_for(lambda state=state: fault_of(state).startswith("line.unreachable"))
        lag = own_log(flow, state)
        assert int(lag["size"]) > int(lag["cosigned_size"])
        stood = followed(flow, state)
        wait_for(lambda lag=lag, state=state: own_log(flow, state)["size"] == lag["size"])
        assert (stood["status"], int(stood["size"])) == ("following", before[state.state])
        assert followed(flow, state)["heartbeat"] == stood["heartbeat"]
    proxy.both("pass")
    settle(pair)
    check_invariants(pair, flow.ledger)
    for state in pair:
        wait_for(lambda state=state: not fault_of(state))


@pytest.mark.parametrize("mode", ["drop", "half_open"])
def test_a_line_that_swallows_everything_holds_up_nobody(pair, flow, proxy, mode):
    """Nobody says that the line is dead: the questions wait, and the desks do not."""
    belarus, azerbaijan = pair
    settle(pair)
    before = held(azerbaijan)
    proxy.both(mode)
    made = flow.issue(belarus)
    wait_for(lambda: is_released(flow, belarus, made))
    assert held(azerbaijan) == before
    proxy.both("pass")
    settle(pair)
    assert held(azerbaijan) > before


@pytest.mark.parametrize(("mode", "value"), [("delay", "0.2"), ("slow", "6000")])
def test_a_slow_line_carries_everything(pair, flow, proxy, mode, value):
    proxy.both(mode, value)
    for state in pair:
        flow.issue(state)
    settle(pair)


def test_a_head_that_was_altered_on_its_way_is_not_believed(pair, flow, proxy):
    """It is no evidence against the partner: the mirror stands, says why, and goes on."""
    belarus, azerbaijan = pair
    settle(pair)
    before = held(azerbaijan)
    proxy.order(ASKED_BY["AZ"], "corrupt", "/checkpoint")
    flow.issue(belarus)
    proxy.wait_until_spoiled(ASKED_BY["AZ"])
    assert held(azerbaijan) == before
    assert fault_of(azerbaijan).startswith("log."), fault_of(azerbaijan)
    assert followed(flow, azerbaijan)["status"] == "following"
    proxy.order(ASKED_BY["AZ"], "pass")
    settle(pair)
    check_invariants(pair, flow.ledger)


def test_altered_entries_never_enter_the_mirror_and_it_resumes_where_it_was(pair, flow, proxy):
    """Twice the wrong bytes under a true head stop the log, with evidence, until people spoke."""
    belarus, azerbaijan = pair
    settle(pair)
    before = held(azerbaijan)
    proxy.order(ASKED_BY["AZ"], "corrupt", "/tile/entries")
    flow.issue(belarus)
    wait_for(lambda: followed(flow, azerbaijan)["status"] == "halted")
    stood = followed(flow, azerbaijan)
    assert (stood["reason"], int(stood["size"])) == ("mirror.altered", before)
    assert held(azerbaijan) == before
    assert list(azerbaijan.folder.glob("mirror/**/evidence/*/theirs*"))
    proxy.order(ASKED_BY["AZ"], "pass")
    remark = "Line repaired; both sides compared the heads by telephone."
    body = {"origin": stood["origin"], "remark": remark}
    flow.person(azerbaijan, "admin").ask("POST", "/mirror/resume", body)
    settle(pair)
    check_invariants(pair, flow.ledger)
