"""Crash points are armed from outside: the n-th pass dies as by kill -9, or each is listed."""

import os
import signal

import pytest

from certorigin import crash
from certorigin_server.loops.crash import arm_from


@pytest.fixture(autouse=True)
def disarmed():
    yield
    crash.disarm()


@pytest.fixture
def killed(monkeypatch):
    found = []
    monkeypatch.setattr(os, "kill", lambda *facts: found.append(facts))
    return found


def passes(*names):
    for name in names:
        crash.crash_point(name)


def test_nothing_is_armed_when_nothing_is_asked(killed):
    arm_from({"CERTORIGIN_CRASH": "", "CERTORIGIN_CRASH_HITS": ""})
    passes("log.staged")
    assert killed == []


@pytest.mark.parametrize(("wanted", "passed"), [("log.staged", 1), ("log.staged:3", 3)])
def test_the_pass_that_was_asked_for_kills(killed, wanted, passed):
    arm_from({"CERTORIGIN_CRASH": wanted})
    for _ in range(passed - 1):
        passes("log.staged", "log.committed")
    assert killed == []
    passes("log.staged")
    assert killed == [(os.getpid(), signal.SIGKILL)]
    passes("log.staged")
    assert len(killed) == 1


def test_passes_are_listed(tmp_path):
    arm_from({"CERTORIGIN_CRASH_HITS": str(tmp_path / "hits")})
    passes("log.staged", "log.committed", "log.staged")
    assert (tmp_path / "hits").read_text().split() == ["log.staged", "log.committed", "log.staged"]
