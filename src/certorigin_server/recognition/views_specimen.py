"""What customs compares with paper: pictures of specimens; and what fell after it was accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from certorigin_server.desk.access import for_right
from certorigin_server.desk.paging import page_of
from certorigin_server.recognition.uses.rechecks import fallen_decisions
from certorigin_server.seal.listed import picture_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.users.access import Caller


@for_right(Right.RECOGNITION_READ)
def show_picture(request: HttpRequest, caller: Caller, state: str, sha256: str) -> HttpResponse:
    """Show the picture of a specimen, checked against the digest in the state's trust list."""
    del request, caller
    found = picture_of(state, sha256)
    if found is None:
        raise Http404
    data, media_type = found
    answer = HttpResponse(data, content_type=media_type)
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    answer["Content-Disposition"] = "inline"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@for_right(Right.RECOGNITION_READ)
def list_fallen(request: HttpRequest, caller: Caller) -> HttpResponse:
    """List what the person's posts accepted and what fell afterwards with a withdrawn key."""
    page = page_of(request, fallen_decisions(caller.user))
    return render(request, "recognition/fallen.html", {"page": page})
