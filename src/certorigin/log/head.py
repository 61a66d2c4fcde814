"""The head of a log: the one small thing that moves by compare-and-swap, in file or database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError
from certorigin.log.directory import lock

if TYPE_CHECKING:
    from pathlib import Path


class HeadStore(Protocol):
    """Where the head lives. It is trusted: whoever can write to it can make a log fork.

    Consistency: `get` sees every swap that has returned. Of two swaps from the same `old`, one
    wins. Durability: after `swap` has returned (or its transaction has committed) no power loss
    undoes it.
    """

    def get(self) -> bytes | None:
        """Return the signed checkpoint, or None when there is no head yet."""
        ...

    def swap(self, old: bytes | None, new: bytes) -> None:
        """Replace exactly `old` by `new`. Raises ConflictError when the head is another."""
        ...


class FileHead:
    """A head in a local file: lock, compare, temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def get(self) -> bytes | None:
        """Return the head, or None when the file is not there."""
        try:
            return self._place.read_bytes()
        except FileNotFoundError:
            return None

    def swap(self, old: bytes | None, new: bytes) -> None:
        """Replace exactly `old` by `new`. Raises ConflictError when the head is another."""
        make_folder(self._place.parent)
        held = lock(self._place.with_name(f"{self._place.name}.lock"), wait=True)
        try:
            if self.get() != old:
                raise ConflictError("log.head_moved")
            replace_file(self._place, new)
        finally:
            os.close(held)
