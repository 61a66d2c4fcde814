"""Tables for spreadsheets: the one place where a CSV file is written.

A spreadsheet takes a cell that begins like a formula for one, and runs it. Such a text is written
with an apostrophe before it, which readers of ours take off again.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What begins a formula: in ASCII, in full width, or behind a break of line or column.
_GUARDED = re.compile("'*[=+\\-@\t\r\n\uff0b\uff0d\uff1d\uff20]")
_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


def table_of(rows: Iterable[Iterable[str]], *, delimiter: str = ",") -> str:
    """Write rows of texts as CSV (RFC 4180) that no spreadsheet runs."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def guarded(cell: str) -> str:
    """Return a cell as it may be opened; numbers stay numbers."""
    if _GUARDED.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell[1:]) else cell
