import os
import subprocess
import sys
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
    # The bytes before the names; of the names, whichever comes first.
    assert names[:2] == [".", "private/tmp/tile+0+000"]
    assert sorted(names[2:]) == [".", "tile", "tile/0"]


def test_what_was_written_ahead_is_renamed_alone(directory, tmp_path):
    tile, head = b"tile", b"head"
    directory.overwrite("private/staged", b"whole", ahead={"tile/0/000": tile, "checkpoint": head})
    assert list(directory.files()) == [
        "private/staged",
        "private/tmp/checkpoint",
        "private/tmp/tile+0+000",
    ]
    inode = (tmp_path / "private/tmp/tile+0+000").stat().st_ino
    directory.write_new({"tile/0/000": tile})
    directory.replace("checkpoint", head)
    assert (tmp_path / "tile/0/000").stat().st_ino == inode
    assert list(directory.files()) == ["checkpoint", "private/staged", "tile/0/000"]


def test_what_was_written_ahead_is_not_taken_for_something_else(directory):
    directory.overwrite("staged", b"1", ahead={"a": b"of the first"})
    directory.write_new({"a": b"of the second"})
    directory.overwrite("staged", b"2", ahead={"b": b"bytes"})
    directory.remove_folder("private/tmp")
    directory.write_new({"b": b"bytes"})
    assert (directory.read("a"), directory.read("b")) == (b"of the second", b"bytes")


def test_a_file_that_is_written_over_keeps_what_is_behind(directory):
    directory.overwrite("staged", b"12345")
    directory.overwrite("staged", b"ab")
    directory.mark("staged", b"X")
    assert directory.read("staged") == b"Xb345"
    with pytest.raises(FileNotFoundError):
        directory.mark("missing", b"X")


FORK = """
import os, sys
from pathlib import Path
from certorigin.log.directory import Directory
directory = Directory(Path(sys.argv[1]))
directory.write_new({"a": b"1", "b": b"2", "c/d": b"3"})
child = os.fork()
if not child:
    directory.write_new({"e": b"1", "f": b"2", "g/h": b"3"})
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


def test_a_forked_process_waits_for_the_disk_by_itself(tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", FORK, str(tmp_path)]
    subprocess.run(command, check=True, timeout=60)
    assert list(Directory(tmp_path).files()) == ["a", "b", "c/d", "e", "f", "g/h"]


def test_lock(tmp_path):
    held = lock(tmp_path / "a/lock", wait=False)
    with pytest.raises(ConflictError, match="in_use"):
        lock(tmp_path / "a/lock", wait=False)
    os.close(held)
    os.close(lock(tmp_path / "a/lock", wait=True))


def test_two_writers_of_other_files_do_not_take_each_others(tmp_path, monkeypatch):
    sequencer = Directory(tmp_path)
    collector = Directory(tmp_path, temporary=layout.COLLECTING)
    rename = os.rename

    def come_between(source, target):
        monkeypatch.setattr(os, "rename", rename)
        collector.write_new({"cosigned/0": b"of the collector"})
        return rename(source, target)

    monkeypatch.setattr(os, "rename", come_between)
    sequencer.write_new({"tile/0/000": b"of the sequencer"})
    assert sequencer.read("tile/0/000") == b"of the sequencer"
    assert sequencer.read("cosigned/0") == b"of the collector"
