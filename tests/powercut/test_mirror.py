"""The power fails before every single change that a mirror makes, and comes back.

What the partner may have fetched, a cosigned head above all, is never taken back and never becomes
another one: legal time hangs on it.
"""

import contextlib
import os

import pytest

from certorigin.errors import CertoriginError
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.mirror.cosigned import CosignedHeads
from tests.library.mirror.lying import Case, verifier

NO_POWER = (OSError, CertoriginError)
LONG_RUN = os.environ.get("CERTORIGIN_HYPOTHESIS") == "long"
TURNS = (3, 255)  # after the second one the first tile is full

pytestmark = [pytest.mark.timeout(300)]


class Life:
    """A mirror of an honest publisher; each life has its own folder."""

    def __init__(self, disk, number):
        self.disk = disk
        self.name = f"mirror{number}"
        self.case = Case(disk.root / self.name, TURNS[0])

    def go_on(self, start=0):
        """Two turns, of which the second finds more; `start` minutes after noon."""
        self.case.follow(start + 1)
        if len(self.case.publisher.entries) == TURNS[0]:
            self.case.publish(start + 2, TURNS[1])
        self.case.follow(start + 3)

    def shown(self):
        """Return what the partner may have fetched before the cut: cosigned heads by number."""
        found = {n: self.disk.peek(f"{self.name}/cosigned/{n}") for n in range(len(TURNS))}
        return {number: data for number, data in found.items() if data}

    def check(self, shown):
        directory = Directory(self.disk.root / self.name)
        for number, data in shown.items():
            assert directory.read(f"cosigned/{number}") == data, "a cosigned head was taken back"
        heads = CosignedHeads(directory, self.case.partner)
        sizes = [heads.get(number).size for number in range(heads.count)]
        assert sizes == sorted(set(sizes))
        assert sizes[-1] == sum(TURNS)
        publisher = self.case.publisher
        verifiers = [verifier(publisher.log), verifier(publisher.heartbeat)]
        report = check(directory, verifiers)
        assert report.ok, report
        assert report.size == sum(TURNS)


@pytest.mark.parametrize("luck", [0, 1], ids=["nothing survives", "half"])
def test_the_power_fails_before_each_change(disk, luck):
    before = disk.changes()
    Life(disk, "count").go_on()
    changes = disk.changes() - before
    assert changes > 60
    step = 5 if luck and not LONG_RUN else 1
    for number in range(1, changes + 1, step):
        life = Life(disk, number)
        disk.cut(number)
        with contextlib.suppress(*NO_POWER):
            life.go_on()
        disk.cut()
        shown = life.shown()
        disk.power(luck and luck * 1000 + number)
        life.go_on(start=10)
        life.check(shown)
