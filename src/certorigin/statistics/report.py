"""The yearly report for the intergovernmental commission, as PDF/A.

Russian is the language of the agreements; the others are reading copies and say so. The words come
from whoever asks: there is no sentence here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.certification.render.typeset import REPORT, get_typesetter

if TYPE_CHECKING:
    from datetime import datetime

LEGAL = "ru"
LANGUAGES = (LEGAL, "az", "be", "en")


@dataclass(frozen=True)
class Table:
    """One table: its title, its columns, its rows; `parts` are per mille of the longest bar."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    parts: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What stands in a report, in one language."""

    language: str
    title: str
    author: str
    subtitle: str
    copy: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    footer: str


def report_pdf(report: Report, *, at: datetime) -> bytes:
    """Set a report; `at` is its date. The same report at one moment gives the same bytes.

    Raises MalformedError (`render.not_printable`).
    """
    given = {
        "language": report.language,
        "title": report.title,
        "author": report.author,
        "subtitle": report.subtitle,
        "copy": report.copy,
        "facts": [list(fact) for fact in report.facts],
        "tables": [
            {
                "title": one.title,
                "columns": list(one.columns),
                "rows": [list(row) for row in one.rows],
                "parts": list(one.parts),
                "note": one.note,
            }
            for one in report.tables
        ],
        "notes": list(report.notes),
        "footer": report.footer,
    }
    return get_typesetter().set_pdf(given, files_in={}, at=at, template=REPORT)
