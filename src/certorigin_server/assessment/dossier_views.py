"""Pages of dossiers: goods that were assessed once, used again, and looked at again."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from certorigin.errors import StandingError
from certorigin.terminal.sentences import say
from certorigin_server.assessment import dossier_services
from certorigin_server.assessment.case_forms import WHAT_IF
from certorigin_server.assessment.dossier_queries import (
    DOSSIERS_A_PAGE,
    dossiers_for,
    recheck,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Day
from certorigin_server.desk.paging import page_of
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@for_right(Right.ASSESSMENT_READ)
def list_dossiers(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List dossiers with what they come to today; `changed` leaves those that stay the same out.

    Only those of one page are computed, so a page costs the same however many dossiers there are.
    """
    form = Form.from_post(WHAT_IF, request.GET, language_of(request))
    percent = _percent(str(form.to_data().get("more", "")))
    every = dossiers_for(caller.user)
    only_changed = bool(request.GET.get("changed"))
    rows = every.filter(withdrawn_at=None) if only_changed else every
    page = page_of(request, rows, size=DOSSIERS_A_PAGE)
    looked = [recheck(one, at=caller.at, percent=percent) for one in page]
    shown = [one for one in looked if one.is_other] if only_changed else looked
    rights = rights_of(caller.user, at=caller.at)
    context = {
        "page": page,
        "shown": shown,
        "form": form,
        "looked": len(looked) if only_changed else 0,
        "changed": only_changed,
        "may_begin": Right.APPLICATION_WRITE in rights,
        "may_withdraw": Right.ASSESSMENT_DECIDE in rights,
    }
    return render(request, "assessment/dossiers.html", context)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def approve(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Approve an item of a decided application as a dossier."""
    language = language_of(request)
    typed = str(Day(name="d", label="").read(request.POST.get("validUntil", "").strip(), language))
    until, item = _day(typed), request.POST.get("item", "")
    if until is None:
        messages.error(request, say("web.dossier_day_missing", {}, language))
        return redirect("assessment-show", application=application)
    dossier_services.approve(
        application=application,
        sequence=int(item) if item.isdecimal() and len(item) < 7 else 0,
        valid_until=until,
        by=caller.user,
        at=caller.at,
    )
    messages.success(request, say("web.dossier_approved", {"number": item}, language))
    return redirect("assessment-show", application=application)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def withdraw(request: HttpRequest, caller: Caller, dossier: UUID) -> HttpResponse:
    """Withdraw a dossier."""
    dossier_services.withdraw(dossier=dossier, by=caller.user, at=caller.at)
    messages.success(request, say("web.dossier_withdrawn", {}, language_of(request)))
    return redirect("assessment-dossiers")


@require_POST
@for_right(Right.APPLICATION_WRITE)
def begin(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Begin an application with the goods of chosen dossiers."""
    chosen = request.POST.getlist("dossier")[:DOSSIERS_A_PAGE]
    try:
        row = dossier_services.begin_with(dossiers=chosen, by=caller.user, at=caller.at)
    except StandingError as error:
        messages.error(request, say(error.code, error.facts, language_of(request)))
        return redirect("assessment-dossiers")
    return redirect("application-edit", application=row.pk)


@require_POST
@for_right(Right.APPLICATION_WRITE)
def reuse(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Take the facts of a draft from the exporter's dossiers."""
    written = dossier_services.reuse(application=application, by=caller.user, at=caller.at)
    facts = {"version": str(written.version)}
    messages.success(request, say("web.dossier_used", facts, language_of(request)))
    return redirect("application-edit", application=application)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _percent(text: str) -> Decimal | None:
    try:
        percent = Decimal(text) if text else None
    except InvalidOperation:
        return None
    if percent is None or not percent.is_finite() or not -100 < percent <= 1_000:
        return None
    return percent
