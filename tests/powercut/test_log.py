"""The power fails before every single change that a log makes on its disk, and comes back.

Whatever was acknowledged is there, once and in its place; what was under way is there as a whole or
not at all; no head that a reader may have seen is taken back. Removing one fsync from
certorigin/log/directory.py makes a test here fail (tests/seeded).
"""

import contextlib
import os

import pytest

from certorigin.errors import CertoriginError, UnknownError
from certorigin.log.directory import Directory
from certorigin.log.entry import entry_of
from certorigin.log.fsck import check
from certorigin.log.head import FileHead
from certorigin.log.note import Note
from tests.library.log.sample import VERIFIERS, MemoryHead, create, minutes, reopen

LONG = b"{" + bytes(66_000)
BATCHES = [
    [b'{"entry":%d}' % number for number in range(250)],
    [b'{"entry":250}', LONG],
    [b'{"entry":%d}' % number for number in range(252, 258)],  # the first tile becomes full
]
NO_POWER = (OSError, CertoriginError)
LONG_RUN = os.environ.get("CERTORIGIN_HYPOTHESIS") == "long"

pytestmark = [pytest.mark.timeout(300)]


class Life:
    """A log and its caller, who remembers what was acknowledged."""

    def __init__(self, disk, number, store):
        self.disk = disk
        self.name = f"log{number}"
        self.folder = disk.root / self.name
        self.store = store or FileHead(self.folder / "private/head")
        self.created = False
        self.acknowledged = 0

    def start(self):
        """Open the log, or create it where that was never finished."""
        if self.created:
            return reopen(self.folder, self.store)
        try:
            log = reopen(self.folder, self.store)
        except UnknownError:
            log = create(self.folder, self.store)
        self.created = True
        return log

    def go_on(self):
        """Append what is not in the log yet, and say so once it is acknowledged."""
        with self.start() as log:
            self.acknowledged = max(self.acknowledged, self.batches_in(log))
            for number in range(self.acknowledged, len(BATCHES)):
                log.append(BATCHES[number], at=minutes(number))
                self.acknowledged = number + 1
            log.heartbeat(minutes(len(BATCHES)))

    def batches_in(self, log):
        """Count the batches that the log holds; each is there as a whole."""
        size, number = log.head().checkpoint.size, 0
        for batch in BATCHES:
            if size == 0:
                break
            size, number = size - len(batch), number + 1
        assert size == 0, "half a batch"
        return number

    def check(self):
        with self.start() as log:
            number = self.batches_in(log)
            assert number >= self.acknowledged, "what was acknowledged is lost"
            expected = [entry_of(data) for batch in BATCHES[:number] for data in batch]
            assert list(log.reader().entries(0)) == expected
        report = check(Directory(self.folder), VERIFIERS)
        assert report.ok, report


def size_of(note):
    return int(Note.from_bytes(note).text.splitlines()[1]) if note else 0


def count_changes(disk, store):
    before = disk.changes()
    Life(disk, "count", store).go_on()
    return disk.changes() - before


@pytest.mark.parametrize("luck", [0, 1, 2], ids=["nothing survives", "half", "the other half"])
@pytest.mark.parametrize("store", [None, MemoryHead], ids=["head in a file", "head in a database"])
def test_the_power_fails_before_each_change(disk, store, luck):
    changes = count_changes(disk, store and store())
    assert changes > 60
    # Each change is tried with nothing surviving; of the rest a share, all of it in the long run.
    step = 5 if luck and not LONG_RUN else 1
    for number in range(1 + luck, changes + 1, step):
        life = Life(disk, number, store and store())
        disk.cut(number)
        with contextlib.suppress(*NO_POWER):
            life.go_on()
        disk.cut()
        seen = size_of(disk.peek(f"{life.name}/checkpoint"))
        disk.power(luck and luck * 1000 + number)
        life.check()
        with life.start() as log:
            assert log.head().checkpoint.size >= seen, "a head that a reader saw was taken back"
        life.go_on()
        life.check()
        assert life.acknowledged == len(BATCHES)
