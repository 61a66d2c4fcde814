"""The page on which a recorded use is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, UnknownError
from certorigin.returns.correction import REASONS
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.written import quantity_in
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.recognition.queries import get_decision
from certorigin_server.recognition.uses import services
from certorigin_server.recognition.uses.forms import CORRECTING
from certorigin_server.recognition.uses.queries import items_of_last_version
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.recognition.models import Decision
    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_DECIDE)
def correct(request: HttpRequest, caller: Caller, decision: int) -> HttpResponse:
    """Correct what was taken: to what the declaration's last version says, or to nothing."""
    row, language = get_decision(decision, user=caller.user), language_of(request)
    if row.outcome != "accepted":
        raise UnknownError("declaration.unknown", declaration=str(decision))
    form = Form.from_post(CORRECTING, request.POST, language)
    if request.method == "POST":
        found = _correct(row, form, caller)
        if found is None:
            messages.success(request, say("web.use_corrected", {}, language))
            return redirect("recognition-decision", decision=row.pk)
        form.show([found])
    context = {"row": row, "form": form, "items": _items(row, language)}
    status = 422 if request.method == "POST" else 200
    return render(request, "recognition/correct.html", context, status=status)


def _correct(row: Decision, form: Form, caller: Caller) -> Finding | None:
    """Carry it out; return what hinders it."""
    data = form.to_data()
    reason = str(data.get("reason", ""))
    if reason not in REASONS:
        return Finding("web.correction_reason_missing", "reason")
    try:
        services.correct_use(
            decision=row.pk,
            reason=reason,
            remark=str(data.get("remark", "")),
            by=caller.user,
            at=caller.at,
        )
    except CertoriginError as error:
        return Finding(error.code, error.facts.get("place", "reason"), facts=error.facts)
    return None


def _items(row: Decision, language: str) -> str:
    """Write what the last version of the declaration takes; nothing where it can't be counted."""
    try:
        items = items_of_last_version(row)
    except CertoriginError:
        items = ()
    told = ", ".join(f"{one.sequence}: {quantity_in(one.quantity, language)}" for one in items)
    return told or say("web.taken_nothing", {}, language)
