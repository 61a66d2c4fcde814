"""The assessing officer's desk: what waits, the facts of production, the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from certorigin.errors import ConflictError, FindingsError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application.evidence_queries import evidence_of
from certorigin_server.application.evidence_views import answer_files
from certorigin_server.application.queries import (
    draft_of,
    get_visible,
    latest_worksheet,
    questions_of,
    worksheet_of,
)
from certorigin_server.assessment import services
from certorigin_server.assessment.act_queries import acts_for
from certorigin_server.assessment.case_forms import DOSSIER, QUESTION
from certorigin_server.assessment.forms import DECISION
from certorigin_server.assessment.opinion import Opinion, opinion_of
from certorigin_server.assessment.queries import (
    WorkList,
    attempts_at,
    clock_for,
    find_misfits,
    is_open,
    judge_case,
    last_reopening,
    reasons_of,
    refusals_of,
)
from certorigin_server.assessment.worksheet_page import WorksheetPage
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.assessment.models import Assessment
    from certorigin_server.users.access import Caller


@for_right(Right.ASSESSMENT_READ)
def list_waiting(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what waits for a decision, longest waiting first, each with its last day."""
    waiting = WorkList(caller.user, at=caller.at)
    return render(request, "assessment/list.html", {"page": page_of(request, waiting)})


@for_right(Right.ASSESSMENT_READ)
def show(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show a case: its clock, what was asked, attached, decided, refused and appealed, and why."""
    row = get_visible(application, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    attempts, refusals = list(attempts_at(row)), refusals_of(row)
    language = language_of(request)
    context = {
        "row": row,
        "draft": draft_of(row),
        "worksheet": latest_worksheet(row),
        "attempts": attempts,
        "opinion": opinion_of(reasons_of(attempts[0]), language, form=row.form)
        if attempts
        else None,
        "clock": clock_for(row, at=caller.at) if is_open(row) else None,
        "questions": questions_of(row),
        "question_form": Form.from_data(QUESTION, {}, language),
        "evidence": evidence_of(row),
        "acts": acts_for(row, at=caller.at),
        "refusals": refusals,
        "reopening": last_reopening(row.pk),
        "may_decide": may_decide(row, caller),
        "dossier_form": _dossier_form(row, caller, attempts, language),
        "is_own": row.organisation_id == caller.user.organisation_id,
    }
    return render(request, "assessment/show.html", context)


@for_right(Right.ASSESSMENT_DECIDE)
def fill(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """State the facts of production, and see what they come to while one types."""
    row = get_visible(application, user=caller.user)
    if not may_decide(row, caller):
        return redirect("assessment-show", application=row.pk)
    if request.method != "POST":
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    return _OfficerPage.of(request, caller, row).respond()


@for_right(Right.ASSESSMENT_DECIDE)
def decide(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Ask once more, with all reasons before one's eyes, and decide."""
    row = get_visible(application, user=caller.user)
    facts = latest_worksheet(row)
    if not may_decide(row, caller) or facts is None:
        return redirect("assessment-show", application=row.pk)
    language, worksheet = language_of(request), worksheet_of(facts)
    form, status, refused = Form.from_data(DECISION, {}, language), 200, ""
    if request.method == "POST":
        form = Form.from_post(DECISION, request.POST, language)
        if not form.to_data().get("confirmed"):
            form.show([Finding("web.decide_unconfirmed", "confirmed")])
            status = 422
        else:
            try:
                return _decided(request, caller, row, form)
            except (ConflictError, FindingsError, StandingError) as error:
                refused, status = say(error.code, error.facts, language), 409
    context = {
        "row": row,
        "version": facts.version,
        "form": form,
        "refused": refused,
        "opinion": _opinion_about(row, worksheet, caller, language),
    }
    return render(request, "assessment/decide.html", context, status=status)


@require_POST
@for_right(Right.ASSESSMENT_DECIDE)
def attach(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Attach files to the case for the body."""
    return answer_files(request, caller, application)


def _decided(request: HttpRequest, caller: Caller, row: Application, form: Form) -> HttpResponse:
    seen = request.POST.get("version", "")
    attempt = services.decide(
        application=row.pk,
        worksheet_version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        remark=str(form.to_data().get("remark", "")),
        by=caller.user,
        at=caller.at,
    )
    is_left_open = attempt.decision == attempt.Decision.UNDETERMINED
    code = "web.decide_left_open" if is_left_open else "web.decide_done"
    messages.success(request, say(code, {}, language_of(request)))
    return redirect("assessment-show", application=row.pk)


def _dossier_form(
    row: Application, caller: Caller, attempts: list[Assessment], language: str
) -> Form | None:
    """Offer to approve as a dossier what was found to originate, to officers of the body."""
    rights = rights_of(caller.user, at=caller.at)
    is_found = row.decided_at and attempts and str(attempts[0].decision) == "originating"
    own = row.body_id == caller.user.organisation_id and Right.ASSESSMENT_DECIDE in rights
    return Form.from_data(DOSSIER, {}, language) if is_found and own else None


def _opinion_about(
    row: Application, worksheet: Worksheet, caller: Caller, language: str
) -> Opinion:
    judged = judge_case(row, worksheet, at=caller.at)
    told = [*find_misfits(worksheet, row), *judged.remarks]
    return opinion_of(judged.reasons, language, told, form=row.form)


def may_decide(row: Application, caller: Caller) -> bool:
    """Say whether it still waits, for the body of this very person."""
    holds = Right.ASSESSMENT_DECIDE in rights_of(caller.user, at=caller.at)
    return holds and is_open(row) and row.body_id == caller.user.organisation_id


class _OfficerPage(WorksheetPage):
    """The facts as the officer corrects them, on the way to a decision."""

    template = "assessment/worksheet.html"

    def keep(self, document: Worksheet) -> WorksheetVersion:
        """Keep corrected facts."""
        return services.correct_facts(
            application=self.row.pk,
            worksheet=document,
            version=self.version,
            by=self.caller.user,
            at=self.caller.at,
        )

    def finish(self, order: str) -> HttpResponse:
        """Go on to the decision if that was asked."""
        if order == "decide":
            return redirect("assessment-decide", application=self.row.pk)
        facts = {"version": str(self.version)}
        messages.success(self.request, say("web.worksheet_saved", facts, self.language))
        return redirect("assessment-worksheet", application=self.row.pk)
