"""The pages of the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from certorigin_server.certification.queries import visible_to
from certorigin_server.desk.access import for_person
from certorigin_server.recognition.presented.views import opened_by_scan
from certorigin_server.signin.queries import untold_events
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right
from certorigin_server.web.health import is_healthy
from certorigin_server.web.journeys import journey_of
from certorigin_server.web.lists import lists_for
from certorigin_server.web.work import tasks_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller
    from certorigin_server.users.queries import User


@for_person
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what waits for the person, and the lists of the person's roles."""
    context = {
        "tasks": tasks_for(caller.user, at=caller.at),
        "lists": lists_for(caller.user, text="", at=caller.at),
        "events": untold_events(caller.user),
    }
    return render(request, "web/home.html", context)


@for_person
def search(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Find certificates, companies and declarations among what the person may see.

    The code of a certificate, typed by a hand scanner, opens it for who may examine it.
    """
    typed = request.GET.get("text", "").replace("\0", "")
    if Right.RECOGNITION_READ in rights_of(caller.user, at=caller.at):
        opened = opened_by_scan(request, caller, typed)
        if opened is not None:
            return opened
    text = typed[:100]
    lists = lists_for(caller.user, text=text, at=caller.at)
    context = {"lists": lists, "text": text, "search_text": text}
    return render(request, "web/search.html", context)


@for_person
def journey(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Show one certificate's journey to whoever may see it; to others it does not exist."""
    sheet_url = _sheet_url(caller.user, subject)
    found = journey_of(subject, at=caller.at) if sheet_url else None
    if found is None:
        return render(request, "desk/missing.html", status=404)
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return render(request, "web/journey.html", {"journey": found, "sheet_url": sheet_url})


def health(request: HttpRequest) -> JsonResponse:
    """Say whether the system answers and its database is up; no detail for strangers."""
    del request
    ok = is_healthy()
    return JsonResponse({"ok": ok}, status=200 if ok else 503)


def _sheet_url(user: User, subject: str) -> str:
    """Return where the certificate itself lies for somebody; empty: they may not see it (R17).

    It is of one's own issuing side, or was received by one's customs side.
    """
    rights = rights_of(user, at=timezone.now())
    if visible_to(user).filter(pk=subject).exists():
        is_own = Right.CERTIFICATION_READ in rights
        return reverse("certification-show", args=[subject]) if is_own else ""
    if Right.RECOGNITION_READ not in rights:
        return ""
    row = issued_act_of(subject)
    if row is None or row.publisher == settings.SYSTEM.installation:
        return ""
    return reverse("recognition-certificate", args=[subject])
