"""The disk itself: what it keeps and what it loses, or no test beside this one proves anything."""

import os

import pytest


def sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)


def write(place, data, *, sync):
    with place.open("wb") as file:
        file.write(data)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def lose_power(disk, luck=0):
    disk.cut()
    disk.power(luck)


def test_bytes_without_fsync_are_lost(disk):
    write(disk.root / "a", b"one", sync=False)
    sync_folder(disk.root)
    lose_power(disk)
    assert (disk.root / "a").read_bytes() == b""


def test_a_name_without_fsync_of_its_folder_is_lost(disk):
    write(disk.root / "a", b"one", sync=True)
    lose_power(disk)
    assert list(disk.root.iterdir()) == []


def test_what_was_synced_stays_and_a_rename_needs_its_folder(disk):
    write(disk.root / "a", b"one", sync=True)
    sync_folder(disk.root)
    write(disk.root / "b", b"two", sync=True)
    (disk.root / "b").rename(disk.root / "a")
    assert (disk.root / "a").read_bytes() == b"two"
    lose_power(disk)
    assert (disk.root / "a").read_bytes() == b"one"
    write(disk.root / "b", b"two", sync=True)
    (disk.root / "b").rename(disk.root / "a")
    sync_folder(disk.root)
    lose_power(disk)
    assert {path.name: path.read_bytes() for path in disk.root.iterdir()} == {"a": b"two"}


def test_nothing_works_between_cut_and_power(disk):
    disk.cut(1)
    with pytest.raises(OSError, match="Input/output error"):
        write(disk.root / "a", b"one", sync=False)
    with pytest.raises(OSError, match="Input/output error"):
        list(disk.root.iterdir())
    disk.power()
    assert list(disk.root.iterdir()) == []


def test_luck_tears_what_was_not_synced(disk):
    found = set()
    for luck in range(1, 25):
        survived = disk.root / str(luck)
        write(survived, b"x" * 4096 + b"y" * 4096, sync=False)
        lose_power(disk, luck)
        found.add(survived.read_bytes().strip(b"\0")[:1] if survived.exists() else None)
    assert {None, b"", b"x", b"y"} <= found


def test_a_full_disk_says_so(disk):
    disk.room(10)
    with pytest.raises(OSError, match="No space left"):
        write(disk.root / "a", b"x" * 11, sync=False)
    disk.room(None)
    write(disk.root / "a", b"x" * 11, sync=False)
