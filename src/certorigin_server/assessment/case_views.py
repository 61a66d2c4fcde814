"""Pages around a case: questions to the applicant, refusal and its letter, appeals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.assessment.refusal import get_ground
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    FindingsError,
    MalformedError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application import services as applications
from certorigin_server.application.queries import (
    draft_of,
    get_visible,
    latest_worksheet,
    worksheet_of,
)
from certorigin_server.assessment import services
from certorigin_server.assessment.case_forms import APPEAL, QUESTION, RESOLUTION, refusal_layout
from certorigin_server.assessment.queries import (
    appeal_until,
    get_appeal,
    judge_case,
    open_appeals,
    refusal_in_force,
    refusals_of,
)
from certorigin_server.assessment.views import may_decide
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.assessment.assess import Assessment as Reasons
    from certorigin_server.application.queries import Application
    from certorigin_server.users.access import Caller

_LEGAL = "ru"


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def ask(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Ask the applicant something."""
    row = get_visible(application, user=caller.user)
    form = Form.from_post(QUESTION, request.POST, language_of(request))
    data = form.to_data()
    try:
        applications.ask(
            application=row.pk,
            text=str(data.get("text", "")),
            suspends=bool(data.get("suspends")),
            by=caller.user,
            at=caller.at,
        )
    except MalformedError as error:
        form.show([_finding(error)])
        context = {"row": row, "form": form}
        return render(request, "assessment/ask.html", context, status=422)
    messages.success(request, say("web.question_asked", {}, language_of(request)))
    return redirect("assessment-show", application=row.pk)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def take_back(request: HttpRequest, caller: Caller, question: UUID) -> HttpResponse:
    """Take a question back that nobody answered."""
    asked = applications.take_back(question=question, by=caller.user, at=caller.at)
    messages.success(request, say("web.question_taken_back", {}, language_of(request)))
    return redirect("assessment-show", application=asked.application_id)


@for_right(Right.ASSESSMENT_DECIDE)
def refuse(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Refuse to certify, on a ground that what the facts come to bears out."""
    row = get_visible(application, user=caller.user)
    if not may_decide(row, caller):
        return redirect("assessment-show", application=row.pk)
    reasons, version = _judged(row, caller)
    language, status = language_of(request), 200
    layout = refusal_layout(reasons)
    form = Form.from_data(layout, {}, language)
    refused = ""
    if request.method == "POST":
        form = Form.from_post(layout, request.POST, language)
        lacking = _lacking(form.to_data())
        status = 422
        form.show(lacking)
        if not lacking:
            try:
                _refuse(request, caller, row, form.to_data())
                return redirect("assessment-refusal", application=row.pk)
            except (ConflictError, FindingsError) as error:
                refused, status = say(error.code, error.facts, language), 409
            except (MalformedError, StandingError, UnknownError) as error:
                form.show([_finding(error, place="remark")])
    context = {"row": row, "form": form, "version": version, "refused": refused}
    return render(request, "assessment/refuse.html", context, status=status)


@for_right(Right.ASSESSMENT_READ)
def show_refusal(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show the refusal as the letter that goes out; translations are reading copies."""
    row = get_visible(application, user=caller.user)
    refusal = next(iter(refusals_of(row)), None)
    if refusal is None:
        raise UnknownError("assessment.not_refused", application=str(row.pk))
    if row.organisation_id != caller.user.organisation_id:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    language = language_of(request)
    context = {
        "row": row,
        "refusal": refusal,
        "draft": draft_of(row),
        "languages_of_letter": list(dict.fromkeys((_LEGAL, language))),
        "clause": get_ground(refusal.ground).clause,
        "until": appeal_until(refusal),
        "may_appeal": _may_appeal(row, caller),
    }
    return render(request, "assessment/letter.html", context)


@for_right(Right.APPLICATION_WRITE)
def appeal(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """File an appeal against the refusal that holds."""
    row = get_visible(application, user=caller.user)
    refusal = refusal_in_force(row)
    if refusal is None or not _may_appeal(row, caller):
        return redirect("assessment-show", application=row.pk)
    form, status = Form.from_data(APPEAL, {}, language_of(request)), 200
    if request.method == "POST":
        form = Form.from_post(APPEAL, request.POST, language_of(request))
        text = str(form.to_data().get("text", ""))
        try:
            services.file_appeal(application=row.pk, text=text, by=caller.user, at=caller.at)
            messages.success(request, say("web.appeal_filed", {}, language_of(request)))
            return redirect("assessment-show", application=row.pk)
        except MalformedError as error:
            form.show([_finding(error)])
            status = 422
    context = {"row": row, "refusal": refusal, "form": form, "until": appeal_until(refusal)}
    return render(request, "assessment/appeal.html", context, status=status)


@for_right(Right.ASSESSMENT_RESOLVE)
def list_appeals(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the appeals that this very person may resolve."""
    page = page_of(request, open_appeals(caller.user))
    return render(request, "assessment/appeals.html", {"page": page})


@for_right(Right.ASSESSMENT_RESOLVE)
def resolve(request: HttpRequest, caller: Caller, appeal: UUID) -> HttpResponse:
    """Resolve an appeal that somebody else's refusal is about."""
    found = get_appeal(appeal, user=caller.user)
    row = found.refusal.application
    record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    form, status = Form.from_data(RESOLUTION, {}, language_of(request)), 200
    if request.method == "POST":
        form = Form.from_post(RESOLUTION, request.POST, language_of(request))
        data = form.to_data()
        try:
            services.resolve_appeal(
                appeal=found.pk,
                outcome=str(data.get("outcome", "")),
                reason=str(data.get("text", "")),
                by=caller.user,
                at=caller.at,
            )
            messages.success(request, say("web.appeal_resolved", {}, language_of(request)))
            return redirect("assessment-show", application=row.pk)
        except MalformedError as error:
            form.show([_finding(error)])
            status = 422
    context = {"row": row, "appeal": found, "refusal": found.refusal, "form": form}
    return render(request, "assessment/resolve.html", context, status=status)


def _refuse(request: HttpRequest, caller: Caller, row: Application, data: dict[str, Any]) -> None:
    seen = request.POST.get("version", "")
    services.refuse(
        application=row.pk,
        worksheet_version=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
        ground=str(data["ground"]),
        remark=str(data.get("remark", "")),
        by=caller.user,
        at=caller.at,
    )
    messages.success(request, say("web.refused_done", {}, language_of(request)))


def _judged(row: Application, caller: Caller) -> tuple[Reasons | None, int]:
    """Return what the facts come to, and their version; nothing where none can be judged."""
    facts = latest_worksheet(row)
    if facts is None:
        return None, 0
    try:
        return judge_case(row, worksheet_of(facts), at=caller.at).reasons, facts.version
    except CertoriginError:
        return None, facts.version


def _lacking(data: dict[str, Any]) -> list[Finding]:
    found = []
    if not data.get("ground"):
        found.append(Finding("web.refuse_ground_missing", "ground"))
    if not data.get("confirmed"):
        found.append(Finding("web.refuse_unconfirmed", "confirmed"))
    return found


def _may_appeal(row: Application, caller: Caller) -> bool:
    refusal = refusal_in_force(row)
    is_own = row.organisation_id == caller.user.organisation_id
    in_term = refusal is not None and timezone.localdate(caller.at) <= appeal_until(refusal)
    return is_own and in_term and not hasattr(refusal, "appeal")


def _finding(error: CertoriginError, *, place: str = "") -> Finding:
    return Finding(error.code, place or error.facts.get("place", "text"), facts=error.facts)
