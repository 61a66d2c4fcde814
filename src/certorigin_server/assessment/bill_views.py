"""A bill of materials from a file: every fault with its line, a look, then all of it or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from certorigin.assessment.bill import (
    Bill,
    read_bill,
    rows_from_data,
    rows_to_data,
    with_materials,
)
from certorigin.errors import ConflictError, FaultsError, MalformedError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.application.queries import get_visible, latest_worksheet, worksheet_of
from certorigin_server.assessment import services
from certorigin_server.assessment.case_forms import BILL
from certorigin_server.assessment.forms import label_of
from certorigin_server.assessment.views import may_decide
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.desk.forms import Form
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.access import Caller

_LINE = re.compile(r"line (\d+)(?:, (.+))?")
_UPLOAD, _PREVIEW = "assessment/bill.html", "assessment/bill_preview.html"


@dataclass(frozen=True)
class Desk:
    """Whose page takes the file: where its facts stand, and the service that keeps a version."""

    worksheet: str
    bill: str
    keep: Callable[..., WorksheetVersion]

    def context(self, row: Application) -> dict[str, Any]:
        """Return what the pages need of the desk."""
        urls = {
            "worksheet_url": reverse(self.worksheet, args=[row.pk]),
            "bill_url": reverse(self.bill, args=[row.pk]),
        }
        return {"row": row} | urls


_OFFICERS = Desk("assessment-worksheet", "assessment-bill", services.correct_facts)


@for_right(Right.ASSESSMENT_DECIDE)
def upload(request: HttpRequest, caller: Caller, application: UUID) -> HttpResponse:
    """Take a file, show what it says or every fault of it, and apply it when that is confirmed."""
    row = get_visible(application, user=caller.user)
    facts = latest_worksheet(row)
    if not may_decide(row, caller) or facts is None:
        return redirect("assessment-show", application=row.pk)
    return answer_bill(request, caller, row, facts, _OFFICERS)


def answer_bill(
    request: HttpRequest, caller: Caller, row: Application, facts: WorksheetVersion, desk: Desk
) -> HttpResponse:
    """Answer a request of somebody who may write these facts."""
    context = desk.context(row)
    if request.method != "POST":
        return render(request, _UPLOAD, context)
    if request.POST.get("order") == "apply":
        return _apply(request, caller, row, facts, desk)
    language = language_of(request)
    file = request.FILES.get("file")
    if file is None:
        faults = _tell([Finding("web.evidence_none_chosen", "")], language)
        return render(request, _UPLOAD, context | {"faults": faults}, status=422)
    try:
        bill = read_bill(file.read(), items=len(worksheet_of(facts).items))
    except MalformedError as error:
        bill = Bill((), (Finding(error.code, error.facts.get("place", ""), facts=error.facts),))
    if bill.faults:
        told = {"faults": _tell(bill.faults, language), "file": file.name}
        return render(request, _UPLOAD, context | told, status=422)
    form = Form.from_data(BILL, {"mode": "replace"}, language)
    return render(request, _PREVIEW, context | _preview(facts, bill, form))


def _apply(
    request: HttpRequest, caller: Caller, row: Application, facts: WorksheetVersion, desk: Desk
) -> HttpResponse:
    """Put in what was shown. It comes back from the page, so it is read as strictly as a file."""
    language = language_of(request)
    form = Form.from_post(BILL, request.POST, language)
    seen = request.POST.get("version", "")
    try:
        rows = rows_from_data(parse_strict(request.POST.get("rows", "").encode()))
        append = form.to_data().get("mode") == "append"
        worksheet, touched = with_materials(worksheet_of(facts), rows, append=append)
        desk.keep(
            application=row.pk,
            worksheet=worksheet,
            version=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            by=caller.user,
            at=caller.at,
        )
    except (ConflictError, FaultsError, MalformedError) as error:
        found = [Finding(error.code, error.facts.get("place", ""), facts=error.facts)]
        context = desk.context(row) | {"faults": _tell(found, language)}
        return render(request, _UPLOAD, context, status=409)
    told = {"count": str(len(rows)), "items": ", ".join(str(one) for one in touched)}
    messages.success(request, say("web.bill_applied", told, language))
    return redirect(desk.worksheet, application=row.pk)


def _tell(faults: Iterable[Finding], language: str) -> list[tuple[str, str]]:
    """Write faults with their places; some sentences name the place themselves."""
    named = [replace(fault, place=_place(fault.place, language)) for fault in faults]
    told = tell(named, language)
    return [("" if one.place in one.message else one.place, one.message) for one in told]


def _place(place: str, language: str) -> str:
    """Name a place of the file in words: its line, and the member as the page names it."""
    found = _LINE.fullmatch(place)
    if found is None:
        return place
    line, member = found.groups()
    words = [say("web.bill_place", {"line": line}, language)]
    if member:
        label = label_of(f"items[0].materials[0].{member}", language)
        words.append(label.rpartition(" › ")[2] if " › " in label else member)
    return ", ".join(words)


def _preview(facts: WorksheetVersion, bill: Bill, form: Form) -> dict[str, Any]:
    return {
        "bill": bill,
        "form": form,
        "version": facts.version,
        "rows": strict_bytes(rows_to_data(bill.rows)).decode(),
    }
