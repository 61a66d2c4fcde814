"""The pages of the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from certorigin_server.certification.queries import visible_to
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.services import record_read
from certorigin_server.users.queries import User, rights_of
from certorigin_server.users.rights import Right
from certorigin_server.users.services import note_closed, note_opened, note_refused
from certorigin_server.web.health import is_healthy
from certorigin_server.web.journeys import journey_of
from certorigin_server.web.lists import lists_for

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm
    from django.http import HttpRequest, HttpResponse


class SignIn(LoginView):
    """Sign in with name and password; the trail tells who did, and who was not let in."""

    template_name = "web/sign_in.html"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Open the session."""
        answer = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - there is no other model of people
        note_opened(by=user, at=timezone.now())
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that name or password is wrong, and not which."""
        note_refused(username=str(form.data.get("username", "")), at=timezone.now())
        return super().form_invalid(form)


class SignOut(LogoutView):
    """Sign out."""

    next_page = "/sign-in"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Close the session."""
        if isinstance(request.user, User):
            note_closed(by=request.user, at=timezone.now())
        return super().post(request, *args, **kwargs)


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
    """Say whether it is of one's own issuing side, or was received by one's customs side (R17)."""
    if visible_to(user).filter(pk=subject).exists():
        return Right.CERTIFICATION_READ in rights_of(user, at=timezone.now())
    if Right.RECOGNITION_READ not in rights_of(user, at=timezone.now()):
        return False
    row = issued_act_of(subject)
    return row is not None and row.publisher != settings.SYSTEM.installation
