"""What is answered when a request never reaches a desk: too large, unreadable, unknown, our fault.

These pages ask no database and show no shell: whatever went wrong may be wrong there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from certorigin.terminal.sentences import say

if TYPE_CHECKING:
    from django.http import HttpRequest

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def too_large_facts() -> dict[str, str]:
    """Return what one request may bring."""
    return {
        "megabytes": str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000),
        "fields": str(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS),
        "files": str(settings.DATA_UPLOAD_MAX_NUMBER_FILES),
    }


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what can't be read as a request: which limit it breaks, or that it is malformed."""
    if isinstance(exception, _TOO_LARGE):
        return _told(request, "web.request_too_large", too_large_facts(), status=413)
    return _told(request, "web.request_malformed", {}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that there is not.

    Where partners ask, there is one answer with nothing of the request in it: nobody can tell from
    it what there is (docs/spec/exchange.md).
    """
    del exception
    if request.path.startswith("/exchange/"):
        return HttpResponse("Not found\n", content_type="text/plain", status=404)
    if _is_machine(request):
        return _told(request, "web.not_found_help", {}, status=404)
    return render(request, "desk/missing.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when we failed; the log of the process has the rest."""
    return _told(request, "web.fault_of_server", {}, status=500)


def _told(request: HttpRequest, code: str, facts: dict[str, str], *, status: int) -> HttpResponse:
    message = say(code, facts, (get_language() or "en")[:2])
    if _is_machine(request):
        return JsonResponse({"code": code, "facts": facts, "message": message}, status=status)
    return HttpResponse(render_to_string("desk/fault.html", {"message": message}), status=status)


def _is_machine(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
