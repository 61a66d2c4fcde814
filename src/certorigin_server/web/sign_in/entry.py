"""What all ways in have in common: opening the session, and asking for a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from certorigin.terminal.sentences import say
from certorigin_server.administration.sessions import note_session
from certorigin_server.desk.access import language_of, offer_again
from certorigin_server.desk.carry import CARRIED, unpack
from certorigin_server.desk.forms import Form
from certorigin_server.desk.fresh import CODE
from certorigin_server.signin.challenge import WAITS, question_for
from certorigin_server.signin.events import note_attempts, note_device
from certorigin_server.signin.queries import factors_of
from certorigin_server.signin.session import note_opened as note_session_opened
from certorigin_server.users.queries import User
from certorigin_server.users.services import note_opened
from certorigin_server.web.demo import is_demo

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_WAITING = "signin_waiting"
_DEVICE_LIFE = timedelta(days=365)


def address_of(request: HttpRequest) -> str:
    """Return from where a request comes."""
    return str(request.META.get("REMOTE_ADDR", ""))


def safe_next(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is a place of ours."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, hosts, require_https=request.is_secure()):
        return wanted
    return ""


def enter(
    request: HttpRequest,
    user: User,
    *,
    how: str,
    second: bool,
    at: datetime,
    target: str,
    carried: str,
    proofs: int = 0,
) -> HttpResponse:
    """Open the session of a person and lead on: to what they had typed, or where they wanted."""
    login(request, user, backend=_BACKEND)
    request.session.pop(_WAITING, None)
    note_session_opened(request.session, how=how, second=second, at=at)
    note_attempts(account=user.username, address=address_of(request), at=at, count=proofs)
    note_opened(by=user, at=at)
    browser = request.headers.get("User-Agent", "")
    note_session(key=request.session.session_key or "", user=user, browser=browser, at=at)
    answer = _lead_on(request, user, target, carried)
    _know_device(request, answer, user, at)
    return answer


def _lead_on(request: HttpRequest, user: User, target: str, text: str) -> HttpResponse:
    carried = unpack(text)
    if carried is not None and carried.person == user.username:
        return offer_again(request, carried.path, carried.fields)
    answer = redirect(target or settings.LOGIN_REDIRECT_URL)
    if carried is not None:
        messages.error(request, say("web.carried_of_another", {}, language_of(request)))
    elif settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not is_demo():
        # The person's own language, unless another was chosen in this browser. Who looks at a demo
        # under the names of others keeps the language of the browser.
        _set_cookie(answer, settings.LANGUAGE_COOKIE_NAME, user.language)
    return answer


def _know_device(request: HttpRequest, answer: HttpResponse, user: User, at: datetime) -> None:
    name = f"{settings.SESSION_COOKIE_NAME}_device"
    browser = request.headers.get("User-Agent", "")
    token = note_device(
        user=user, token=request.COOKIES.get(name, "")[:100], browser=browser, at=at
    )
    _set_cookie(answer, name, token, hidden=True)


def _set_cookie(answer: HttpResponse, name: str, value: str, *, hidden: bool = False) -> None:
    answer.set_cookie(
        name,
        value,
        samesite="Lax",
        secure=settings.SYSTEM.https,
        httponly=hidden,
        max_age=_DEVICE_LIFE if hidden else None,
    )


# -- the second factor ----------------------------------------------------------------------------


def ask_second(
    request: HttpRequest, user: User, *, how: str, at: datetime, target: str, carried: str
) -> HttpResponse:
    """Ask for the second factor of somebody whose first one was good."""
    request.session[_WAITING] = {"user": user.pk, "at": at.isoformat(), "how": how}
    return show_second(request, user, at=at, target=target, carried=carried)


def waiting_of(request: HttpRequest, *, at: datetime) -> tuple[User, str] | None:
    """Return whose second factor is waited for in this session, and how they came; or None."""
    kept = request.session.get(_WAITING)
    if not isinstance(kept, dict) or at - datetime.fromisoformat(kept["at"]) > WAITS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return (user, str(kept["how"])) if user else None


def show_second(
    request: HttpRequest,
    user: User,
    *,
    at: datetime,
    target: str,
    carried: str,
    form: Form | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page on which the second factor is asked for."""
    context = {
        "form": form or Form.from_post(CODE, QueryDict(), language_of(request)),
        "next": target,
        "carried": carried,
        "refused": refused,
        "factors": factors_of(user),
        "question": question_for(request, user, at=at),
    }
    return render(request, "web/sign_in/second.html", context, status=status)


def carried_in(request: HttpRequest) -> str:
    """Return what was typed before the session ended, as the form carries it."""
    return str(request.POST.get(CARRIED, ""))
