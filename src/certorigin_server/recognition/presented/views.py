"""The desk of the customs officer: a file or a scanned code is put down, and judged at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.carrier import Carried
from certorigin.recognition.scan import looks_scanned
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.findings import tell
from certorigin_server.recognition.presented.verifying import verify_presented
from certorigin_server.recognition.shown import verdict_from
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.recognition.presented.verifying import Presented
    from certorigin_server.users.access import Caller

# What the code says of itself when it and the act that lies here belong together.
_AGREES = "code.agrees"


@for_right(Right.RECOGNITION_READ)
def present(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take a PDF, a picture or a file, and say what it is worth; nothing of it is kept."""
    if request.method != "POST":
        return render(request, "recognition/presented.html", {})
    file = request.FILES.get("file")
    if file is None:
        return _refused(request, MalformedError("web.file_missing", place="file"))
    try:
        carried = Carried.from_bytes(file.read())
        found = verify_presented(carried, user=caller.user, at=caller.at)
    except (MalformedError, LimitError) as error:
        return _refused(request, error)
    return _shown(request, caller, found)


def opened_by_scan(request: HttpRequest, caller: Caller, text: str) -> HttpResponse | None:
    """Open the certificate whose code was typed by a hand scanner; None for any other text.

    A code that does not belong to the act that lies here is shown with what is wrong.
    """
    if not looks_scanned(text):
        return None
    try:
        carried = Carried.from_scan(text)
        found = verify_presented(carried, user=caller.user, at=caller.at)
    except (MalformedError, LimitError) as error:
        return _refused(request, error)
    code = found.report.parts.get("code")
    if found.is_at_hand and found.issued and code is not None and code.code == _AGREES:
        return redirect("recognition-certificate", subject=found.issued.subject)
    return _shown(request, caller, found)


def _shown(request: HttpRequest, caller: Caller, found: Presented) -> HttpResponse:
    subject = found.issued.subject if found.issued else found.report.subject
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    slip, certificate = found.carried.slip, found.report.certificate
    context = {
        "found": found,
        "verdict": verdict_from(found.report.to_data(), language_of(request)),
        "slip": slip,
        "certificate": certificate,
    }
    return render(request, "recognition/presented.html", context)


def _refused(request: HttpRequest, error: MalformedError | LimitError) -> HttpResponse:
    told = tell([Finding(error.code, "file", facts=error.facts)], language_of(request))
    return render(request, "recognition/presented.html", {"told": told}, status=422)
