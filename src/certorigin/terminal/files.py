"""Files that a command is given: read within a limit, whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import LimitError

if TYPE_CHECKING:
    from pathlib import Path


def read_within(path: Path, limit: int) -> bytes:
    """Return the bytes of a file. Raises LimitError (`verify.file_too_large`)."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise LimitError("verify.file_too_large", place=path.name, limit=str(limit))
    return data
