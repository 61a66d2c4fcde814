"""The trust lists of this installation and its partners, read once from its folder."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.seal.trust.folder import read_trust_folder

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin.seal.trust.trust import Trust


def get_trust() -> Trust:
    """Return all adopted trust lists, as the folder holds them now.

    Everybody in this process shares the answer: it is for reading. Who wants to adopt a list reads
    the folder for himself, and puts the file there.
    """
    folder = settings.SYSTEM.trust_folder
    return _read(folder, tuple(sorted(map(_state_of, folder.rglob("*.json")))))


def _state_of(path: Path) -> tuple[str, int, int]:
    """Return what changes when a file is replaced, also by one of the same name."""
    known = path.stat()
    return str(path), known.st_size, known.st_mtime_ns


@lru_cache(maxsize=4)
def _read(folder: Path, files: tuple[tuple[str, int, int], ...]) -> Trust:
    del files  # they only say whether to read again
    return read_trust_folder(folder)
