"""The auditor's desk: the trail, its sealed exports, samples and findings."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from certorigin.audit.sample import population_digest
from certorigin.errors import FindingsError, UnknownError
from certorigin.terminal.sentences import get_catalogue, say
from certorigin.vocabulary.calendar import day_over, start_of_day
from certorigin.vocabulary.finding import Finding
from certorigin_server.audit import services
from certorigin_server.audit.checklist import checklist_of
from certorigin_server.audit.forms import DRAWING, EXPORTING, FILTERING, FINDING
from certorigin_server.audit.logged import compare_with_logs
from certorigin_server.audit.queries import (
    bodies_for,
    drawn_in,
    get_drawn,
    get_sample,
    population_of,
    samples,
    titles_of,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.queries import TrailFilter, find_broken_link, find_entries, get_head
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from certorigin_server.audit.queries import Sample
    from certorigin_server.users.access import Caller
    from certorigin_server.users.queries import Organisation

PAGE_SIZE = 50


@for_right(Right.TRAIL_READ)
def read_trail(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show the trail, newest first, as far as it fits what is looked for."""
    form = Form.from_post(FILTERING, request.GET, language_of(request))
    wanted, faults = _filter(form)
    form.show(faults)
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 18 else None
    entries = find_entries(wanted, before=before, limit=PAGE_SIZE + 1)
    shown = entries[:PAGE_SIZE]
    is_checked = request.GET.get("verify") == "yes"
    logged = compare_with_logs() if is_checked else None
    fault = logged.fault if logged else None
    context = {
        "form": form,
        "entries": shown,
        "rows": [(entry, _facts(entry.facts, language_of(request))) for entry in shown],
        "further": shown[-1].sequence if len(entries) > PAGE_SIZE else None,
        "before": before,
        "head": get_head(),
        "is_checked": is_checked,
        "broken": find_broken_link() if is_checked else None,
        "logged": logged,
        "heads_fault": say(fault.code, fault.facts, language_of(request)) if fault else "",
        "exporting": Form.from_data(EXPORTING, {}, language_of(request)),
    }
    return render(request, "audit/trail.html", context, status=422 if faults else 200)


@for_right(Right.TRAIL_READ)
def export(request: HttpRequest, caller: Caller) -> HttpResponseBase:
    """Give out a period of the trail as a sealed file."""
    language = language_of(request)
    form = Form.from_post(EXPORTING, request.POST, language)
    status = 200
    if request.method == "POST":
        start, end, faults = _period(form)
        status = 422
        if start is not None and end is not None and not faults:
            try:
                return _export(caller, start, end)
            except UnknownError as error:
                faults = [Finding(error.code, "start")]
        form.show(faults)
    return render(request, "audit/export.html", {"form": form}, status=status)


def _export(caller: Caller, start: date, end: date) -> HttpResponseBase:
    lines = services.export_trail(
        start=start_of_day(start, settings.SYSTEM.state),
        end=day_over(end, settings.SYSTEM.state),
        sealer=get_keyring().named("gateway"),
        by=caller.user,
        at=caller.at,
    )
    answer = StreamingHttpResponse(lines, content_type="application/jsonl")
    name = f"trail-{settings.SYSTEM.installation}-{start.isoformat()}-{end.isoformat()}.jsonl"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@for_right(Right.AUDIT_SAMPLE)
