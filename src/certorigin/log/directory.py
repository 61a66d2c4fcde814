"""Durable files in one folder: written whole or not at all, and there after the power has gone.

A file is written under `private/tmp/`, fsynced, renamed to its place, and the folder that holds it
is fsynced; new folders are fsynced into their parents. A file that is written in its place instead
(`overwrite`) can be torn: whoever reads it has to see that. What none of this can save: a disk that
lies about fsync.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from certorigin.durable import make_folder
from certorigin.errors import ConflictError, LimitError, MalformedError, UnknownError
from certorigin.late import Later
from certorigin.log.layout import TEMPORARY
from certorigin.log.tiles import MAX_BUNDLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import ThreadPoolExecutor

MAX_FILE = MAX_BUNDLE
MAX_OPEN = 64
FLUSHERS = 4  # an append within a tile makes four files durable at once, then two folders

_threads = Later(".futures", "concurrent")  # whoever only reads does without

_Writing = tuple[str, int, bytes]
"""Where, how it is opened, and what is written."""

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)


class Directory:
    """One folder that holds a log, for one writer at a time; paths in it are relative and plain.

    A second writer of other files, such as the collector of cosigned heads, needs a `temporary`
    folder of its own: in a common one the two would take each other's unfinished files.
    """

    def __init__(self, root: Path, *, temporary: str = TEMPORARY) -> None:
        self.root = root
        self._root = os.fspath(root)
        self._temporary = self._place(temporary.rstrip("/"))
        self._aside: dict[str, bytes] = {}  # what lies there, durable, by where it is to go
        self._folders: set[str] = set()  # those that this object made, or found, durable
        self._named: set[str] = set()  # likewise files that are written in their place

    def read(self, path: str, *, limit: int = MAX_FILE) -> bytes:
        """Read a file. Raises UnknownError when it is not there, LimitError when too long."""
        try:
            data = _read_plain(self._place(path), limit + 1)
        except OSError as error:
            # A folder, a link or a file that cannot be read in its place is not the file either.
            raise UnknownError("log.file_missing", path=path, reason=str(error.strerror)) from None
        if len(data) > limit:
            raise LimitError("log.file_too_long", place=path, value=str(limit))
        return data

    def read_part(self, path: str, start: int, length: int) -> bytes:
        """Read so many bytes from a place in a file, or what is there of them.

        Raises UnknownError when the file is not there.
        """
        try:
            return _read_plain(self._place(path), length, start)
        except OSError as error:
            raise UnknownError("log.file_missing", path=path, reason=str(error.strerror)) from None

    def has(self, path: str) -> bool:
        """Say whether there is a file (or anything else) at a path."""
        return os.path.lexists(self._place(path))

    def write_new(self, files: Mapping[str, bytes]) -> None:
        """Write immutable files, all durable on return. Writing the same again is harmless.

        Raises ConflictError `log.altered` before anything is written, when a file exists with other
        bytes.
        """
        missing = {}
        for path, data in files.items():
            if not self.has(path):
                missing[path] = data
            elif self.read(path, limit=max(MAX_FILE, len(data))) != data:
                raise ConflictError("log.altered", path=path)
        self._put(missing, {self._above(path) for path in files})

    def replace(self, path: str, data: bytes) -> None:
        """Write a file that changes, as the checkpoint does: readers see the old or the new."""
        self._put({path: data}, {self._above(path)})

    def overwrite(
        self, path: str, data: bytes, *, ahead: Mapping[str, bytes] | None = None
    ) -> None:
        """Write over the beginning of a file, in its place; durable on return, torn after a crash.

        The blocks of a file that is long enough are there already: one flush, and no new name. What
        the caller will write next (`write_new`, `replace`) can be written `ahead`: aside, where
        nobody sees it, and durable, so that only its name is left to be given.
        """
        place, folder = self._place(path), self._above(path)
        unsure = self._make_folders([folder])
        self._write_aside(ahead or {}, (place, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, data))
        self._aside.update(ahead or {})
        if place not in self._named:
            self._keep_names([folder], unsure)
            self._named.add(place)

    def mark(self, path: str, data: bytes) -> None:
        """Write over the beginning of a file, in its place. Not fsynced, as `remove` is not."""
        descriptor = _open(self._place(path), os.O_WRONLY | os.O_NOFOLLOW, data)
        os.close(descriptor)

    def keep_name(self, path: str) -> None:
        """Make durable that a file is there under its name."""
        self._keep_names([self._above(path)], ())

    def remove(self, path: str) -> None:
        """Remove a file if it is there. Not fsynced: whoever removes can do it again."""
        with suppress(FileNotFoundError):
            os.unlink(self._place(path))

    def remove_folder(self, path: str) -> None:
        """Remove a folder of plain files if it is there. Not fsynced."""
        folder = self._place(path.rstrip("/"))
        if os.path.isdir(folder):
            self._folders.discard(folder)
            self._aside.clear()
            for name in os.listdir(folder):
                os.unlink(f"{folder}/{name}")
            os.rmdir(folder)

    def files(self) -> Iterator[str]:
        """Return the path of everything in the folder that is not a folder itself, in order."""
        yield from self._walk(self.root)

    def _walk(self, folder: Path) -> Iterator[str]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
            else:
                yield Path(entry.path).relative_to(self.root).as_posix()

    def _put(self, files: Mapping[str, bytes], folders: Iterable[str]) -> None:
        """Give each file its place and make the names in `folders` durable, its own among them."""
        unsure = self._make_folders(folders)
        # Only what is the very same object was written ahead of this.
        rest = {path: data for path, data in files.items() if self._aside.get(path) is not data}
        self._write_aside(rest)
        for path in files:
            self._aside.pop(path, None)
            os.rename(self._place_aside(path), self._place(path))
        # Also of what was there already: it may be the leftover of a crash that came before this.
        self._keep_names(folders, unsure)

    def _write_aside(self, files: Mapping[str, bytes], *others: _Writing) -> None:
        """Write files in the temporary folder, and others, all durable on return."""
        writings = [
            (self._place_aside(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, data)
            for path, data in files.items()
        ]
        if writings:
            self._keep_names((), self._make_folders([os.path.dirname(self._temporary)]))
            # Not fsynced: nobody looks for it after a power cut, for every file leaves it.
            with suppress(FileExistsError):
                os.mkdir(self._temporary)
            for path in files:
                self._aside.pop(path, None)
        self._flush([*writings, *others])

    def _flush(self, writings: Sequence[_Writing]) -> None:
        """Write, and wait for the disk once: what is flushed together shares a commit of a journal.

        One after the other, each would wait for a commit of its own.
        """
        for start in range(0, len(writings), MAX_OPEN):
            with ExitStack() as opened:
                descriptors = []
                for writing in writings[start : start + MAX_OPEN]:
                    descriptors.append(_open(*writing))
                    opened.callback(os.close, descriptors[-1])
                for descriptor in descriptors[1:]:
                    done = _flushers(os.getpid()).submit(os.fsync, descriptor)
                    opened.callback(done.result)
                os.fsync(descriptors[0])

    def _make_folders(self, folders: Iterable[str]) -> list[str]:
        """Make folders and those above them; return each whose name may not be durable yet."""
        unsure: list[str] = []
        for lowest in folders:
            folder = lowest
            while folder not in self._folders and folder not in unsure:
                if folder == self._root:
                    make_folder(self.root)
                    self._folders.add(folder)
                else:
                    unsure.append(folder)
                    folder = os.path.dirname(folder)
        for folder in sorted(unsure):  # what is above comes first
            with suppress(FileExistsError):
                os.mkdir(folder)
        return unsure

    def _keep_names(self, folders: Iterable[str], unsure: Sequence[str]) -> None:
        """Make durable the names in folders, and the names of folders themselves."""
        places = sorted({*folders, *map(os.path.dirname, unsure)})
        self._flush([(place, os.O_RDONLY | os.O_DIRECTORY, b"") for place in places])
        self._folders.update(unsure)

    def _above(self, path: str) -> str:
        return os.path.dirname(self._place(path))

    def _place_aside(self, path: str) -> str:
        return f"{self._temporary}/{path.replace('/', '+')}"

    def _place(self, path: str) -> str:
        if len(path) > 200 or not _SAFE.fullmatch(path):
            raise MalformedError("log.path_malformed", place="directory", value=path[:80])
        return f"{self._root}/{path}"


def lock(place: Path, *, wait: bool) -> int:
    """Take an exclusive lock on a file and return its descriptor; closing it lets go.

    Raises ConflictError when somebody holds the lock and `wait` is false.
    """
    make_folder(place.parent)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ConflictError("log.in_use", path=place.name) from None
    return descriptor


def _read_plain(place: str, size: int, start: int = 0) -> bytes:
    """Read at most `size` bytes of a plain file; nothing else is waited for or followed."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(place, flags)
    parts = []
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        # Room for as much as there is, and for one byte more: that none comes shows the end.
        room = max(0, status.st_size - start) + 1
        while part := os.pread(descriptor, min(size, room), start):
            parts.append(part)
            start, size = start + len(part), size - len(part)
    finally:
        os.close(descriptor)
    return parts[0] if len(parts) == 1 else b"".join(parts)


@cache
def _flushers(_process: int) -> ThreadPoolExecutor:
    """Return the threads of a process that wait for the disk: a fork has none of its parent's."""
    pool: ThreadPoolExecutor = _threads.ThreadPoolExecutor(FLUSHERS)
    return pool


def _open(place: str, flags: int, data: bytes) -> int:
    """Open a file and write, all of it: one call takes two gigabytes at most."""
    descriptor = os.open(place, flags | os.O_CLOEXEC, 0o666)
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
