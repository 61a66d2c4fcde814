"""The disk is full, read-only, failing, or tears a write, at every single change of a log.

An append then says so; nothing that was acknowledged is lost or doubled; what is there can be read;
and when the disk is well again the same log goes on by itself.
"""

import contextlib
import errno
import os

import pytest

from certorigin.durable import replace_file
from certorigin.errors import CertoriginError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.entry import entry_of
from certorigin.log.fsck import check
from certorigin.log.head import FileHead
from certorigin.log.note import Note
from certorigin.log.read import TileReader
from tests.library.log.sample import VERIFIERS, MemoryHead, create, minutes, reopen

LONG = b"{" + bytes(66_000)
FIRST = [b'{"entry":%d}' % number for number in range(254)]
SECOND = [b'{"entry":254}', LONG]  # an object, and the first tile becomes full
ILLS = {
    "full": (errno.ENOSPC, False),
    "read-only": (errno.EROFS, False),
    "failing": (errno.EIO, False),
    "full, writes torn": (errno.ENOSPC, True),
    "failing, writes torn": (errno.EIO, True),
}
LONG_RUN = os.environ.get("CERTORIGIN_HYPOTHESIS") == "long"

pytestmark = [pytest.mark.timeout(120)]


def expected(count):
    return [entry_of(data) for data in (FIRST + SECOND)[:count]]


def seen_by_readers(folder):
    """Return the log as its readers see it; a head that is half written fails here."""
    note = Note.from_bytes((folder / "checkpoint").read_bytes())
    return TileReader(Checkpoint.from_text(note.text), Directory(folder).read)


def changes_of_an_append(disk, make_store):
    folder = disk.root / "count"
    with create(folder, make_store(folder)) as log:
        log.append(FIRST, at=minutes(1))
        before = disk.changes()
        log.append(SECOND, at=minutes(2))
        return disk.changes() - before


def in_file(folder):
    return FileHead(folder / "private/head")


def in_memory(_):
    return MemoryHead()


@pytest.mark.parametrize("make_store", [in_file, in_memory], ids=["head in a file", "elsewhere"])
@pytest.mark.parametrize("ill", ILLS)
def test_an_append_fails_clearly_and_goes_on_when_the_disk_is_well(disk, make_store, ill):
    code, torn = ILLS[ill]
    changes = changes_of_an_append(disk, make_store)
    assert changes > 15
    # Every change is tried in the long run; else each kind of illness tries its own share.
    step, offset = (1, 1) if LONG_RUN else (4, 1 + list(ILLS).index(ill) % 4)
    for number in range(offset, changes + 1, step):
        folder = disk.root / f"log{number}"
        store = make_store(folder)
        with create(folder, store) as log:
            log.append(FIRST, at=minutes(1))
            disk.fall_ill(code, number, torn=torn)
            with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is compared below
                log.append(SECOND, at=minutes(2))
            assert caught.value.errno == code
            seen = seen_by_readers(folder)
            assert seen.head.size in {254, 256}
            assert list(seen.entries(0)) == expected(seen.head.size)
            with contextlib.suppress(OSError, CertoriginError):
                log.append([b'{"not":1}'], at=minutes(3))  # still ill: it must leave no trace
            disk.heal()
            log.recover()
            if log.head().checkpoint.size == 254:  # it was not acknowledged, and did not happen
                log.append(SECOND, at=minutes(4))
            assert list(log.reader().entries(0)) == expected(256)
            assert seen_by_readers(folder).head == log.head().checkpoint
            assert log.append([b'{"later":1}'], at=minutes(5)) == 256
        with reopen(folder, store) as log:
            assert log.head().checkpoint.size == 257
        report = check(Directory(folder), VERIFIERS)
        assert report.ok, report


@pytest.mark.parametrize("ill", ILLS)
def test_a_file_that_changes_is_the_old_or_the_new_one(disk, ill):
    code, torn = ILLS[ill]
    place, old = disk.root / "file", b"o" * 9000
    replace_file(place, old)
    for number in range(1, 6):
        new = bytes([number]) * 9000
        disk.fall_ill(code, number, torn=torn)
        with contextlib.suppress(OSError):
            replace_file(place, new)
        found = place.read_bytes()
        disk.heal()
        assert found in {old, new}
        replace_file(place, new)
        assert place.read_bytes() == new
        old = new
