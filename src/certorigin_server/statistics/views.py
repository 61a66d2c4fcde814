"""The room of figures: pictures with their tables, files, the yearly report, targets, open data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from certorigin.errors import FindingsError, UnknownError
from certorigin.statistics.open_data import csv_of_month
from certorigin.statistics.report import LANGUAGES
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import figure_of
from certorigin_server.statistics.asked import read_asked
from certorigin_server.statistics.files import XLSX, csv_of, data_of, xlsx_of
from certorigin_server.statistics.forms import TARGET, filtering
from certorigin_server.statistics.published import published_months, read_month
from certorigin_server.statistics.queries import counted_at, scope_of, targets
from certorigin_server.statistics.reported import report_of
from certorigin_server.statistics.sections import Maker
from certorigin_server.statistics.services import set_target
from certorigin_server.statistics.shown import body_names, chart_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.statistics.sections import Overview
    from certorigin_server.users.access import Caller

_SUBJECT = "urn:certorigin:statistics"


@for_right(Right.STATISTICS_READ)
def show(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the figures of a period, each picture beside its table; or hand them out as a file."""
    language, scope = language_of(request), scope_of(caller.user, at=caller.at)
    bodies = body_names()
    seen = {
        slug: name
        for slug, name in bodies.items()
        if scope.exports and (scope.bodies is None or slug in scope.bodies)
    }
    form = Form.from_post(filtering(seen), request.GET, language)
    asked = read_asked(form.to_data(), scope=scope, at=caller.at)
    overview = Maker(scope, asked.period, asked.into).overview()
    kind = request.GET.get("file", "")
    if kind and not asked.faults:
        record_read(by=caller.user.username, at=caller.at, subject=_SUBJECT)
        return _file(kind, overview, language)
    typed = {name: value for name, value in form.to_data().items() if value}
    period = {
        "from": asked.period.first.isoformat(),
        "to": asked.period.last.isoformat(),
        "into": asked.into,
    }
    form = Form.from_data(filtering(seen), period | typed, language)
    form.show(asked.faults)
    context = {
        "form": form,
        "overview": overview,
        "charts": [
            chart_of(one, language, into=asked.into, bodies=bodies) for one in overview.sections
        ],
        "counted_at": counted_at(),
        "scope": scope,
        "years": range(asked.period.last.year, asked.period.first.year - 1, -1),
        "languages_of_report": LANGUAGES,
    }
    return render(request, "statistics/show.html", context, status=422 if asked.faults else 200)


@for_right(Right.STATISTICS_READ)
def report(request: HttpRequest, caller: Caller, year: int, language: str) -> HttpResponse:
    """Hand over the report of a year for the intergovernmental commission; raises Http404."""
    del request
    scope = scope_of(caller.user, at=caller.at)
    if language not in LANGUAGES or not 2000 <= year <= timezone.localdate(caller.at).year:
        raise Http404
    if not (scope.exports and scope.imports):
        raise Http404
    record_read(by=caller.user.username, at=caller.at, subject=_SUBJECT)
    made = report_of(year, language=language, at=caller.at)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="report-{year}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@for_right(Right.STATISTICS_RULE)
def list_targets(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what the ministry aims at, and set it for a year."""
    language, status = language_of(request), 200
    form = Form.from_post(TARGET, request.POST, language)
    if request.method == "POST":
        found = _set(form.to_data(), caller)
        if not found:
            messages.success(request, say("web.stat_target_set", {}, language))
            return redirect("statistics-targets")
        form.show(found)
        status = 422
    else:
        form = Form.from_data(TARGET, {"currency": "USD"}, language)
    context = {"targets": targets(), "form": form}
    return render(request, "statistics/targets.html", context, status=status)


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """List the months whose figures are published, for everybody."""
    context = {
        "months": published_months(),
        "threshold": settings.SYSTEM.publish.small_cells,
    }
    return render(request, "statistics/open.html", context)


@require_safe
def take_open_data(request: HttpRequest, month: str, kind: str) -> HttpResponse:
    """Hand over the published figures of a month, for everybody."""
    del request
    try:
        raw = read_month(month)
    except UnknownError:
        raise Http404 from None
    if kind == "csv":
        raw = csv_of_month(orjson.loads(raw))
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    answer = HttpResponse(raw, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="certorigin-{month}.{kind}"'
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _set(data: dict[str, Any], caller: Caller) -> list[Finding]:
    year = str(data.get("year", ""))
    try:
        set_target(
            year=int(year) if year.isdecimal() and len(year) == 4 else 0,
            amount=figure_of(data.get("amount")),
            currency=str(data.get("currency", "")).upper(),
            by=caller.user,
            at=caller.at,
        )
    except FindingsError as error:
        return [one for one in error.findings if isinstance(one, Finding)]
    return []


def _file(kind: str, overview: Overview, language: str) -> HttpResponse:
    if kind == "json":
        answer: HttpResponse = JsonResponse(data_of(overview))
    elif kind == "xlsx":
        answer = HttpResponse(xlsx_of(overview, language), content_type=XLSX)
    elif kind == "csv":
        answer = HttpResponse(csv_of(overview, language), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    period = overview.period
    name = f"statistics-{period.first:%Y-%m}-{period.last:%Y-%m}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
