"""The log dies at each line of no return, and again as it recovers: nothing lost or doubled."""

import os
import re
from pathlib import Path

import pytest

from certorigin import crash
from certorigin.log import append as module
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.head import FileHead
from certorigin.log.stage import StageFile
from tests.library.log.sample import HEARTBEAT, VERIFIERS, create, minutes, reopen

LONG = b"{" + bytes(70_000)
POINTS = re.findall(r'crash_point\("(log\.\w+)"\)', Path(module.__file__).read_text())
APPENDING = [name for name in POINTS if name not in {"log.identity_written", "log.created"}]


class DiedError(BaseException):
    """As by kill -9: nothing of ours may catch it and go on."""


@pytest.fixture
def arm():
    def arm(name, passes=0):
        left = [passes]

        def hook(passed):
            if passed == name:
                left[0] -= 1
                if left[0] < 0:
                    raise DiedError(passed)

        crash.disarm()
        crash.arm(hook)

    yield arm
    crash.disarm()


def entries(start, end):
    return [b'{"entry":%d}' % number for number in range(start, end)]


def acknowledged(folder, act):
    """Do something with the log; say whether it was acknowledged before the process died."""
    try:
        with reopen(folder) as log:
            act(log)
    except DiedError:
        return False
    return True


def contents(folder):
    crash.disarm()
    with reopen(folder) as log:
        found = list(log.reader().entries(0))
        assert (folder / "checkpoint").read_bytes() == log.head().data
    report = check(Directory(folder), VERIFIERS)
    assert report.ok, report
    assert list(folder.glob("private/tmp/*")) == []
    assert not StageFile(Directory(folder)).waits()
    return found


def test_every_point_is_named_once():
    assert len(POINTS) == len(set(POINTS)) == 10


@pytest.mark.parametrize("name", APPENDING)
@pytest.mark.parametrize("again", [*APPENDING, None])
def test_append_dies_and_recovery_dies(tmp_path, arm, name, again):
    create(tmp_path).close()
    with reopen(tmp_path) as log:
        log.append(entries(0, 200), at=minutes(0))
    batch = [*entries(200, 300), LONG]
    arm(name)
    done = acknowledged(tmp_path, lambda log: log.append(batch, at=minutes(1)))
    assert done is (name == "log.heartbeat_swapped")
    if again:
        arm(again)
        acknowledged(tmp_path, lambda log: None)
    found = contents(tmp_path)
    swapped = name not in {"log.objects_written", "log.staged"}
    assert len(found) == (301 if swapped else 200)
    assert found[:200] == entries(0, 200)
    assert found[200:300] == (entries(200, 300) if swapped else [])
    # The caller tries again what is not in the log, and only that.
    if not swapped:
        assert acknowledged(tmp_path, lambda log: log.append(batch, at=minutes(2)))
    assert len(contents(tmp_path)) == 301


@pytest.mark.parametrize("name", ["log.heartbeat_swapped", "log.checkpoint_published"])
def test_heartbeat_dies(tmp_path, arm, name):
    create(tmp_path).close()
    arm(name)
    assert not acknowledged(tmp_path, lambda log: log.heartbeat(minutes(1)))
    assert contents(tmp_path) == []
    with reopen(tmp_path) as log:
        assert log.head().times_by(HEARTBEAT.verifier) == (minutes(1),)


@pytest.mark.parametrize(
    "name",
    ["log.identity_written", "log.created", "log.checkpoint_published"],
)
def test_create_dies(tmp_path, arm, name):
    arm(name)
    with pytest.raises(DiedError):
        create(tmp_path)
    crash.disarm()
    if FileHead(tmp_path / "private/head").get() is None:
        create(tmp_path).close()
    assert contents(tmp_path) == []


def test_a_stage_from_before_the_swap_does_not_come_true_later(tmp_path, arm):
    create(tmp_path).close()
    arm("log.staged")
    acknowledged(tmp_path, lambda log: log.append(entries(0, 3), at=minutes(1)))
    crash.disarm()
    assert acknowledged(tmp_path, lambda log: log.append(entries(7, 9), at=minutes(1)))
    assert contents(tmp_path) == entries(7, 9)


@pytest.mark.parametrize("write", range(1, 9))
def test_power_fails_in_the_middle_of_writing(tmp_path, monkeypatch, write):
    """Between two renames there is no crash point; any prefix of them must do no harm either."""
    create(tmp_path).close()
    left = [write]
    rename = os.rename

    def die(source, target):
        left[0] -= 1
        if not left[0]:
            raise DiedError(str(target))
        return rename(source, target)

    monkeypatch.setattr(os, "rename", die)
    acknowledged(tmp_path, lambda log: log.append([*entries(0, 300), LONG], at=minutes(1)))
    monkeypatch.undo()
    assert len(contents(tmp_path)) in {0, 301}
