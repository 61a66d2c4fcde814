"""Days as a state counts them: the calendar of a state is that of its seat of government."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from certorigin.late import Later

if TYPE_CHECKING:
    import zoneinfo
    from datetime import tzinfo
else:
    zoneinfo = Later("zoneinfo")

ZONES = {
    "AM": "Asia/Yerevan",
    "AZ": "Asia/Baku",
    "BY": "Europe/Minsk",
    "GE": "Asia/Tbilisi",
    "KG": "Asia/Bishkek",
    "KZ": "Asia/Almaty",
    "MD": "Europe/Chisinau",
    "RU": "Europe/Moscow",
    "TJ": "Asia/Dushanbe",
    "TM": "Asia/Ashgabat",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}


def zone_of(state: str) -> tzinfo:
    """Return the calendar of a state; UTC for one that is not known here."""
    return zoneinfo.ZoneInfo(ZONES[state]) if state in ZONES else UTC


def local_day(at: datetime, state: str) -> date:
    """Return which day a moment is in a state."""
    return at.astimezone(zone_of(state)).date()


def start_of_day(day: date, state: str) -> datetime:
    """Return the moment in UTC at which a day begins in a state; of the first of all, in UTC."""
    if day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(day, time(), zone_of(state)).astimezone(UTC)


def day_over(day: date, state: str) -> datetime:
    """Return the moment in UTC at which a day is over in a state; of the last, its last second."""
    if day == date.max:
        return datetime.max.replace(microsecond=0, tzinfo=UTC)
    return start_of_day(day + timedelta(days=1), state)
