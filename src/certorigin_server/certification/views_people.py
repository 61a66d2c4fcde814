"""Who certifies: deputies of officers who are away, and the rules of each body."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.errors import CertoriginError, ConflictError, MalformedError, RightError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.calendar import day_over, start_of_day
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.deputies import (
    end_deputation,
    name_deputy,
    possible_deputies,
)
from certorigin_server.certification.forms import RULES, naming
from certorigin_server.certification.queries import deputations_at, rules_of
from certorigin_server.certification.rules import bodies_of, get_body, set_rules
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller

_PLACES = {"reason": "reason", "ends": "ends", "starts": "starts"}


@for_right(Right.CERTIFICATION_CERTIFY)
def deputies(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the deputies of the body, and name one's own."""
    language, status = language_of(request), 200
    layout = naming(possible_deputies(caller.user, at=caller.at))
    form = Form.from_post(layout, request.POST, language)
    if request.method == "POST":
        faults = _name(form, caller)
        if not faults:
            messages.success(request, say("web.deputy_named", {}, language))
            return redirect("certification-deputies")
        form.show(faults)
        status = 422
    body = caller.user.organisation
    rows = deputations_at(body)[:100] if body else []
    context = {
        "form": form,
        "deputations": [
            {
                "row": row,
                "is_over": row.ended_at is not None or row.ends <= caller.at,
                "is_own": row.officer_id == caller.user.pk,
                "last_day": row.ends - timedelta(seconds=1),
            }
            for row in rows
        ],
    }
    return render(request, "certification/deputies.html", context, status=status)


@require_POST
@for_right(Right.CERTIFICATION_CERTIFY)
def end(request: HttpRequest, caller: Caller, deputation: int) -> HttpResponse:
    """End one's own deputation before its time."""
    end_deputation(deputation=deputation, by=caller.user, at=caller.at)
    messages.success(request, say("web.deputy_ended", {}, language_of(request)))
    return redirect("certification-deputies")


@for_right(Right.CERTIFICATION_RULE)
def list_rules(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the bodies that the person may govern, with their rules."""
    bodies = [(body, rules_of(body)) for body in bodies_of(caller.user)]
    return render(request, "certification/rules.html", {"bodies": bodies})


@for_right(Right.CERTIFICATION_RULE)
def rules(request: HttpRequest, caller: Caller, body: str) -> HttpResponse:
    """Show and set the rules of one body."""
    target, language = get_body(body, user=caller.user), language_of(request)
    if request.method == "POST":
        data = Form.from_post(RULES, request.POST, language).to_data()
        set_rules(
            body=target.slug,
            one_person=bool(data.get("one_person")),
            asks_exporter=bool(data.get("asks_exporter")),
            by=caller.user,
            at=caller.at,
        )
        messages.success(request, say("web.rules_set", {}, language))
        return redirect("certification-rules")
    known = rules_of(target)
    held = {
        name: True
        for name in ("one_person", "asks_exporter")
        if known is not None and getattr(known, name)
    }
    form = Form.from_data(RULES, held, language)
    return render(request, "certification/rule.html", {"body": target, "form": form})


def _name(form: Form, caller: Caller) -> list[Finding]:
    """Name the deputy whom the form says; return what is wrong with it."""
    data = form.to_data()
    faults = [
        Finding("record.member_missing", name, facts={"place": name})
        for name in ("deputy", "starts", "ends", "reason")
        if not data.get(name)
    ]
    days = {}
    for name in ("starts", "ends"):
        try:
            days[name] = date.fromisoformat(str(data.get(name, "")))
        except ValueError:
            if data.get(name):
                facts = {"place": name, "value": str(data[name])[:40]}
                faults.append(Finding("day.malformed", name, facts=facts))
    if faults:
        return faults
    state = settings.SYSTEM.state
    try:
        name_deputy(
            deputy=str(data["deputy"]),
            starts=max(start_of_day(days["starts"], state), caller.at),
            ends=day_over(days["ends"], state),
            reason=str(data["reason"]),
            by=caller.user,
            at=caller.at,
        )
    except (ConflictError, RightError) as error:
        return [Finding(error.code, "deputy", facts=error.facts)]
    except MalformedError as error:
        place = _PLACES.get(error.facts.get("place", ""), "ends")
        return [Finding(error.code, place, facts=error.facts)]
    except CertoriginError:
        return [Finding("certification.period_wrong", "ends", facts={"days": "366"})]
    return []
