"""The reasoning as a page for the file and for print, and the same computed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render

from certorigin.assessment.again import Difference, differences, is_same_answer
from certorigin.assessment.basis import digest_of_text
from certorigin.errors import CertoriginError, UnknownError
from certorigin.terminal.sentences import say
from certorigin_server.application.queries import draft_of, get_visible, worksheet_of
from certorigin_server.assessment.opinion import opinion_of
from certorigin_server.assessment.queries import (
    attempts_at,
    files_of,
    judge_case,
    reasons_of,
    stored_basis,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application
    from certorigin_server.assessment.models import Assessment
    from certorigin_server.users.access import Caller


@dataclass(frozen=True)
class Again:
    """What came out when the same was computed again, with the rules and records of today."""

    is_same: bool
    is_same_answer: bool
    changes: tuple[Difference, ...]
    fault: str = ""


@for_right(Right.ASSESSMENT_READ)
def show_reasons(
    request: HttpRequest, caller: Caller, application: UUID, attempt: int
) -> HttpResponse:
    """Show one attempt whole: facts, rules, figures, clauses, and the digests that it rests on."""
    row = get_visible(application, user=caller.user)
    found = attempts_at(row).filter(pk=attempt).first()
    if found is None:
        raise UnknownError("assessment.none_yet", application=str(row.pk))
    record_read(by=caller.user.username, at=caller.at, subject=row.urn)
    language, basis = language_of(request), stored_basis(found)
    gone, new = basis.changed_files(files_of(row)) if basis else ((), ())
    context = {
        "row": row,
        "draft": draft_of(row),
        "attempt": found,
        "worksheet": worksheet_of(found.worksheet),
        "opinion": opinion_of(reasons_of(found), language, form=row.form),
        "basis": basis,
        "gone": gone,
        "new": new,
        "facts_digest": digest_of_text(found.worksheet.document),
        "again": compute_again(row, found, language) if request.GET.get("again") else None,
    }
    return render(request, "assessment/whole.html", context)


def compute_again(row: Application, attempt: Assessment, language: str) -> Again:
    """Compute an attempt again, as of its own moment, with the rules and records of now."""
    was = reasons_of(attempt)
    try:
        now = judge_case(row, worksheet_of(attempt.worksheet), at=attempt.decided_at).reasons
    except CertoriginError as error:
        return Again(False, False, (), say(error.code, error.facts, language))
    found = differences(was, now)
    return Again(not found, is_same_answer(was, now), found)
