"""Durable files in one folder: written whole or not at all, and there after the power has gone.

A file is written under `private/tmp/`, fsynced, renamed to its place, and the folder that holds it
is fsynced; new folders are fsynced into their parents. What this cannot save: a disk that lies
about fsync.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from certorigin.durable import fsync_folder, make_folder
from certorigin.errors import ConflictError, LimitError, MalformedError, UnknownError
from certorigin.log.layout import TEMPORARY
from certorigin.log.tiles import MAX_BUNDLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_FILE = MAX_BUNDLE

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*", re.ASCII)


class Directory:
    """One folder that holds a log, for one writer at a time; paths in it are relative and plain.

    A second writer of other files, such as the collector of cosigned heads, needs a `temporary`
    folder of its own: in a common one the two would take each other's unfinished files.
    """

    def __init__(self, root: Path, *, temporary: str = TEMPORARY) -> None:
        self.root = root
        self._temporary = temporary.rstrip("/")
        self._folders: set[Path] = set()

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
        self._write(missing)
        # A file that was there already may be the leftover of a crash whose folder was never
        # fsynced.
        for folder in {self._place(path).parent for path in files}:
            fsync_folder(folder)

    def replace(self, path: str, data: bytes) -> None:
        """Write a file that changes, as the checkpoint does: readers see the old or the new."""
        self._write({path: data})
        fsync_folder(self._place(path).parent)

    def remove(self, path: str) -> None:
        """Remove a file if it is there. Not fsynced: whoever removes can do it again."""
        self._place(path).unlink(missing_ok=True)

    def remove_folder(self, path: str) -> None:
        """Remove a folder of plain files if it is there. Not fsynced."""
        folder = self._place(path.rstrip("/"))
        if folder.is_dir():
            self._folders.discard(folder)
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()

    def files(self) -> Iterator[str]:
        """Return the path of everything in the folder that is not a folder itself, in order."""
        yield from self._walk(self.root)

    def _walk(self, folder: Path) -> Iterator[str]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
            else:
                yield Path(entry.path).relative_to(self.root).as_posix()

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Write and fsync every file aside, then rename them all into place."""
        temporary = self._place(self._temporary)
        self._make_folders([temporary.parent, *(self._place(path).parent for path in files)])
        # Not fsynced: nobody looks for it after a power cut, for every file leaves it.
        temporary.mkdir(exist_ok=True)
        for number, data in enumerate(files.values()):
            with (temporary / str(number)).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for number, path in enumerate(files):
            (temporary / str(number)).rename(self._place(path))

    def _make_folders(self, folders: Iterable[Path]) -> None:
        for folder in folders:
            if folder in self._folders:
                continue
            make_folder(folder)
            self._folders.add(folder)

    def _place(self, path: str) -> Path:
        if len(path) > 200 or not _SAFE.fullmatch(path):
            raise MalformedError("log.path_malformed", place="directory", value=path[:80])
        return self.root / path


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


def _read_plain(place: Path, size: int) -> bytes:
    """Read at most `size` bytes of a plain file; nothing else is waited for or followed."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(place, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(size)
    finally:
        os.close(descriptor)
