"""The pages of the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from certorigin_server.certification.queries import visible_to
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Right
from certorigin_server.web.health import is_healthy
from certorigin_server.web.journeys import journey_of
from certorigin_server.web.lists import lists_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.queries import User


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the lists of the person's roles, narrowed by the search box."""
    text = request.GET.get("text", "")[:100]
    lists = lists_for(request.user, text=text, at=timezone.now())  # type: ignore[arg-type]
    return render(request, "web/home.html", {"lists": lists, "text": text})


@login_required
def journey(request: HttpRequest, subject: str) -> HttpResponse:
    """Show one certificate's journey to whoever may see it; to others it does not exist."""
    now = timezone.now()
    user: User = request.user  # type: ignore[assignment]
    found = journey_of(subject, at=now) if _may_see(user, subject) else None
    if found is None:
        return render(request, "web/missing.html", status=404)
    record_read(by=user.username, at=now, subject=subject)
    return render(request, "web/journey.html", {"journey": found})


def health(request: HttpRequest) -> JsonResponse:
    """Say whether the system answers and its database is up; no detail for strangers."""
    del request
    ok = is_healthy()
    return JsonResponse({"ok": ok}, status=200 if ok else 503)


def _may_see(user: User, subject: str) -> bool:
    if Right.RECOGNITION_READ in rights_of(user, at=timezone.now()):
        return True
    return visible_to(user).filter(pk=subject).exists()
