"""Pages of schedules: what every body asks for, and entering one; a body's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone

from certorigin.errors import CertoriginError
from certorigin.fees.schedule import CURRENCIES, Schedule
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_person, for_right, language_of
from certorigin_server.desk.findings import read_leniently
from certorigin_server.desk.forms import Form
from certorigin_server.fees import services
from certorigin_server.fees.forms import RULES, SCHEDULE
from certorigin_server.fees.queries import (
    bodies_of,
    get_body,
    in_force,
    rules_of,
    schedule_of,
    schedule_on,
    schedules_of,
)
from certorigin_server.fees.shown import lines_in
from certorigin_server.fees.typed import day_in
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_DAYS = ("valid_from", "valid_until")


@for_person
def list_schedules(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the schedule in force of each body; administrators see all of theirs."""
    language, day = language_of(request), timezone.localdate(caller.at)
    may_rule = Right.FEES_RULE in rights_of(caller.user, at=caller.at)
    governed = bodies_of(caller.user) if may_rule else []
    shown = []
    for entry in in_force(day):
        schedule = schedule_of(entry)
        shown.append((entry, schedule, lines_in(schedule, language)))
    context = {
        "shown": shown,
        "governed": [(one, rules_of(one.pk), list(schedules_of(one)[:20])) for one in governed],
    }
    return render(request, "fees/schedules.html", context)


@for_right(Right.FEES_RULE)
def enter(request: HttpRequest, caller: Caller, body: str) -> HttpResponse:
    """Enter a schedule; the one in force is proposed."""
    target, language, status = get_body(body, user=caller.user), language_of(request), 200
    if request.method == "POST":
        form = Form.from_post(SCHEDULE, request.POST, language)
        if not form.follow(request.POST.get("order", "")):
            faults = _entered(form.to_data(), target.slug, caller)
            if not faults:
                messages.success(request, say("web.fee_schedule_entered", {}, language))
                return redirect("fees-schedules")
            form.show(faults)
            status = 422
    else:
        known = schedule_on(target.pk, timezone.localdate(caller.at))
        proposed = schedule_of(known).to_data() if known else _usual()
        form = Form.from_data(SCHEDULE, proposed, language)
    return render(request, "fees/enter.html", {"body": target, "form": form}, status=status)


@for_right(Right.FEES_RULE)
def rules(request: HttpRequest, caller: Caller, body: str) -> HttpResponse:
    """Show and set what a body does about an unpaid fee and a missed term."""
    target, language = get_body(body, user=caller.user), language_of(request)
    if request.method == "POST":
        said = Form.from_post(RULES, request.POST, language).to_data()
        services.set_rules(
            body=target.slug,
            unpaid_stops=bool(said.get("unpaid_stops")),
            late_refunds=bool(said.get("late_refunds")),
            by=caller.user,
            at=caller.at,
        )
        messages.success(request, say("web.rules_set", {}, language))
        return redirect("fees-schedules")
    known = rules_of(target.pk)
    held = {name: True for name in ("unpaid_stops", "late_refunds") if getattr(known, name)}
    form = Form.from_data(RULES, held, language)
    return render(request, "fees/rules.html", {"body": target, "form": form})


def _usual() -> dict[str, Any]:
    currency = CURRENCIES.get(settings.SYSTEM.state, "")
    return {"currency": currency} if currency else {}


def _entered(data: dict[str, Any], body: str, caller: Caller) -> list[Finding]:
    """Enter what was typed, or return every fault of it."""
    days = {name: data.pop(name, "") for name in _DAYS}
    reading = read_leniently(data, Schedule.from_data)
    faults, read = list(reading.faults), {}
    for name in _DAYS:
        try:
            read[name] = day_in(days, name) if days[name] or name == "valid_from" else None
        except CertoriginError as error:
            faults.append(Finding(error.code, name, facts=error.facts))
    if reading.document is None or faults:
        return faults or [Finding("record.member_missing", "lines", facts={"place": "lines"})]
    start = read["valid_from"] or timezone.localdate(caller.at)
    try:
        services.enter_schedule(
            body=body,
            schedule=reading.document,
            valid_from=start,
            valid_until=read["valid_until"],
            by=caller.user,
            at=caller.at,
        )
    except CertoriginError as error:
        return [Finding(error.code, error.facts.get("place", ""), facts=error.facts)]
    return []
