"""The pages of the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from certorigin.errors import RightError
from certorigin.terminal.sentences import say
from certorigin_server.administration.sessions import note_session
from certorigin_server.certification.queries import visible_to
from certorigin_server.desk.access import for_person, language_of, offer_again
from certorigin_server.desk.carry import CARRIED, unpack
from certorigin_server.recognition.presented.views import opened_by_scan
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.services import count_try, note_success, record_read
from certorigin_server.users.queries import User, rights_of
from certorigin_server.users.rights import Right
from certorigin_server.users.services import note_closed, note_opened, note_refused
from certorigin_server.web.health import is_healthy
from certorigin_server.web.journeys import journey_of
from certorigin_server.web.lists import lists_for
from certorigin_server.web.work import tasks_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


class SignIn(LoginView):
    """Sign in with name and password; the trail tells who did, and who was not let in."""

    template_name = "desk/sign_in.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count the try before the password is looked at; after too many one has to wait."""
        name, address = request.POST.get("username", ""), request.META.get("REMOTE_ADDR", "")
        try:
            count_try(account=name, address=address, at=timezone.now())
        except RightError as error:
            told = say(error.code, error.facts, language_of(request))
            form = AuthenticationForm(request, initial={"username": name[:150]})
            context = self.get_context_data(refused=told, form=form)
            return self.render_to_response(context, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Open the session."""
        answer = super().form_valid(form)
        user = form.get_user()
        assert isinstance(user, User)  # noqa: S101 - there is no other model of people
        at, address = timezone.now(), self.request.META.get("REMOTE_ADDR", "")
        note_success(account=self.request.POST.get("username", ""), address=address, at=at)
        note_opened(by=user, at=at)
        browser = self.request.headers.get("User-Agent", "")
        key = self.request.session.session_key or ""
        note_session(key=key, user=user, browser=browser, at=at)
        carried = unpack(self.request.POST.get(CARRIED, ""))
        if carried is None:
            return self._in_language_of(user, answer)
        if carried.person != user.username:
            language = language_of(self.request)
            messages.error(self.request, say("web.carried_of_another", {}, language))
            return answer
        return offer_again(self.request, carried.path, carried.fields)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Keep what was typed before the session ended, also when a password was wrong."""
        return super().get_context_data(**kwargs) | {"carried": self.request.POST.get(CARRIED, "")}

    def _in_language_of(self, user: User, answer: HttpResponse) -> HttpResponse:
        """Speak the person's own language unless another was chosen in this browser."""
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            secure, name = settings.LANGUAGE_COOKIE_SECURE, settings.LANGUAGE_COOKIE_NAME
            answer.set_cookie(name, user.language, samesite="Lax", secure=secure)
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


@for_person
def home(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what waits for the person, and the lists of the person's roles."""
    context = {
        "tasks": tasks_for(caller.user, at=caller.at),
        "lists": lists_for(caller.user, text="", at=caller.at),
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
