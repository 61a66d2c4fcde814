"""What a person reads when something could not be written: which fault of the disk it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from certorigin.terminal.sentences import say
from certorigin_server.desk.access import is_partial, language_of
from certorigin_server.loops.disk import disk_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

STATUS = 503


class TellDisk:
    """Answers a request that a full, read-only or failing disk broke off. Nothing was done by it.

    What only reads goes on: nothing here is asked before something could not be written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand the request on; what breaks off comes to `process_exception`."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer where the disk is to blame; leave everything else to others."""
        code = disk_code(error)
        if not code:
            return None
        language = language_of(request)
        message = say(code, {}, language)
        if request.path.startswith("/api/"):
            told = {"code": code, "facts": {}, "message": message}
            return JsonResponse(told, status=STATUS)
        if is_partial(request):
            answer = render(request, "desk/notice.html", {"message": message, "tone": "bad"})
            answer["HX-Retarget"], answer["HX-Reswap"] = "#notices", "innerHTML"
            return answer
        context = {"message": message, "status": STATUS}
        return render(request, "desk/refused.html", context, status=STATUS)
