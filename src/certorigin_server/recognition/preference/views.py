"""Pages: conditions of preference under a declaration, and the rates of the day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render

from certorigin.errors import FindingsError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import figure_of
from certorigin_server.desk.paging import page_of
from certorigin_server.recognition.preference import services
from certorigin_server.recognition.preference.forms import CONDITIONS, FINDINGS, NOTE, RATE
from certorigin_server.recognition.preference.queries import (
    newest_notes,
    notes_on,
    rates,
    worth_of,
)
from certorigin_server.recognition.queries import document_of, get_visible
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.users.access import Caller

_WORTH = {"within": "web.worth_within", "over": "web.worth_over", "undetermined": "web.worth_open"}


@for_right(Right.RECOGNITION_DECIDE)
def conditions(request: HttpRequest, caller: Caller, declaration: UUID) -> HttpResponse:
    """Note what was found about the conditions of preference; see what goods are worth."""
    row, language = get_visible(declaration, user=caller.user), language_of(request)
    form, status = Form.from_post(NOTE, request.POST, language), 200
    if request.method == "POST":
        found = _note(row, form.to_data(), caller)
        if not found:
            messages.success(request, say("web.condition_noted", {}, language))
            return redirect("recognition-conditions", declaration=row.pk)
        form.show(found)
        status = 422
    context = {"row": row, "form": form, **shown_conditions(row)}
    return render(request, "recognition/conditions.html", context, status=status)


def shown_conditions(row: GoodsDeclaration) -> dict[str, Any]:
    """Return conditions and worth for a page."""
    return {
        "conditions": [
            (CONDITIONS[one], FINDINGS_BY_NAME[note.found] if note else "", note)
            for one, note in newest_notes(row)
        ],
        "notes": [
            (CONDITIONS_BY_NAME[note.condition], FINDINGS_BY_NAME[note.found], note)
            for note in notes_on(row)
        ],
        **shown_worth(row, document_of(row)),
    }


def shown_worth(row: GoodsDeclaration, document: Declaration) -> dict[str, Any]:
    """Return for a page what goods under declarations of origin are worth (R42; 06016)."""
    judged = worth_of(row, document)
    return {
        "judged": judged,
        "worth": _WORTH[judged.worth] if judged else "",
        "missing": ", ".join(judged.missing) if judged else "",
    }


CONDITIONS_BY_NAME = {str(one): code for one, code in CONDITIONS.items()}
FINDINGS_BY_NAME = {str(one): code for one, code in FINDINGS.items()}


def _note(row: GoodsDeclaration, data: dict[str, Any], caller: Caller) -> list[Finding]:
    try:
        services.note_condition(
            declaration=row.pk,
            condition=str(data.get("condition", "")),
            found=str(data.get("found", "")),
            evidence=str(data.get("evidence", "")),
            by=caller.user,
            at=caller.at,
        )
    except FindingsError as error:
        return [one for one in error.findings if isinstance(one, Finding)]
    except UnknownError as error:
        return [Finding(error.code, "condition", facts=error.facts)]
    return []


@for_right(Right.RECOGNITION_RATE)
def list_rates(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the rates, newest first; enter one with its day and source. None is fetched."""
    language, status = language_of(request), 200
    form = Form.from_post(RATE, request.POST, language)
    if request.method == "POST":
        found = _enter(form.to_data(), caller)
        if not found:
            messages.success(request, say("web.rate_entered", {}, language))
            return redirect("recognition-rates")
        form.show(found)
        status = 422
    context = {"page": page_of(request, rates()), "form": form}
    return render(request, "recognition/rates.html", context, status=status)


def _enter(data: dict[str, Any], caller: Caller) -> list[Finding]:
    typed = str(data.get("day", ""))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        if not typed:
            return [Finding("web.rate_day_missing", "day")]
        return [Finding("day.malformed", "day", facts={"place": "day", "value": typed[:40]})]
    try:
        services.enter_rate(
            currency=str(data.get("currency", "")).upper(),
            day=day,
            units=figure_of(data.get("units")),
            price=figure_of(data.get("price")),
            price_currency=str(data.get("price_currency", "")).upper(),
            source=str(data.get("source", "")),
            by=caller.user,
            at=caller.at,
        )
    except FindingsError as error:
        return [one for one in error.findings if isinstance(one, Finding)]
    return []
