"""Seconds until work goes on after a fault, and that nothing acknowledged is lost by it.

Two states as in the stories, leases of one second; each has a clock that a story may set. The
seconds are printed for docs/operate/faults.md, and compared with nothing.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from certorigin.errors import StandingError
from tests.data import ROOT
from tests.journeys.flow import Flow
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import copy_pair
from tests.long.states import Stubborn, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1200)]
CLOCK = ROOT / "tests/journeys/clock"
LONG = 180.0
SOON = 6.0
HOLDER = (
    "from certorigin_server.loops.models import Lease\n"
    "print(Lease.objects.get(name='log AZ-BY/CIS-2009').holder.partition('-')[0])"
)


@pytest.fixture(scope="module")
def clocks(tmp_path_factory):
    """The file of each state's clock: how many seconds it is ahead."""
    folder = tmp_path_factory.mktemp("clocks")
    found = {state: folder / state for state in ("BY", "AZ")}
    for place in found.values():
        place.write_text("0")
    return found


@pytest.fixture(scope="module")
def pair(template, tmp_path_factory, clocks):
    made = copy_pair(template, tmp_path_factory.mktemp("recovery"))
    for state in made:
        clock = str(clocks[state.state])
        state.environment |= {"PYTHONPATH": str(CLOCK), "JOURNEY_CLOCK": clock}
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def flow(pair):
    people = Stubborn(pair)
    yield people
    people.close()


def jump(place: Path, seconds: int) -> None:
    waiting = place.with_suffix(".new")
    waiting.write_text(str(seconds))
    waiting.replace(place)


def has_arrived(state, made) -> bool:
    return any(one["act"] == made["act"] for one in state.account()["register"])


def seconds_until_there(state, made, began) -> float:
    """Wait until the register of a state has a certificate; seconds since a moment."""
    until = time.monotonic() + LONG
    while not has_arrived(state, made):
        assert time.monotonic() < until, state.said("loops")
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize("killed", [("web",), ("loops",), ("web", "loops")], ids="+".join)
def test_killed_processes_take_their_work_up(pair, flow, tell, killed):
    home, abroad = pair
    flow.issue(home)
    for name in killed:
        home.kill(name)
    began = time.monotonic()
    for name in killed:
        home.launch(name)
    made = flow.issue(home)
    what = " and ".join(killed)
    tell(f"{what} killed: from its start to a certificate", time.monotonic() - began)
    there = seconds_until_there(abroad, made, began)
    tell(f"{what} killed: from its start until the partner has it", there)
    settle(pair, LONG)
    check_invariants(pair, flow.ledger)


def test_two_loops_that_were_started_by_mistake_do_everything_once(pair, flow, tell):
    """Both live side by side; the one that holds the lease dies, and the other takes over."""
    home, abroad = pair
    settle(pair, LONG)
    both = [home.running.pop("loops")]
    home.launch("loops")
    both.append(home.running["loops"])
    try:
        for state in (*pair, *pair):
            flow.issue(state)
        settle(pair, LONG)
        holder = int(home.must_run(HOLDER))
        assert holder in {one.pid for one in both}
        dead, heir = sorted(both, key=lambda one: one.pid != holder)
        began = time.monotonic()
        os.killpg(dead.pid, signal.SIGKILL)
        dead.wait(10)
        made = flow.issue(home)
        tell(
            "two loops, the one with the lease killed: until the partner has the next certificate",
            seconds_until_there(abroad, made, began),
        )
        assert int(home.must_run(HOLDER)) == heir.pid
        home.running["loops"] = heir
    finally:
        for one in both:
            if one is not home.running.get("loops") and one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait(10)
    settle(pair, LONG)
    check_invariants(pair, flow.ledger)


def test_a_clock_that_ran_ahead_and_was_set_back(pair, flow, clocks, tell):
    """Nothing gets a second time that it had before: the log waits, people do not."""
    home, abroad = pair
    jump(clocks["BY"], 40)
    flow.issue(home)
    settle(pair, LONG)
    jump(clocks["BY"], 0)
    began = time.monotonic()
    made = flow.issue(home)
    time.sleep(SOON)
    assert not has_arrived(abroad, made)
    what = "clock set back by 40 s: until the partner has the next certificate"
    tell(what, seconds_until_there(abroad, made, began))
    settle(pair, LONG)
    check_invariants(pair, flow.ledger)


def test_a_state_whose_clock_is_ten_minutes_late(pair, flow, clocks, tell):
    """It does not believe what seems to come from the future; all is well when its clock is."""
    home, abroad = pair
    settle(pair, LONG)
    jump(clocks["AZ"], -600)
    made = flow.issue(home)  # exports never wait
    time.sleep(SOON)
    assert not has_arrived(abroad, made)
    jump(clocks["AZ"], 0)
    began = time.monotonic()
    what = "clock set right: until the partner has what waited"
    tell(what, seconds_until_there(abroad, made, began))
    settle(pair, LONG)
    check_invariants(pair, flow.ledger)


@contextmanager
def small_disk(place, mebibytes):
    """A disk of its own for a folder; only root can have one."""
    if os.geteuid() or shutil.which("mount") is None:
        pytest.skip("needs root: a disk of its own is mounted")
    place.mkdir()
    size = f"size={mebibytes}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave no byte free, as a runaway file does."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        block = bytes(1 << 16)
        try:
            while True:
                file.write(block)
        except OSError:
            return filler


def until_it_is_refused(flow, state) -> str:
    """Go on working on a disk without a free byte; return what the answer says in the end."""
    for _ in range(60):  # the database has some room of its own left
        try:
            flow.issue(state)
        except StandingError as error:
            return error.facts["answer"]
    return ""


def test_a_full_disk_says_so_and_everything_goes_on_when_there_is_room(template, tmp_path, tell):
    with small_disk(tmp_path / "disk", 96) as disk:
        pair = copy_pair(template, tmp_path, {"BY": disk / "BY"})
        flow = Flow(pair)
        patient = Stubborn(pair, flow.ledger)
        try:
            pair.start()
            for state in pair:
                wait_for(state)
            flow.issue(pair["BY"])
            settle(pair, LONG)
            filler = fill(disk)
            assert until_it_is_refused(flow, pair["BY"]).startswith("disk.")
            filler.unlink()
            began = time.monotonic()
            made = patient.issue(pair["BY"])
            tell("disk full: from room to a certificate", time.monotonic() - began)
            there = seconds_until_there(pair["AZ"], made, began)
            tell("disk full: from room until the partner has it", there)
            settle(pair, LONG)
            check_invariants(pair, flow.ledger)
        finally:
            patient.close()
            flow.close()
            pair.stop()
