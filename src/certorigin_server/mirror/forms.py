"""What the pages of the exchange ask: a planned interruption, and what was done about alarms."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import FindingsError
from certorigin.vocabulary.calendar import zone_of
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.layout import Choice, Day, Field, LongText, Option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certorigin_server.desk.layout import Layout

AFFECTS = {
    "issuing": "web.affects_issuing",
    "exchange": "web.affects_exchange",
    "customs": "web.affects_customs",
}
REASONS = {
    "partner_silent": "web.reason_partner_silent",
    "system_down": "web.reason_system_down",
    "maintenance": "web.reason_maintenance",
}


def _corridors() -> Iterator[Option]:
    return (Option(str(one.corridor), str(one.corridor)) for one in settings.SYSTEM.corridors)


def _affects() -> Iterator[Option]:
    return (Option(name, code=code) for name, code in AFFECTS.items())


ANNOUNCING: Layout = (
    Choice(name="corridor", label="web.corridor", options=_corridors),
    Choice(name="affects", label="web.notice_affects", options=_affects),
    Day(name="starts_day", label="web.notice_starts", help="web.day_help"),
    Field(name="starts_time", label="web.notice_starts_time", help="web.time_help", width="short"),
    Day(name="ends_day", label="web.notice_ends", help="web.day_help"),
    Field(name="ends_time", label="web.notice_ends_time", help="web.time_help", width="short"),
    LongText(name="remark", label="web.remark", help="web.notice_remark_help"),
)
NOTING: Layout = (LongText(name="remark", label="web.alarm_done", help="web.alarm_done_help"),)


def read_times(values: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Read start and end in the calendar of our state. Raises FindingsError beside the fields."""
    found, faults = [], []
    for name in ("starts", "ends"):
        try:
            day = date.fromisoformat(values[f"{name}_day"])
        except ValueError:
            facts = {"value": values[f"{name}_day"][:40]}
            faults.append(Finding("day.malformed", f"{name}_day", facts=facts))
            continue
        try:
            hour = time.fromisoformat(values[f"{name}_time"].strip() or "00:00")
        except ValueError:
            facts = {"value": values[f"{name}_time"][:40]}
            faults.append(Finding("web.time_malformed", f"{name}_time", facts=facts))
            continue
        hour = hour.replace(second=0, microsecond=0, tzinfo=None)
        found.append(datetime.combine(day, hour, zone_of(settings.SYSTEM.state)))
    if not faults and found[1] <= found[0]:
        faults.append(Finding("notice.ends_before_it_starts", "ends_day", facts={"place": ""}))
    if faults:
        raise FindingsError("notice.times_wrong", faults)
    return found[0], found[1]
