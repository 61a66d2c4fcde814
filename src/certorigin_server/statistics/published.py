"""Open data: a file for each month that is over, made once and never changed.

A month that was published again, with a late act in it, would tell by the difference what the small
cells hide. What comes late is in the figures of the desks.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.utils import timezone

from certorigin.durable import make_folder, replace_file
from certorigin.errors import UnknownError
from certorigin.statistics.cells import CHAPTER, CRITERION, ISSUED
from certorigin.statistics.convert import last_day_of, months_between
from certorigin.statistics.open_data import Amount, Direction, open_month
from certorigin_server.statistics.queries import (
    EVERYTHING,
    Period,
    amounts_by,
    figures,
    first_month,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

# After so many days a month is taken to be whole.
WAIT = timedelta(days=5)
_NAME = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)
# What a table is told apart by: measure, and column of the figures.
_TABLES = {
    "chapter": (CHAPTER, "name"),
    "criterion": (CRITERION, "name"),
    "partner": (ISSUED, "partner"),
    "body": (ISSUED, "body"),
}


def open_folder() -> Path:
    """Return where the published months lie."""
    return settings.SYSTEM.folder / "published" / "open"


def published_months() -> list[str]:
    """Return the months that are published, newest first."""
    folder = open_folder()
    found = [path.stem for path in folder.glob("*.json")] if folder.is_dir() else []
    return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)


def read_month(month: str) -> bytes:
    """Return what is published of a month. Raises UnknownError (`statistics.month_unknown`)."""
    path = open_folder() / f"{month}.json"
    if not _NAME.fullmatch(month) or not path.is_file():
        raise UnknownError("statistics.month_unknown", month=month[:20])
    return path.read_bytes()


def months_due(at: datetime) -> list[date]:
    """Return the months that are over, and not published yet."""
    first = first_month()
    if first is None:
        return []
    today, known = timezone.localdate(at), set(published_months())
    return [
        month
        for month in months_between(first, today)
        if last_day_of(month) + WAIT < today and f"{month:%Y-%m}" not in known
    ]


def publish_month(month: date) -> None:
    """Write the file of a month, unless it is there."""
    place = open_folder() / f"{month:%Y-%m}.json"
    if place.exists():
        return
    make_folder(open_folder())
    made = open_month(
        month,
        {"import" if one else "export": _direction(month, is_import=one) for one in (False, True)},
        state=settings.SYSTEM.state,
        threshold=settings.SYSTEM.publish.small_cells,
    )
    replace_file(place, orjson.dumps(made, option=orjson.OPT_INDENT_2))


def _direction(month: date, *, is_import: bool) -> Direction:
    period = Period(month, month)

    def amounts(measure: str, by: str) -> dict[str, Amount]:
        found = figures(EVERYTHING, period, measure, is_import=is_import)
        return {
            name: Amount(count, values)
            for name, (count, values) in amounts_by(found, by).items()
            if count
        }

    whole = amounts(ISSUED, "is_import")
    total = next(iter(whole.values()), Amount(0))
    wanted = {by: one for by, one in _TABLES.items() if not (is_import and by == "body")}
    return Direction(total, {by: amounts(*one) for by, one in wanted.items()})
