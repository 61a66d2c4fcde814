"""Folders and files that are there after the power has gone: fsync of the bytes, fsync of the name.

What this cannot save: a disk that lies about fsync. `tests/powercut` takes each of them away.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Create a folder and its parents, each durable in its own parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode, exist_ok=True)
    fsync_folder(folder.parent)


def replace_file(place: Path, data: bytes) -> None:
    """Replace one file durably: temporary file beside it, fsync, rename, fsync of the folder."""
    temporary = place.with_name(f"{place.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(place)
    fsync_folder(place.parent)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable: files created, renamed or removed until now."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
