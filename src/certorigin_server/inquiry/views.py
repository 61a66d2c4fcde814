"""The desk of the customs officer: the partner is asked for a certificate (R11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, MalformedError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.sheet import sheet_of
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.inquiry.forms import ASKING, SEARCHING
from certorigin_server.inquiry.queries import (
    answered,
    certificate_in,
    get_inquiry,
    on_paper,
    profile_of,
    registers,
)
from certorigin_server.inquiry.services import ask
from certorigin_server.recognition.shown import verdict_from
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.recognition.question import Answered
    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_DECIDE)
def ask_partner(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Ask the partner for a certificate by number and date; the answer comes on the next page."""
    language, status = language_of(request), 200
    typed = request.POST if request.method == "POST" else request.GET
    form = Form.from_post(ASKING, typed, language)
    form.values["form"] = form.values["form"] or "ST-1"
    if request.method == "POST":
        data = {name: str(value) for name, value in form.to_data().items()}
        try:
            made = ask(
                form=data.get("form", "").upper(),
                number=data.get("number", ""),
                issued_on=data.get("date", ""),
                issued_in=data.get("state", "").upper(),
                by=caller.user,
                at=caller.at,
            )
        except (MalformedError, UnknownError) as fault:
            place = fault.facts.get("place", "state")
            form.show([Finding(fault.code, place, facts=fault.facts)])
            status = 422
        else:
            return redirect("inquiry-show", inquiry=made[0].pk)
    return render(request, "inquiry/ask.html", {"form": form}, status=status)


@for_right(Right.RECOGNITION_READ)
def search_paper(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Look a certificate up in the registers of paper from before the corridor began."""
    form = Form.from_post(SEARCHING, request.GET, language_of(request))
    number = str(form.to_data().get("number", ""))
    found = on_paper(number, issued_in=str(form.to_data().get("state", "")).upper())
    for row in found:
        record_read(by=caller.user.username, at=caller.at, subject=f"paper:{row.pk}")
    context = {"form": form, "found": found, "was_asked": bool(number), "registers": registers()}
    return render(request, "inquiry/paper.html", context)


@for_right(Right.RECOGNITION_READ)
def show_inquiry(request: HttpRequest, caller: Caller, inquiry: UUID) -> HttpResponse:
    """Show what was asked and what came: verified anew with what lies on this side now."""
    row, language = get_inquiry(inquiry), language_of(request)
    if not is_partial(request):
        record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    fault, found = "", []
    try:
        found = [_shown(one, language) for one in answered(row, at=caller.at)]
    except CertoriginError as error:  # our own folder can't be read now; the answer was kept
        fault = say(error.code, error.facts, language)
    context = {
        "row": row,
        "found": found,
        "fault": fault or (say(row.code, {}, language) if row.code else ""),
        "profile": profile_of(row.corridor),
    }
    return render(request, "inquiry/show.html", context)


def _shown(one: Answered, language: str) -> dict[str, Any]:
    boxes, report = certificate_in(one.bundle), one.report
    return {
        "boxes": boxes,
        "verdict": verdict_from(report.to_data(), language),
        "mirrored": issued_act_of(report.subject),
        "sheet": sheet_of(
            boxes,
            form=boxes.form,
            number=boxes.number,
            issued_in=boxes.issued_in,
            criteria=[str(item.criterion or "") for item in boxes.items],
            language=language,
        ),
    }
