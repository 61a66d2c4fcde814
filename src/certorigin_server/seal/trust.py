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
    """Return all adopted trust lists; a list that was added is seen at the next call."""
    folder = settings.SYSTEM.trust_folder
    names = tuple(sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json")))
    return _read(folder, names)


@lru_cache(maxsize=4)
def _read(folder: Path, names: tuple[str, ...]) -> Trust:
    del names  # a new version is a new file: the names alone say whether to read again
    return read_trust_folder(folder)
