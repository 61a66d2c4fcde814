"""Moments and days as they are written in sealed documents: UTC, whole seconds, RFC 3339."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from certorigin.errors import MalformedError

# How far the clocks of two states may be apart (docs/spec/mirror.md).
SKEW = timedelta(minutes=5)

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_from_text(text: str, *, place: str = "") -> datetime:
    """Read `2026-05-16T09:30:00Z`. Raises MalformedError for any other spelling."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise MalformedError("moment.malformed", place=place, value=str(text)[:40])
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise MalformedError("moment.malformed", place=place, value=text) from None


def moment_to_text(moment: datetime) -> str:
    """Write an aware moment as UTC with whole seconds. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"


def end_of_day(day: date) -> datetime:
    """Return the moment in UTC at which a day is over; of the calendar's last, its last second."""
    if day == date.max:
        return datetime.max.replace(microsecond=0, tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def day_from_text(text: str, *, place: str = "") -> date:
    """Read `2026-05-16`. Raises MalformedError for any other spelling."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise MalformedError("day.malformed", place=place, value=str(text)[:40])
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MalformedError("day.malformed", place=place, value=text) from None
