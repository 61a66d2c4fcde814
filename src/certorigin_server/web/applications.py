"""The list of applications, and the page of one: all seven stops, for whoever may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from certorigin.assessment.due import general_is_due
from certorigin.terminal.sentences import say
from certorigin.vocabulary.form import get_form
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.power import may_act
from certorigin_server.application.queries import (
    declaration_of,
    draft_of,
    forms_offered,
    get_visible,
    may_state_facts,
    questions_of,
    search,
)
from certorigin_server.application.shown import goods_of, lines_of
from certorigin_server.assessment.queries import (
    decision_of,
    reasons_behind,
    reasons_of,
    refusal_in_force,
)
from certorigin_server.certification.outcomes import told_outcomes
from certorigin_server.certification.queries import certificate_for
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.paging import page_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.power_queries import principals_of
from certorigin_server.users.queries import is_trader, rights_of
from certorigin_server.users.rights import Right
from certorigin_server.web.journeys import STOPS, Stop, journey_of
from certorigin_server.web.stalls import stall_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.users.access import Caller
    from certorigin_server.web.journeys import Journey

GOODS_A_PAGE = 50


@for_right(Right.APPLICATION_READ)
def list_applications(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the applications that the person may see, and what became of each."""
    text = request.GET.get("text", "")[:100]
    page = page_of(request, search(caller.user, text=text))
    rows = list(page)
    became = told_outcomes(rows)
    principals = principals_of(caller.user, at=caller.at)
    context = {
        "page": page,
        "rows": [(row, became[row.pk]) for row in rows],
        "text": text,
        "principals": principals if principals[1:] else [],
    }
    return render(request, "web/applications.html", context)


@for_right(Right.APPLICATION_READ)
def show(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show what was asked, how far it is, what it waits for, and what came of it."""
    row = get_visible(application, user=caller.user)
    own = caller.user.organisation
    if own is None or not is_trader(own):
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    language, stall = language_of(request), stall_of(row, at=caller.at)
    certificate = certificate_for(row.pk)
    journey = journey_of(certificate.pk, at=caller.at) if certificate else None
    draft = draft_of(row)
    goods = Paginator(goods_of(draft, language), GOODS_A_PAGE)
    context = {
        "row": row,
        "became": told_outcomes([row])[row.pk],
        "lines": lines_of(draft, language),
        "page": goods.get_page(request.GET.get("page")),
        "goods_count": len(draft.items),
        "stall": stall,
        "stalled": say(stall.code, stall.facts, language),
        "stops": _stops(row, journey),
        "questions": questions_of(row),
        "declaration": declaration_of(row),
        "evidence": evidence_of(row),
        "certificate": certificate,
        "journey": journey,
        **_decision(row),
        **_actions(row, caller),
    }
    return render(request, "web/application.html", context)


def _stops(row: Application, journey: Journey | None) -> tuple[Stop, ...]:
    if journey is not None:
        return journey.stops
    times = {"application": row.submitted_at, "assessment": row.decided_at}
    return tuple(Stop(name, times.get(name)) for name in STOPS)


def _decision(row: Application) -> dict[str, Any]:
    decision = decision_of(row.pk)
    if decision is None or row.decided_at is None:
        return {"refusal": refusal_in_force(row)}
    items = reasons_of(decision).items
    return {"decision": decision, "decided_items": items, "refusal": refusal_in_force(row)}


def _form_instead(row: Application) -> str:
    """Return the form that can be asked for in place of one that was refused, or nothing (R43)."""
    refusal = refusal_in_force(row)
    if refusal is None or not get_form(row.form).preferential:
        return ""
    reasons = reasons_behind(refusal)
    offered = [name for name in forms_offered() if not get_form(name).preferential]
    return offered[0] if offered and reasons is not None and general_is_due(reasons) else ""


def _actions(row: Application, caller: Caller) -> dict[str, Any]:
    """What this person may do with the application now."""
    own = caller.user.organisation
    writes = Right.APPLICATION_WRITE in rights_of(caller.user, at=caller.at)
    if own is None or not is_trader(own) or not writes:
        return {"may_answer": False}
    if not may_act(row, by=caller.user, at=caller.at):
        return {"may_answer": False}
    closed = row.status == row.Status.WITHDRAWN or row.decided_at is not None
    return {
        "may_answer": row.status == row.Status.SUBMITTED and row.decided_at is None,
        "may_state": may_state_facts(row),
        "may_withdraw": not closed,
        "may_copy": True,
        "form_instead": _form_instead(row),
        "edit_url": reverse("application-edit", args=[row.pk])
        if row.status == row.Status.DRAFT
        else "",
    }
