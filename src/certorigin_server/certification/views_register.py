"""The register as it was at a moment: what was certified by then, and what each was worth (R2)."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render

from certorigin.vocabulary.calendar import zone_of
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.forms import looking_back
from certorigin_server.certification.queries import certified_by
from certorigin_server.certification.rules import bodies_of
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.standing.queries import standings_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin.standing.fold import Standing
    from certorigin_server.users.access import Caller

_DAY = ("day", "day.malformed")


@for_right(Right.CERTIFICATION_JOURNAL)
def register(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what was certified up to a moment, with its standing then and now, newest first.

    A central body finds the certificates of all bodies; a body finds its own.
    """
    bodies = bodies_of(caller.user)
    layout = looking_back([(one.slug, one.name) for one in bodies])
    form = Form.from_post(layout, request.GET, language_of(request))
    data = form.to_data()
    then, faults = _moment(data, now=caller.at)
    form.show(faults)
    chosen = next((one for one in bodies if one.slug == data.get("body")), None)
    found = certified_by(caller.user, at=then, text=str(data.get("text", "")), body=chosen)
    page = page_of(request, found)
    subjects = [row.pk for row in page]
    before, now = standings_of(subjects, at=then), standings_of(subjects, at=caller.at)
    context = {
        "form": form,
        "page": page,
        "then": then,
        "is_past": then < caller.at,
        "rows": [(row, _status(before[row.pk]), _status(now[row.pk])) for row in page],
    }
    return render(request, "certification/register.html", context, status=422 if faults else 200)


def _status(standing: Standing) -> str:
    """Return the code of a standing; what had no legal time yet was not registered."""
    issued = standing.issued
    is_there = issued is not None and issued.is_registered(standing.at)
    return f"standing.status.{standing.status}" if is_there else "standing.status.not_yet"


def _moment(data: dict[str, Any], *, now: datetime) -> tuple[datetime, list[Finding]]:
    """Read a day and an hour by this state's clock; without an hour the end of the day counts."""
    typed = {name: str(data.get(name, "")) for name in ("day", "hour")}
    if not any(typed.values()):
        return now, []
    try:
        day = date.fromisoformat(typed["day"])
        hour = time.fromisoformat(typed["hour"]) if typed["hour"] else time(23, 59, 59)
        moment = datetime.combine(day, hour.replace(tzinfo=None), zone_of(settings.SYSTEM.state))
        return min(moment, now), []
    except ValueError:
        place, code = ("hour", "web.time_malformed") if _is_day(typed["day"]) else _DAY
        return now, [Finding(code, place, facts={"place": place, "value": typed[place][:40]})]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
