"""A disk that is full, read-only or failing, told as what it is, whoever meets it first.

The operating system says it by a number, SQLite and PostgreSQL by their own words.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from django.db import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

FULL, READ_ONLY, FAILING = "disk.full", "disk.read_only", "disk.failing"

_NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: FAILING,
}
_WORDS = {
    "database or disk is full": FULL,
    "No space left on device": FULL,
    "readonly database": READ_ONLY,
    "Read-only file system": READ_ONLY,
    "disk I/O error": FAILING,
    "unable to open database file": FAILING,
    "Input/output error": FAILING,
}


def disk_code(error: BaseException) -> str:
    """Return the code of what the disk does, where that is behind an error; else an empty text."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _NUMBERS:
            return _NUMBERS[cause.errno]
        if isinstance(cause, DatabaseError):
            text = str(cause)
            found = next((code for words, code in _WORDS.items() if words in text), "")
            if found:
                return found
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
