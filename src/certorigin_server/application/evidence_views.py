"""Pages of the files that prove an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from certorigin.application.evidence import ENDINGS, KINDS
from certorigin.errors import MalformedError
from certorigin.terminal.sentences import say
from certorigin_server.application import evidence_services
from certorigin_server.application.evidence_queries import evidence_of, may_attach
from certorigin_server.application.power import may_act
from certorigin_server.application.queries import get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.layout import Option
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import is_trader, rights_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from certorigin_server.application.queries import Application
    from certorigin_server.users.access import Caller

# No browser runs a file that came from somebody else, or guesses what it might be.
_NO_RUN = "sandbox; default-src 'none'"


@for_right(Right.APPLICATION_READ)
def show_evidence(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """List the files of an application, each with its digest."""
    row = get_visible(application, user=caller.user)
    if row.organisation_id != caller.user.organisation_id:
        record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    return _page(request, caller, row)


@require_POST
@for_right(Right.APPLICATION_WRITE)
def attach(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Attach files for the applicant."""
    return answer_files(request, caller, application)


@require_POST
@for_right(Right.APPLICATION_WRITE)
def take_out(request: HttpRequest, caller: Caller, evidence: UUID) -> HttpResponse:
    """Take a file out of a draft."""
    gone = evidence_services.take_out(evidence=evidence, by=caller.user, at=caller.at)
    messages.success(
        request, say("web.evidence_taken_out", {"name": gone.name}, language_of(request))
    )
    return redirect("application-evidence", application=gone.application_id)


@for_right(Right.APPLICATION_READ)
def give_out(request: HttpRequest, caller: Caller, evidence: UUID) -> HttpResponse:
    """Give a file out, to be saved and not shown."""
    del request
    found, raw = evidence_services.read(evidence=evidence, by=caller.user, at=caller.at)
    answer = HttpResponse(raw, content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _NO_RUN
    answer["Cache-Control"] = "private, no-store"
    return answer


def answer_files(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Attach what came; each file is judged for itself, and what is refused is told by name."""
    row = get_visible(application, user=caller.user)
    language, refused, taken = language_of(request), [], 0
    kind = request.POST.get("kind", "")
    for file in request.FILES.getlist("file"):
        try:
            evidence_services.attach(
                application=row.pk,
                raw=file.read(),
                name=file.name or "",
                kind=kind,
                by=caller.user,
                at=caller.at,
            )
            taken += 1
        except MalformedError as error:
            refused.append((file.name, say(error.code, error.facts, language)))
    if not taken and not refused:
        refused.append(("", say("web.evidence_none_chosen", {}, language)))
    if taken:
        messages.success(request, say("web.evidence_attached", {"count": str(taken)}, language))
    if refused:
        return _page(request, caller, row, refused=refused, kind=kind)
    return redirect("application-evidence", application=row.pk)


def _page(
    request: HttpRequest,
    caller: Caller,
    row: Application,
    *,
    refused: list[tuple[str | None, str]] | None = None,
    kind: str = "",
) -> HttpResponse:
    context = {
        "row": row,
        "evidence": evidence_of(row),
        "refused": refused or [],
        "kind": kind,
        "kinds": [Option(name, code=f"evidence.kind.{name}") for name in KINDS],
        "endings": ", ".join(sorted({*ENDINGS.values(), "csv"})),
        "attach_to": _attach_address(row, caller),
        "may_take_out": row.status == row.Status.DRAFT,
    }
    status = 422 if refused else 200
    return render(request, "application/evidence.html", context, status=status)


def _attach_address(row: Application, caller: Caller) -> str:
    """Return the name of the address at which this person may attach files, or nothing."""
    own, rights = caller.user.organisation, rights_of(caller.user, at=caller.at)
    if not may_attach(row) or own is None:
        return ""
    if is_trader(own):
        writes = Right.APPLICATION_WRITE in rights and may_act(row, by=caller.user, at=caller.at)
        return "application-evidence-attach" if writes else ""
    may = Right.ASSESSMENT_DECIDE in rights and row.body_id == own.pk
    return "assessment-evidence" if may else ""
