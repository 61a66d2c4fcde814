"""The draft before the exporter: seen as it will stand, approved, or with a remark to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.canonical import parse_strict
from certorigin.terminal.sentences import say
from certorigin.vocabulary.certificate import Certificate as Boxes
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record
from certorigin_server.application.queries import get_visible
from certorigin_server.certification.approval import answer_draft, answer_to
from certorigin_server.certification.forms import ANSWERING
from certorigin_server.certification.queries import certificate_for, newest_draft
from certorigin_server.certification.sheet import Sheet, sheet_of
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.certification.queries import LaidDraft
    from certorigin_server.users.access import Caller


@for_right(Right.APPLICATION_WRITE)
def answer(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Show the draft that was laid before the exporter, and take the answer."""
    row = get_visible(application, user=caller.user)
    draft = newest_draft(row.pk)
    if draft is None:
        raise Http404
    language, status, refused = language_of(request), 200, ""
    form = Form.from_post(ANSWERING, request.POST, language)
    if request.method == "POST":
        try:
            return _answered(request, caller, row, form)
        except MalformedError as error:
            form.show([Finding(error.code, "remark", facts=error.facts)])
            status = 422
        except ConflictError as error:
            status, refused = 409, say(error.code, error.facts, language)
    context = {
        "row": row,
        "form": form,
        "draft": draft,
        "answer": answer_to(draft),
        "certificate": certificate_for(row.pk),
        "refused": refused,
        "sheet": _sheet(draft, language),
    }
    return render(request, "certification/draft.html", context, status=status)


def _answered(request: HttpRequest, caller: Caller, row: Application, form: Form) -> HttpResponse:
    approved = request.POST.get("order") == "approve"
    answer_draft(
        application=row.pk,
        digest=request.POST.get("digest", ""),
        approved=approved,
        remark=str(form.to_data().get("remark", "")),
        by=caller.user,
        at=caller.at,
    )
    told = "web.draft_approved" if approved else "web.draft_change_asked"
    messages.success(request, say(told, {}, language_of(request)))
    return redirect("application-show", application=row.pk)


def _sheet(draft: LaidDraft, language: str) -> Sheet:
    """Lay out what was laid before the exporter; the number comes with the certification."""
    boxes = Boxes.from_record(Record(parse_strict(draft.document.encode()), "certificate"))
    return sheet_of(
        boxes,
        form=boxes.form,
        number="—",
        issued_in=boxes.issued_in,
        criteria=[str(item.criterion or "") for item in boxes.items],
        language=language,
    )