def list_samples(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List samples with their progress, and draw another one."""
    language, status = language_of(request), 200
    form = Form.from_data(DRAWING, _last_month(caller.at), language)
    if request.method == "POST":
        form, status = Form.from_post(DRAWING, request.POST, language), 422
        try:
            sample = _draw(form, caller)
            facts = {"count": str(min(sample.size, sample.population))}
            messages.success(request, say("web.sample_drawn", facts, language))
            return redirect("audit-sample", sample=sample.pk)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
    context = {"form": form, "page": page_of(request, samples(caller.user))}
    return render(request, "audit/samples.html", context, status=status)


@for_right(Right.AUDIT_SAMPLE)
def show_sample(request: HttpRequest, caller: Caller, sample: UUID) -> HttpResponse:
    """Show a sample: how it was drawn, and what was found about each member."""
    row = get_sample(sample, user=caller.user)
    drawn = drawn_in(row)
    titles = titles_of(row, drawn, user=caller.user)
    rows = [(one, titles.get(one.name, one.name), list(one.findings.all())[-1:]) for one in drawn]
    left = next((one.position for one in drawn if not one.findings.all()), None)
    names = _population(row, caller)
    context = {
        "sample": row,
        "rows": rows,
        "left": left,
        "is_same": population_digest(names) == row.population_digest,
    }
    return render(request, "audit/sample.html", context)


@for_right(Right.AUDIT_SAMPLE)
def download_population(request: HttpRequest, caller: Caller, sample: UUID) -> HttpResponse:
    """Give out the names of all that could have been drawn, one a line, to draw it again."""
    row = get_sample(sample, user=caller.user)
    text = "".join(f"{name}\n" for name in _population(row, caller))
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="population-{row.pk}.txt"'
    answer["Cache-Control"] = "no-store"
    return answer


@for_right(Right.AUDIT_SAMPLE)
def check(request: HttpRequest, caller: Caller, sample: UUID, position: int) -> HttpResponse:
    """Show the checklist of one drawn member, and record what is found."""
    row = get_sample(sample, user=caller.user)
    drawn = get_drawn(row, position)
    checklist = checklist_of(row.kind, drawn.name, user=caller.user, at=caller.at)
    form = Form.from_post(FINDING, request.POST, language_of(request))
    status = 200
    if request.method == "POST":
        data = form.values
        try:
            services.record_finding(
                drawn=drawn,
                outcome=data["outcome"],
                remark=data["remark"],
                by=caller.user,
                at=caller.at,
            )
            messages.success(request, say("web.finding_recorded", {}, language_of(request)))
            return redirect("audit-sample", sample=row.pk)
        except FindingsError as error:
            form.show(one for one in error.findings if isinstance(one, Finding))
            status = 422
    else:
        record_read(by=caller.user.username, at=caller.at, subject=drawn.name)
    context = {"sample": row, "drawn": drawn, "checklist": checklist, "form": form}
    return render(request, "audit/check.html", context, status=status)


def _facts(text: str, language: str) -> list[tuple[str, str]]:
    """Read the facts of an entry for people; what has no words is shown as it is."""
    words = get_catalogue(language)
    try:
        return [
            (words.get(f"trail.fact.{name}", name), _fact(name, str(value), words))
            for name, value in json.loads(text).items()
        ]
    except (ValueError, AttributeError):
        return [("", text)]


def _fact(name: str, value: str, words: Mapping[str, str]) -> str:
    return words.get(f"assessment.decision.{value}", value) if name == "decision" else value


def _draw(form: Form, caller: Caller) -> Sample:
    """Read the form and draw. Raises FindingsError with everything that is wrong."""
    start, end, faults = _period(form)
    body, slug = None, form.values["body"]
    if slug:
        body = _body_named(slug, caller)
        if body is None:
            faults.append(Finding("organisation.unknown", "body", facts={"slug": slug[:60]}))
    size = form.values["size"]
    if not size.isdecimal() or len(size) > 6:
        faults.append(Finding("audit.size_out_of_range", "size", facts={"most": "1000"}))
    if faults or start is None or end is None:
        raise FindingsError("audit.sample_refused", faults)
    return services.draw_sample(
        kind=form.values["kind"],
        start=start,
        end=end,
        body=body,
        size=int(size),
        seed=form.values["seed"],
        by=caller.user,
        at=caller.at,
    )


def _body_named(text: str, caller: Caller) -> Organisation | None:
    return next((one for one in bodies_for(caller.user) if text in {one.slug, one.name}), None)


def _population(row: Sample, caller: Caller) -> list[str]:
    return population_of(caller.user, kind=row.kind, start=row.start, end=row.end, body=row.body)


def _filter(form: Form) -> tuple[TrailFilter, list[Finding]]:
    """Read what is looked for; a day that is none is told and not looked for."""
    days = {name: _day(form, name) for name in ("start", "end")}
    faults = [
        Finding("administration.not_a_day", name)
        for name, day in days.items()
        if form.values[name] and day is None
    ]
    start, end = days["start"], days["end"]
    wanted = TrailFilter(
        actor=form.values["actor"][:200],
        action=form.values["action"][:80],
        subject=form.values["subject"][:300],
        start=start_of_day(start, settings.SYSTEM.state) if start else None,
        end=day_over(end, settings.SYSTEM.state) if end else None,
    )
    return wanted, faults


def _period(form: Form) -> tuple[date | None, date | None, list[Finding]]:
    """Read two days that both must be there."""
    start, end = _day(form, "start"), _day(form, "end")
    faults = [
        Finding("administration.not_a_day", name)
        for name, day in (("start", start), ("end", end))
        if day is None
    ]
    if start is not None and end is not None and end < start:
        faults.append(Finding("administration.period_crosswise", "end"))
    return start, end, faults


def _day(form: Form, name: str) -> date | None:
    try:
        return date.fromisoformat(str(form.to_data().get(name, "")))
    except ValueError:
        return None


def _last_month(at: datetime) -> dict[str, str]:
    """Begin with the thirty days before today."""
    today = timezone.localdate(at)
    return {"start": (today - timedelta(days=30)).isoformat(), "end": today.isoformat()}
