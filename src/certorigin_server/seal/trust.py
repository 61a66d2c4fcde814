"""The trust lists of this installation and its partners, read once from its folder."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.seal.trust.folder import read_trust_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from certorigin.seal.trust.trust import Trust


def get_trust() -> Trust:
    """Return all adopted trust lists, as the folder holds them now.

    Everybody in this process shares the answer: it is for reading. Who wants to adopt a list reads
    the folder for himself, and puts the file there.
    """
    folder = settings.SYSTEM.trust_folder
    return _read(folder, tuple(sorted(_states_in(str(folder)))))


def _states_in(folder: str, *, depth: int = 1) -> Iterator[tuple[str, int, int, int]]:
    """Yield for each list what changes when it is replaced, also by one of the same name.

    Every request asks this, so there is no walk but through the folders in which lists lie.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json"):
                known = entry.stat()
                yield entry.path, known.st_ino, known.st_size, known.st_mtime_ns
            elif depth and entry.is_dir():
                yield from _states_in(entry.path, depth=depth - 1)


@lru_cache(maxsize=4)
def _read(folder: Path, files: tuple[tuple[str, int, int, int], ...]) -> Trust:
    del files  # they only say whether to read again
    return read_trust_folder(folder)
