"""The page on which an original is demanded, and on which is noted what came (R20)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, LimitError, StandingError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.recognition.paper import services
from certorigin_server.recognition.paper.forms import (
    ANSWERING,
    DEMANDING,
    outcome_of,
    reason_of,
)
from certorigin_server.recognition.paper.queries import cited_at, demands_on
from certorigin_server.recognition.queries import find_cited, get_visible
from certorigin_server.trail.services import record_read
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.errors import CertoriginError
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.models import GoodsDeclaration

# Beside which field a fault of the service stands.
_PLACES = {
    "demand.reason_unknown": "reason",
    "demand.term_wrong": "until",
    "demand.outcome_unknown": "outcome",
    "demand.term_runs": "outcome",
    "web.text_too_long": "remark",
}


@for_right(Right.RECOGNITION_READ)
def demand(request: HttpRequest, caller: Caller, declaration: UUID, position: int) -> HttpResponse:
    """Show the demands of one cited certificate; demand the original, or note what came."""
    row = get_visible(declaration, user=caller.user)
    reference = cited_at(row, position)
    language, status, refused = language_of(request), 200, ""
    order = request.POST.get("order", "")
    demanding = Form.from_post(DEMANDING, request.POST, language)
    answering = Form.from_post(ANSWERING, request.POST, language)
    if request.method == "POST":
        Caller.of(request, Right.RECOGNITION_DECIDE)
        form = answering if order == "answer" else demanding
        try:
            told = _carry_out(form, order, row, reference, caller)
        except (ConflictError, LimitError, StandingError, UnknownError) as error:
            place = _PLACES.get(error.code, "")
            status, refused = (422, "") if place else (409, _said(error, language))
            if place:
                form.show([Finding(error.code, place, facts=error.facts)])
        else:
            if told:
                messages.success(request, say(told, {}, language))
                return redirect("recognition-paper", declaration=row.pk, position=position)
            status = 422
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    issued = find_cited(reference)
    demands = list(demands_on(row, reference))
    context = {
        "row": row,
        "reference": reference,
        "issued": issued[0] if len(issued) == 1 else None,
        "demands": [(one, reason_of(one.reason), outcome_of(one.outcome)) for one in demands],
        "waiting": next((one for one in demands if one.answered_at is None), None),
        "demanding": demanding,
        "answering": answering,
        "refused": refused,
    }
    return render(request, "recognition/paper.html", context, status=status)


def _carry_out(
    form: Form,
    order: str,
    row: GoodsDeclaration,
    reference: CertificateReference,
    caller: Caller,
) -> str:
    """Do what was ordered; return the code of what to say, or nothing when something is missing."""
    data = form.to_data()
    remark = str(data.get("remark", ""))
    if order == "answer":
        waiting = demands_on(row, reference).filter(answered_at=None).first()
        if waiting is None:
            raise ConflictError("demand.answered", number=reference.number)
        if not data.get("outcome"):
            form.show([Finding("web.demand_outcome_missing", "outcome")])
            return ""
        services.answer_demand(
            demand=waiting.pk,
            outcome=str(data["outcome"]),
            remark=remark,
            by=caller.user,
            at=caller.at,
        )
        return "web.demand_answered"
    until = _day(str(data.get("until", "")))
    missing = [
        *([] if data.get("reason") else [Finding("web.demand_reason_missing", "reason")]),
        *([] if until else [Finding("web.demand_until_missing", "until")]),
    ]
    if until is None or missing:
        form.show(missing)
        return ""
    services.demand_paper(
        declaration=row.pk,
        reference=reference,
        reason=str(data["reason"]),
        until=until,
        remark=remark,
        by=caller.user,
        at=caller.at,
    )
    return "web.demand_made"


def _said(error: CertoriginError, language: str) -> str:
    return say(error.code, error.facts, language)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
