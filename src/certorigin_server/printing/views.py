"""The page of the print queue."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, MalformedError, StandingError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import DecimalText, Field, Flag
from certorigin_server.desk.paging import page_of
from certorigin_server.desk.printer import printer_of, remember_printer
from certorigin_server.printing.queries import waiting_for_paper
from certorigin_server.printing.services import mark_printed, print_together
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

_OFFSETS = ("right", "down")
LAYOUT: Layout = (
    DecimalText(name="right", label="web.print_right", help="web.print_offset_help", default="0"),
    DecimalText(name="down", label="web.print_down", default="0"),
    Field(name="first_blank", label="web.print_first", help="web.print_first_help", width="medium"),
    Flag(name="sheets", label="web.print_sheets"),
)


@for_right(Right.CERTIFICATION_CERTIFY)
def queue(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what waits for paper; print what was chosen, or note on which blanks it lies."""
    language, status = language_of(request), 200
    form = Form.from_data(LAYOUT, {"sheets": "on"} | printer_of(request), language)
    if request.method == "POST":
        form = Form.from_post(LAYOUT, request.POST, language)
        chosen = request.POST.getlist("subject")[:1000]
        try:
            if request.POST.get("order") == "mark":
                return _marked(request, caller, form, chosen)
            return _printed(request, caller, form, chosen)
        except (MalformedError, ConflictError, StandingError) as error:
            place = error.facts.get("place", "first_blank")
            form.show([Finding(error.code, place, facts=error.facts)])
            status = 422
    page = page_of(request, waiting_for_paper(caller.user, at=caller.at))
    context: dict[str, Any] = {"page": page, "form": form}
    return render(request, "printing/queue.html", context, status=status)


def _printed(request: HttpRequest, caller: Caller, form: Form, chosen: list[str]) -> HttpResponse:
    said = form.to_data()
    offsets = {name: _offset(str(said.get(name) or "0"), name) for name in _OFFSETS}
    rows = list(waiting_for_paper(caller.user, at=caller.at).filter(pk__in=chosen))
    made = print_together(rows, keyring=get_keyring(), **offsets)
    for row in rows:
        record_read(by=caller.user.username, at=caller.at, subject=row.pk)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="print.pdf"'
    answer["Cache-Control"] = "private"
    remember_printer(answer, {"sheets": "off"} | said)
    return answer


def _marked(request: HttpRequest, caller: Caller, form: Form, chosen: list[str]) -> HttpResponse:
    said = form.to_data()
    ordered = waiting_for_paper(caller.user, at=caller.at).filter(pk__in=chosen)
    made = mark_printed(
        subjects=list(ordered.values_list("pk", flat=True)),
        first_blank=str(said.get("first_blank") or ""),
        with_sheets=bool(said.get("sheets")),
        by=caller.user,
        at=caller.at,
    )
    facts = {"count": str(len(made)), "last": made[-1].last}
    messages.success(request, say("web.printed_noted", facts, language_of(request)))
    return redirect("print-queue")


def _offset(text: str, name: str) -> float:
    try:
        return float(Decimal(text))
    except InvalidOperation:
        raise MalformedError("number.malformed", place=name, value=text[:40]) from None
