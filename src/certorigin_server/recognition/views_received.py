"""The desk of the customs officer: certificates received, found by number, date and state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.outcomes import told_received
from certorigin_server.certification.sheet import sheet_of
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.mirror.shown import shown_notices
from certorigin_server.recognition.examination import examine_alone
from certorigin_server.recognition.forms import FINDING
from certorigin_server.recognition.presented.views import opened_by_scan
from certorigin_server.recognition.queries import citing, get_received, review_of
from certorigin_server.recognition.received import events_of, notified, signatory_of
from certorigin_server.recognition.shown import sources_of, verdict_of
from certorigin_server.seal.shown import seals_on
from certorigin_server.standing.queries import (
    certificate_of,
    find_issued,
    newest_issued,
)
from certorigin_server.standing.relatives import relatives_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_READ)
def list_received(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Find a certificate by number, date and state (R21), or by its scanned code.

    Below, those that came last.
    """
    opened = opened_by_scan(request, caller, request.GET.get("number", ""))
    if opened is not None:
        return opened
    form = Form.from_post(FINDING, request.GET, language_of(request))
    data, status = form.to_data(), 200
    number = str(data.get("number", ""))
    exact: list[RegisteredAct] = []
    others: list[RegisteredAct] = []
    if "number" in request.GET:
        day = _day(str(data.get("date", "")))
        if data.get("date") and day is None:
            form.show([Finding("day.malformed", "date", facts={"value": str(data["date"])})])
            status = 422
        if not number:
            form.show([Finding("web.find_number", "number")])
            status = 422
        received_by = settings.SYSTEM.installation
        others = find_issued(number=number, received_by=received_by)
        state = str(data.get("state", "")).upper()
        exact = [
            row for row in others if day in {None, row.issued_on} and state in {"", row.issued_in}
        ]
        if len(exact) == 1 and status == 200:
            return redirect("recognition-certificate", subject=exact[0].subject)
    newest = newest_issued(received_by=settings.SYSTEM.installation).defer("raw")
    page = page_of(request, newest)
    told = told_received([*others, *page], on=caller.at.date())
    context = {
        "form": form,
        "was_asked": bool(number) and status == 200,
        "asked": urlencode({name: str(data.get(name, "")) for name in ("number", "date", "state")}),
        "exact": _with_words(exact, told),
        "others": _with_words((row for row in others if row not in exact), told),
        "page": page,
        "rows": _with_words(page, told),
    }
    return render(request, "recognition/received.html", context, status=status)


def _with_words(
    rows: Iterable[RegisteredAct], told: Mapping[str, str]
) -> list[tuple[RegisteredAct, str]]:
    """Join each row with the code of the last word about its certificate, or nothing."""
    return [(row, told[row.subject]) for row in rows]


@for_right(Right.RECOGNITION_READ)
def show_certificate(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Show a certificate that was received: what it is worth, its boxes, its seals, its life."""
    issued, language = get_received(subject), language_of(request)
    found = examine_alone(issued, at=caller.at)
    verdict = verdict_of(found, at=caller.at, language=language)
    if not is_partial(request):
        record_read(by=caller.user.username, at=caller.at, subject=subject)
    boxes = certificate_of(issued)
    context = {
        "issued": issued,
        "boxes": boxes,
        "verdict": verdict,
        "standing": found.report.standing if found.report else None,
        "sources": sources_of(issued.corridor, issued.issued_in, at=caller.at, language=language),
        "relatives": relatives_of(found.report.standing if found.report else None),
        "events": events_of(subject, at=caller.at),
        "seals": seals_on(issued.raw.encode()),
        "notified": notified(boxes),
        "review": review_of(issued.subject, at=caller.at),
        "notices": shown_notices([issued.corridor], caller.at),
        "signatory": signatory_of(issued, boxes),
        "declarations": citing(issued, user=caller.user)[:20],
        "sheet": sheet_of(
            boxes,
            form=boxes.form,
            number=boxes.number,
            issued_in=boxes.issued_in,
            criteria=[str(item.criterion or "") for item in boxes.items],
            language=language,
        ),
    }
    return render(request, "recognition/certificate.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
