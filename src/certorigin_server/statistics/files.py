"""The figures as files: tables for people (CSV, XLSX), names and exact figures for machines."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.certification.workbook import workbook_of
from certorigin.terminal.sentences import say
from certorigin.vocabulary.table import table_of
from certorigin.vocabulary.written import plain
from certorigin_server.statistics.shown import body_names, table_of_texts

if TYPE_CHECKING:
    from certorigin_server.statistics.sections import Against, Overview

FORMAT = "certorigin-statistics/v1"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_of(overview: Overview, language: str) -> list[list[str]]:
    """Return all sections as rows of texts, one below the other."""
    period, bodies = overview.period, body_names()
    rows = [
        [say("web.statistics", {}, language)],
        [f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", bodies.get(period.body, period.body)],
    ]
    for section in overview.sections:
        texts = table_of_texts(section, language, into=overview.into, bodies=bodies)
        rows += [[], *texts]
    if overview.left:
        rows += [[], [say("web.stat_left", {}, language)]]
        rows += [[currency, plain(amount)] for currency, amount in overview.left]
    return rows


def csv_of(overview: Overview, language: str) -> bytes:
    """Write all sections as CSV; what a spreadsheet takes for a formula gets an apostrophe."""
    return ("\ufeff" + table_of(rows_of(overview, language), delimiter=";")).encode()


def xlsx_of(overview: Overview, language: str) -> bytes:
    """Write all sections on one sheet of a workbook."""
    return workbook_of(rows_of(overview, language), title=say("web.statistics", {}, language))


def data_of(overview: Overview) -> dict[str, Any]:
    """Return all sections for machines: codes, names and exact figures as texts."""
    period = overview.period
    return {
        "format": FORMAT,
        "start": f"{period.first:%Y-%m}",
        "end": f"{period.last:%Y-%m}",
        "body": period.body,
        "currency": overview.into,
        "sections": [
            {
                "key": section.key,
                "columns": [code.rpartition("_")[2] for code in section.columns],
                "lines": [
                    {
                        "name": line.name,
                        "figures": [
                            "" if one is None else plain(Decimal(one)) for one in line.numbers
                        ],
                    }
                    for line in section.lines
                ],
                "middle": section.middle,
                "hours": "" if section.mean is None else plain(section.mean),
            }
            for section in overview.sections
        ],
        "unconverted": [
            {"currency": currency, "amount": plain(amount)} for currency, amount in overview.left
        ],
        "targets": [_target(one) for one in overview.targets],
    }


def _target(one: Against) -> dict[str, str]:
    return {
        "year": str(one.year),
        "amount": plain(one.target),
        "currency": one.currency,
        "reached": plain(one.reached.amount),
        "complete": "yes" if one.reached.is_whole else "no",
    }
