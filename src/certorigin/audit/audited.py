"""What was audited already: a file of lines, one a task, in the hands of the system at once.

    {"digest":"<64 hex>","task":"<origin> tile/entries/000","wrong":[["<code>","<path>",17,false]]}

A line is believed for bytes, trust lists and legal times of that digest alone. The file is trusted:
who can write to it can have a tile passed over. A killed audit loses nothing, a power cut at most
the last `SYNCED` lines, which are audited again; what either left of a line is taken off.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Self

from certorigin.audit.open_log import Wrong
from certorigin.durable import fsync_folder, make_folder
from certorigin.errors import MalformedError
from certorigin.log.directory import lock

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from certorigin.audit.archive import Found

SYNCED = 64

Line = tuple[tuple[str, str, int | None, bool], ...]


class Audited:
    """The record of one audit, held by one process at a time."""

    def __init__(self, place: Path) -> None:
        """Open a record, or begin one.

        Raises ConflictError when another audit holds it, MalformedError when it is none.
        """
        make_folder(place.parent)
        self._held: int | None = lock(place, wait=False)
        try:
            self._lines, size = _read(place)
            os.truncate(place, size)
            self._file = place.open("ab")
            self._unsynced = 0
            fsync_folder(place.parent)
        except BaseException:
            os.close(self._held)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with self._file as file:
                os.fdatasync(file.fileno())
        finally:
            if self._held is not None:
                os.close(self._held)
                self._held = None

    def known(self, task: str) -> tuple[str, ...]:
        """Return the digests under which a task was audited."""
        return tuple(self._lines.get(task, ()))

    def judged(self, task: str, digest: str, folder: str) -> tuple[Wrong, ...]:
        """Return what was found wrong under a digest that is known."""
        return tuple(Wrong(folder, *line) for line in self._lines[task][digest])

    def add(self, task: str, found: Found) -> None:
        """Write down what a task found."""
        wrong = tuple((one.code, one.path, one.index, one.undecided) for one in found.judged or ())
        line = {"digest": found.digest, "task": task, "wrong": wrong}
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        self._unsynced += 1
        if self._unsynced >= SYNCED:
            os.fdatasync(self._file.fileno())
            self._unsynced = 0
        self._lines.setdefault(task, {})[found.digest] = wrong


def _read(place: Path) -> tuple[dict[str, dict[str, Line]], int]:
    """Read every whole line; return also where they end."""
    lines: dict[str, dict[str, Line]] = {}
    size = 0
    with place.open("rb") as file:
        for number, raw in enumerate(file):
            if not raw.endswith(b"\n"):
                break
            try:
                line = json.loads(raw)
                wrong = tuple((str(c), str(p), i, bool(u)) for c, p, i, u in line["wrong"])
                lines.setdefault(str(line["task"]), {})[str(line["digest"])] = wrong
            except (ValueError, TypeError, KeyError):
                if lines:
                    break
                at = f"line {number + 1}"
                raise MalformedError("audit.record_malformed", place=at, path=str(place)) from None
            size += len(raw)
    return lines, size
