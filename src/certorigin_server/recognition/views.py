"""The desk of the customs officer: goods declarations, and how they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from certorigin.errors import CertoriginError, FaultsError, UnknownError
from certorigin.recognition.intake_csv import csv_from
from certorigin.recognition.intake_xml import xml_from
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, is_partial, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.paging import page_of
from certorigin_server.recognition import services
from certorigin_server.recognition.drafts import DeclarationPage, empty_for, filled_from
from certorigin_server.recognition.examination import examine
from certorigin_server.recognition.outcomes import told_declarations
from certorigin_server.recognition.paper.emergency import notice_for
from certorigin_server.recognition.preference.views import shown_worth
from certorigin_server.recognition.queries import (
    DECIDED,
    UNDECIDED,
    cited_by,
    decisions_on,
    document_of,
    get_received,
    get_visible,
    search,
    versions_of,
)
from certorigin_server.recognition.shown import verdict_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.users.access import Caller

_STATES = {
    "": "web.declarations_all",
    UNDECIDED: "web.declarations_undecided",
    DECIDED: "web.declarations_decided",
}


@for_right(Right.RECOGNITION_READ)
def list_declarations(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List the declarations of the person's posts, newest first."""
    text = request.GET.get("text", "").replace("\0", "")[:100]
    state = request.GET.get("state", "")
    page = page_of(request, search(caller.user, text=text, state=state).defer("document"))
    rows = list(page)
    became = told_declarations(rows)
    context = {
        "page": page,
        "rows": [(row, became[row.pk]) for row in rows],
        "text": text,
        "state": state,
        "states": _STATES.items(),
    }
    return render(request, "recognition/list.html", context)


@for_right(Right.RECOGNITION_DECIDE)
def write(request: HttpRequest, caller: Caller, subject: str = "") -> HttpResponse:
    """Fill a declaration: empty, or with what a certificate says."""
    if not subject:
        return DeclarationPage.of(request, caller, empty_for(caller)).respond()
    issued = get_received(subject)
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    key, stored = f"declaration:{issued.pk}", filled_from(issued, caller)
    return DeclarationPage.of(request, caller, stored, key=key).respond()


@for_right(Right.RECOGNITION_DECIDE)
def amend(request: HttpRequest, caller: Caller, declaration: UUID) -> HttpResponse:
    """Fill a new version of a declaration; the one before stays, with what was decided."""
    row = get_visible(declaration, user=caller.user)
    if row.amended_at is not None:
        return redirect("recognition-show", declaration=versions_of(row)[0].pk)
    stored, key = document_of(row).to_data(), f"declaration:{row.pk}"
    return DeclarationPage.of(request, caller, stored, key=key, amends=row).respond()


@for_right(Right.RECOGNITION_DECIDE)
def upload(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take a declaration from a file, or tell everything that is wrong in it."""
    found: list[Finding] = []
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            found.append(Finding("web.file_missing", "file"))
        else:
            try:
                row = services.register_file(raw=file.read(), by=caller.user, at=caller.at)
            except FaultsError as error:
                found = [one for one in error.findings if isinstance(one, Finding)]
            except UnknownError:
                raise
            except CertoriginError as error:
                place = error.facts.get("place", "")
                found.append(Finding(error.code, place, facts=error.facts))
            else:
                facts = {"number": row.number}
                messages_of(request, "web.declaration_registered", facts)
                return redirect("recognition-show", declaration=row.pk)
    language = language_of(request)
    faults = [(one.facts, told) for one, told in zip(found, tell(found, language), strict=True)]
    status = 422 if found else 200
    return render(request, "recognition/upload.html", {"faults": faults}, status=status)


@for_right(Right.RECOGNITION_READ)
def take(request: HttpRequest, caller: Caller, declaration: UUID, notation: str) -> HttpResponse:
    """Give a declaration out as a file, which reads back as the same declaration."""
    row = get_visible(declaration, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    document = document_of(row)
    content, kind = _written(document, notation)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="declaration-{row.pk}.{notation}"'
    return answer


def _written(document: Declaration, notation: str) -> tuple[bytes, str]:
    if notation == "xml":
        return xml_from(document), "application/xml"
    return b"\xef\xbb\xbf" + csv_from(document).encode(), "text/csv; charset=utf-8"


@for_right(Right.RECOGNITION_READ)
def show(request: HttpRequest, caller: Caller, declaration: UUID) -> HttpResponse:
    """Show a declaration with every certificate that it cites; a single one at once."""
    row = get_visible(declaration, user=caller.user)
    document = document_of(row)
    references = cited_by(document)
    page = page_of(request, references)
    examined = examine(row, at=caller.at, references=list(page))
    if len(references) == len(examined) == 1 and examined[0].subject and "all" not in request.GET:
        return redirect("recognition-examine", declaration=row.pk, subject=examined[0].subject)
    if not is_partial(request):
        record_read(by=caller.user.username, at=caller.at, subject=str(row.pk))
    return render(request, "recognition/show.html", _context(request, caller, row, examined, page))


def _context(
    request: HttpRequest, caller: Caller, row: GoodsDeclaration, examined: list[Any], page: object
) -> dict[str, Any]:
    language = language_of(request)
    decided = {one.subject: one for one in decisions_on(row)}
    positions = {one: place for place, one in enumerate(cited_by(document_of(row)))}
    cited = [
        {
            "found": found,
            "verdict": verdict_of(found, at=caller.at, language=language),
            "decision": decided.get(found.subject),
            "position": positions[found.reference],
            "paper_rules": notice_for(found.reference.issued_in, at=caller.at),
        }
        for found in examined
    ]
    waits = any(one["verdict"].may_pass and not one["decision"] for one in cited)
    document = document_of(row)
    return {
        "row": row,
        "document": document,
        "versions": versions_of(row),
        "decisions": list(decisions_on(row)),
        "cited": cited,
        "page": page,
        "waits": waits,
        "without": sum(
            1 for item in document.items if item.claim is None and item.origin_declaration is None
        ),
        **shown_worth(row, document),
    }


def messages_of(request: HttpRequest, code: str, facts: dict[str, str]) -> None:
    """Say on the next page what was done."""
    messages.success(request, say(code, facts, language_of(request)))
