"""Processes of an audit, as they are started, die and are let go."""

import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest
from distributed import LocalCluster

from certorigin.audit.archive import audit
from certorigin.audit.processes import audit_on, cluster, here
from tests.library.audit.test_archive import made, place, tasks

__all__ = ["made", "place"]

MANY = 400  # more than can be under way at once: processes that die leave some of them
PATIENCE = 60

pytestmark = [pytest.mark.timeout(180)]  # interpreters start, on a machine that may be busy


@pytest.fixture
def small(place):
    """The task of a tile of four entries, of which one is wrong."""
    return min(tasks(place)[1:], key=lambda task: audit(task).count)


def kill_all():
    for process in active_children():
        process.kill()
        process.join()


def test_what_a_process_left_that_died_is_done_by_new_ones(small):
    found = []
    for number, one in enumerate(audit_on(here(2), iter([small] * MANY))):
        if number in {0, MANY // 2}:
            kill_all()
        found.append(one)
    assert found == [(small, audit(small))] * MANY


def test_processes_that_die_each_time_are_not_started_for_ever(small):
    lives = set()
    found = audit_on(here(1), iter([small] * MANY))

    def kill_at_each_step():
        for _ in found:
            lives.update(process.pid for process in active_children())
            kill_all()

    with pytest.raises(BrokenExecutor):
        kill_at_each_step()
    assert len(lives) == 3


WORK = """
import os, time
from certorigin.audit.processes import here
if __name__ == "__main__":
    with here(1)() as (executor, _):
        print(executor.submit(os.getpid).result(), flush=True)
        time.sleep(600)
"""


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_processes_end_with_an_audit_that_is_killed(tmp_path):
    script = tmp_path / "work.py"
    script.write_text(WORK)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.kill()
    end = time.monotonic() + PATIENCE
    while is_running(worker):
        assert time.monotonic() < end, "it works on for nobody"
        time.sleep(0.05)


@pytest.mark.loopback
def test_a_cluster_finds_the_same(place):
    every = tasks(place)
    with LocalCluster(
        n_workers=1, processes=False, host="127.0.0.1", protocol="tcp", dashboard_address=None
    ) as machines:
        found = dict(audit_on(cluster(machines.scheduler_address), iter(every)))
    assert found == {task: audit(task) for task in every}
