import os
from pathlib import Path

import pytest

from certorigin.errors import ConflictError, LimitError, MalformedError, UnknownError
from certorigin.log import directory as module
from certorigin.log import layout
from certorigin.log.directory import Directory, lock


@pytest.fixture
def directory(tmp_path):
    return Directory(tmp_path)


def test_what_is_written_is_read(directory):
    directory.write_new({"tile/0/x001/234": b"a", "object/ab": b"b"})
    assert directory.read("tile/0/x001/234") == b"a"
    assert list(directory.files()) == ["object/ab", "tile/0/x001/234"]


def test_writing_the_same_again_is_harmless_and_other_bytes_are_refused(directory):
    directory.write_new({"a": b"1"})
    directory.write_new({"a": b"1", "b": b"2"})
    with pytest.raises(ConflictError, match=r"log\.altered"):
        directory.write_new({"c": b"3", "a": b"x"})
    assert list(directory.files()) == ["a", "b"]


def test_replace(directory):
    for data in (b"1", b"2"):
        directory.replace("checkpoint", data)
        assert directory.read("checkpoint") == data


def test_remove(directory):
    directory.write_new({"a.p/1": b"1", "a.p/2": b"2", "b": b"3"})
    for _ in range(2):
        directory.remove("b")
        directory.remove_folder("a.p")
    directory.remove_folder("private/tmp/")
    assert list(directory.files()) == []
    directory.write_new({"a.p/1": b"1"})  # the folder is made anew
    assert directory.has("a.p/1")
    assert not directory.has("b")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "../a",
        "a/../b",
        "a//b",
        "a/",
        ".a",
        "a/.b",
        "A",
        "a\n",
        "a b",
        "a\0",
        "é",
        "a" * 201,
    ],
)
def test_only_plain_paths(directory, path):
    for act in (directory.read, directory.has, directory.remove):
        with pytest.raises(MalformedError, match="path_malformed"):
            act(path)


def test_read_what_is_not_there(directory, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    for path in ("missing", "folder", "link", "pipe", "missing/below"):
        with pytest.raises(UnknownError, match="file_missing"):
            directory.read(path)
    assert list(directory.files()) == ["link", "pipe"]


def test_read_what_is_too_long(directory):
    directory.write_new({"a": b"12345"})
    assert directory.read("a", limit=5) == b"12345"
    with pytest.raises(LimitError, match="file_too_long"):
        directory.read("a", limit=4)


def test_files_and_folders_are_fsynced(directory, tmp_path, monkeypatch):
    synced = []

    def fsync(descriptor):
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    monkeypatch.setattr(module.os, "fsync", fsync)
    directory.write_new({"tile/0/000": b"1"})
    names = [os.path.relpath(path, tmp_path) for path in synced]
    assert names == [".", ".", "tile", "private/tmp/0", "tile/0"]


def test_lock(tmp_path):
    held = lock(tmp_path / "a/lock", wait=False)
    with pytest.raises(ConflictError, match="in_use"):
        lock(tmp_path / "a/lock", wait=False)
    os.close(held)
    os.close(lock(tmp_path / "a/lock", wait=True))


def test_two_writers_of_other_files_do_not_take_each_others(tmp_path, monkeypatch):
    sequencer = Directory(tmp_path)
    collector = Directory(tmp_path, temporary=layout.COLLECTING)
    rename = Path.rename

    def come_between(self, target):
        monkeypatch.setattr(Path, "rename", rename)
        collector.write_new({"cosigned/0": b"of the collector"})
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", come_between)
    sequencer.write_new({"tile/0/000": b"of the sequencer"})
    assert sequencer.read("tile/0/000") == b"of the sequencer"
    assert sequencer.read("cosigned/0") == b"of the collector"
