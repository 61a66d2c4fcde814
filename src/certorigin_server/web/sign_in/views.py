"""Signing in: name and password, a second factor, a passkey alone; and signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from certorigin.errors import RightError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.fresh import CODE
from certorigin_server.signin.challenge import question_for, site_of, take_challenge
from certorigin_server.signin.codes import code_fits
from certorigin_server.signin.events import count_attempt
from certorigin_server.signin.passkeys import accept_passkey
from certorigin_server.signin.queries import factors_of, may_use_password
from certorigin_server.users.queries import User
from certorigin_server.users.services import note_closed, note_refused
from certorigin_server.web.demo import is_demo
from certorigin_server.web.sign_in.entry import (
    address_of,
    ask_second,
    carried_in,
    enter,
    safe_next,
    show_second,
    waiting_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse


class SignIn(LoginView):
    """Sign in with name and password; the trail tells who did, and who was not let in."""

    template_name = "desk/sign_in.html"

    def get_initial(self) -> dict[str, str]:
        """In the demo a step of the tour says who signs in."""
        return {"username": self.request.GET.get("as", "")[:150]} if is_demo() else {}

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count the try before the password is looked at; after too many one has to wait."""
        name = request.POST.get("username", "")
        try:
            count_attempt(account=name, address=address_of(request), at=timezone.now())
        except RightError as error:
            return self._refuse(error, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Open the session, or ask for the second factor first."""
        user, at = form.get_user(), timezone.now()
        assert isinstance(user, User)  # noqa: S101 - there is no other model of people
        if not may_use_password(user, at=at):
            note_refused(username=user.username, at=at)
            return self._refuse(RightError("directory.no_password"), status=403)
        target, carried = self.get_redirect_url(), carried_in(self.request)
        if factors_of(user).has_second:
            return ask_second(
                self.request, user, how="password", at=at, target=target, carried=carried
            )
        return enter(
            self.request,
            user,
            how="password",
            second=False,
            at=at,
            target=target,
            carried=carried,
            proofs=1,
        )

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say that name or password is wrong, and not which."""
        note_refused(username=str(form.data.get("username", "")), at=timezone.now())
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Keep what was typed before the session ended, also when a password was wrong."""
        return super().get_context_data(**kwargs) | {"carried": carried_in(self.request)}

    def _refuse(self, error: RightError, *, status: int) -> HttpResponse:
        told = say(error.code, error.facts, language_of(self.request))
        name = self.request.POST.get("username", "")[:150]
        form = AuthenticationForm(self.request, initial={"username": name})
        context = self.get_context_data(refused=told, form=form)
        return self.render_to_response(context, status=status)


class SignOut(LogoutView):
    """Sign out."""

    next_page = "/sign-in"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Close the session."""
        if isinstance(request.user, User):
            note_closed(by=request.user, at=timezone.now())
        return super().post(request, *args, **kwargs)


@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """Take the second factor: a code, or the answer of a device."""
    at = timezone.now()
    waiting = waiting_of(request, at=at)
    if waiting is None:
        return redirect("sign-in")
    user, how = waiting
    target, carried = safe_next(request), carried_in(request)
    form = Form.from_post(CODE, request.POST, language_of(request))
    try:
        count_attempt(account=user.username, address=address_of(request), at=at)
        _prove(request, user, form, at)
    except RightError as error:
        told, status = say(error.code, error.facts, language_of(request)), 429
        if error.code != "session.wait":
            note_refused(username=user.username, at=at)
            form.show([Finding("sign_in.code_wrong", "code")])
            told, status = "", 422
        return show_second(
            request,
            user,
            form=form,
            at=at,
            target=target,
            carried=carried,
            refused=told,
            status=status,
        )
    return enter(
        request, user, how=how, second=True, at=at, target=target, carried=carried, proofs=2
    )


def _prove(request: HttpRequest, user: User, form: Form, at: datetime) -> None:
    """Let pass whose device answers rightly, or whose code is good. Raises RightError."""
    answer, challenge = request.POST.get("credential", ""), take_challenge(request, at=at)
    if answer:
        site = site_of(request)
        accept_passkey(answer=answer, challenge=challenge, site=site, user=user, at=at)
    elif not code_fits(user=user, code=form.values["code"], at=at):
        raise RightError("session.refused")


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone: the device knows its person, and tells us who it is."""
    at, target, carried = timezone.now(), safe_next(request), carried_in(request)
    answer, refused = request.POST.get("credential", ""), ""
    if answer:
        challenge = take_challenge(request, at=at)
        try:
            user = accept_passkey(
                answer=answer, challenge=challenge, site=site_of(request), user=None, at=at
            )
        except RightError as error:
            note_refused(username="", at=at)
            refused = say("sign_in.passkey_unknown", error.facts, language_of(request))
        else:
            return enter(
                request, user, how="passkey", second=True, at=at, target=target, carried=carried
            )
    context = {
        "next": target,
        "carried": carried,
        "refused": refused,
        "question": question_for(request, None, at=at),
    }
    return render(request, "web/sign_in/passkey.html", context, status=422 if refused else 200)
