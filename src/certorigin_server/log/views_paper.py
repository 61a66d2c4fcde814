"""Paper for people: the PDF, reading copies, the print on a blank, the sheet of codes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from certorigin.certification.export.write import EXPORTS, export_sealed
from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin_server.certification.queries import get_visible
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import DecimalText
from certorigin_server.desk.printer import printer_of, remember_printer
from certorigin_server.log.paper import codes_of, contents_of, copy_of, original_of
from certorigin_server.log.queries import bundle_of
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

OFFSETS: Layout = (
    DecimalText(name="right", label="web.print_right", help="web.print_offset_help", default="0"),
    DecimalText(name="down", label="web.print_down", default="0"),
)


@for_right(Right.CERTIFICATION_READ)
def take_pdf(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Hand over the certificate as PDF with its bundle attached, once it is released."""
    del request
    row = _seen(subject, caller)
    return pdf_answer(original_of(row, keyring=get_keyring()), row, "")


@for_right(Right.CERTIFICATION_READ)
def take_copy(request: HttpRequest, caller: Caller, subject: str, language: str) -> HttpResponse:
    """Hand over a copy with its mark, or a reading copy, which is no original."""
    del request
    row = _seen(subject, caller)
    return pdf_answer(copy_of(row, language=language), row, f"-{language}")


@for_right(Right.CERTIFICATION_READ)
def take_codes(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Hand over the sheet of codes that carry the whole bundle."""
    del request
    row = _seen(subject, caller)
    return pdf_answer(codes_of(row), row, "-codes")


@for_right(Right.CERTIFICATION_READ)
def take_export(request: HttpRequest, caller: Caller, subject: str, kind: str) -> HttpResponse:
    """Hand over a copy in a format of others, which carries no seal, once it is released."""
    del request
    return export_answer(_seen(subject, caller), kind)


@for_right(Right.CERTIFICATION_CERTIFY)
def print_blank(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Ask how far the printer is off, and hand over the contents alone for a printed blank."""
    row = get_visible(subject, user=caller.user)
    if row.body_id != caller.user.organisation_id:
        raise Http404
    language, status = language_of(request), 200
    form = Form.from_data(OFFSETS, printer_of(request), language)
    if request.method == "POST":
        form = Form.from_post(OFFSETS, request.POST, language)
        offsets, faults = _offsets(form.to_data())
        try:
            if not faults:
                made = contents_of(row, keyring=get_keyring(), **offsets)
                record_read(by=caller.user.username, at=caller.at, subject=subject)
                answer = pdf_answer(made, row, "-blank")
                remember_printer(answer, printer_of(request) | form.to_data())
                return answer
        except MalformedError as error:
            faults.append(Finding(error.code, "right", facts=error.facts))
        form.show(faults)
        status = 422
    return render(request, "log/print.html", {"row": row, "form": form}, status=status)


def pdf_answer(made: bytes, row: Certificate, suffix: str) -> HttpResponse:
    """Return a PDF to be kept, under the certificate's number."""
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"{row.number.replace('/', '-')}{suffix}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private"
    return answer


def export_answer(row: Certificate, kind: str) -> HttpResponse:
    """Return a copy in a format of others, to be kept. Raises UnknownError, MalformedError."""
    export = EXPORTS[kind]
    made = export_sealed(bundle_of(row.act_id).act, kind)
    answer = HttpResponse(made, content_type=export.media_type)
    name = f"{row.number.replace('/', '-')}.{export.suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private"
    return answer


def _seen(subject: str, caller: Caller) -> Certificate:
    row = get_visible(subject, user=caller.user)
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return row


def _offsets(data: dict[str, object]) -> tuple[dict[str, float], list[Finding]]:
    """Read both offsets; what is no number is told beside its field."""
    found, faults = {}, []
    for name in ("right", "down"):
        text = str(data.get(name) or "0")
        try:
            found[name] = float(Decimal(text))
        except InvalidOperation:
            facts = {"value": text[:40], "place": name}
            faults.append(Finding("number.malformed", name, facts=facts))
    return found, faults
