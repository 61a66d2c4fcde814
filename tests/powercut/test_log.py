"""The power fails before every single change that a log makes on its disk, and comes back.

Whatever was acknowledged is there, once and in its place; what was under way is there as a whole or
not at all; no head that a reader may have seen is taken back. Removing one fsync from
certorigin/log/directory.py makes a test here fail (tests/seeded). Nor may a reader who comes before
the log is opened again find a head on show without all of its tiles.
"""

import contextlib
import os

import pytest

from certorigin.errors import CertoriginError, MalformedError, UnknownError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.entry import entry_of
from certorigin.log.fsck import check
from certorigin.log.head import FileHead
from certorigin.log.note import Note
from certorigin.log.read import TileReader
from certorigin.log.stage import Stage
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


def check_shown(folder):
    """Read the log as its readers do: before anybody opened it again, by the head on show."""
    if (folder / "checkpoint").exists():
        head = Note.from_bytes((folder / "checkpoint").read_bytes())
        reader = TileReader(Checkpoint.from_text(head.text), Directory(folder).read)
        assert len(list(reader.entries(0))) == reader.head.size


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
        check_shown(life.folder)
        life.check()
        with life.start() as log:
            assert log.head().checkpoint.size >= seen, "a head that a reader saw was taken back"
        life.go_on()
        life.check()
        assert life.acknowledged == len(BATCHES)


def test_what_was_acknowledged_is_there_before_anybody_recovers(disk):
    """The partner may ask right after the power is back, before the log was opened again."""
    folder, store = disk.root / "log", MemoryHead()
    with create(folder, store) as log:
        for number, batch in enumerate(BATCHES):
            log.append(batch, at=minutes(number))
            disk.cut()
            disk.power()
            assert (folder / "checkpoint").read_bytes() == store.head
            check_shown(folder)


def test_a_folder_that_a_killed_process_made_is_made_durable(disk):
    """Killed before its fsync, while the power stays: the next process must not take it as kept."""
    folder, store = disk.root / "log", MemoryHead()
    with create(folder, store) as log:
        log.append(BATCHES[0], at=minutes(0))
    (folder / "tile/1").mkdir()
    with reopen(folder, store) as log:
        for number in (1, 2):
            log.append(BATCHES[number], at=minutes(number))
    disk.cut()
    disk.power()
    assert (folder / "checkpoint").read_bytes() == store.head
    check_shown(folder)


def test_a_checkpoint_whose_fsync_failed_is_made_durable_by_recovery(disk):
    """It is on show already, and once the stage is dropped nobody would look after it."""
    folder, store = disk.root / "log", MemoryHead()
    with create(folder, store) as log:
        log.append(BATCHES[0], at=minutes(0))
        staged = log.stage([b"{}"], at=minutes(1))
        store.swap(staged.old_head, staged.new_head)
        stage = Stage.from_bytes((folder / "private/staged").read_bytes())
        Directory(folder).write_new(stage.files)
        disk.keep()
        (folder / "private/tmp/checkpoint").rename(folder / "checkpoint")
        log.recover()
        disk.cut()
        disk.power()
        assert (folder / "checkpoint").read_bytes() == store.head


@pytest.mark.parametrize("luck", range(1, 7))
@pytest.mark.parametrize("swapped", [False, True], ids=["head not swapped", "head swapped"])
def test_a_stage_of_which_some_pages_were_written(disk, tmp_path, luck, swapped):
    """In its place there was the stage before it: what is left of both is neither."""
    folder, store = disk.root / "log", MemoryHead()
    entries = [bytes([65 + number]) * 5_000 for number in range(9)]
    for place, head in ((folder, store), (tmp_path / "twin", MemoryHead())):
        with create(place, head) as log:
            log.append(BATCHES[0], at=minutes(0))
            if place != folder:
                staged = log.stage(entries, at=minutes(1))
    with (folder / "private/staged").open("r+b") as file:
        file.write((tmp_path / "twin/private/staged").read_bytes())
    if swapped:  # as if the disk had lied about a flush
        store.swap(staged.old_head, staged.new_head)
    before = (folder / "checkpoint").read_bytes()
    disk.cut()
    disk.power(luck)
    if swapped:
        with pytest.raises((MalformedError, UnknownError)):  # torn, or still the one before it
            reopen(folder, store)
        assert (folder / "checkpoint").read_bytes() == before
        return
    with reopen(folder, store) as log:
        assert log.append(entries, at=minutes(2)) == 250
    assert check(Directory(folder), VERIFIERS).ok
