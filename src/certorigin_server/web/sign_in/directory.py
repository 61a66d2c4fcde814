"""Signing in by the institution's directory: to its provider, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from certorigin.errors import RightError, UnknownError
from certorigin.terminal.sentences import say
from certorigin_server.administration.directory import enter_from_directory
from certorigin_server.desk.access import language_of
from certorigin_server.signin.challenge import site_of
from certorigin_server.signin.provider import Journey, Provider
from certorigin_server.signin.queries import factors_of
from certorigin_server.signin.session import note_confirmed
from certorigin_server.users.queries import User
from certorigin_server.users.services import note_refused
from certorigin_server.web.sign_in.confirm import lead_back
from certorigin_server.web.sign_in.entry import (
    ask_second,
    carried_in,
    enter,
    safe_next,
)

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.settings.sign_in import DirectorySettings

_KEPT = "signin_directory"


def leave(request: HttpRequest) -> HttpResponse:
    """Lead to the provider. What was typed waits in the session, for no form may go elsewhere."""
    directory, journey = _directory(), Journey.begin()
    anew = isinstance(request.user, User)
    try:
        address = Provider(directory).address(journey, back=_back(request), anew=anew)
    except UnknownError as error:
        return _refuse(request, error, safe_next(request), carried_in(request))
    request.session[_KEPT] = {
        "state": journey.state,
        "nonce": journey.nonce,
        "verifier": journey.verifier,
        "next": safe_next(request),
        "carried": carried_in(request),
        "anew": anew,
    }
    if request.method == "POST":
        context = {"address": address, "directory": directory.name}
        return render(request, "web/sign_in/directory.html", context)
    return redirect(address)


def come_back(request: HttpRequest) -> HttpResponse:
    """Let in whom the provider sends back with its signed word."""
    directory, at = _directory(), timezone.now()
    kept = request.session.pop(_KEPT, None)
    if not isinstance(kept, dict):
        return redirect("sign-in")
    journey = Journey(kept["state"], kept["nonce"], kept["verifier"])
    try:
        known = Provider(directory).who(
            journey, request.GET.dict(), back=_back(request), anew=kept["anew"], at=at
        )
        user = enter_from_directory(known=known, directory=directory, at=at)
    except (RightError, UnknownError) as error:
        note_refused(username="", at=at)
        return _refuse(request, error, kept["next"], kept["carried"])
    if kept["anew"] and isinstance(request.user, User):
        return _confirmed(request, user, kept, at)
    return _entered(request, user, directory, kept, at)


def _entered(
    request: HttpRequest,
    user: User,
    directory: DirectorySettings,
    kept: dict[str, str],
    at: datetime,
) -> HttpResponse:
    target, carried = kept["next"], kept["carried"]
    is_enough = directory.is_second_factor
    if not is_enough and factors_of(user).has_second:
        return ask_second(request, user, how="directory", at=at, target=target, carried=carried)
    return enter(
        request, user, how="directory", second=is_enough, at=at, target=target, carried=carried
    )


def _confirmed(
    request: HttpRequest, user: User, kept: dict[str, str], at: datetime
) -> HttpResponse:
    """Take the provider's word that it is the same person still."""
    if request.user != user:
        return _refuse(request, RightError("directory.refused"), kept["next"], kept["carried"])
    second = _directory().is_second_factor
    note_confirmed(request.session, second=second, at=at)
    return lead_back(request, target=kept["next"], carried=kept["carried"])


def _directory() -> DirectorySettings:
    directory: DirectorySettings | None = settings.SYSTEM.sign_in.directory
    if directory is None:
        raise Http404
    return directory


def _back(request: HttpRequest) -> str:
    return site_of(request).origin + reverse("sign-in-directory-back")


def _refuse(
    request: HttpRequest, error: RightError | UnknownError, target: str, carried: str
) -> HttpResponse:
    context = {
        "refused": say(error.code, error.facts, language_of(request)),
        "next": target,
        "carried": carried,
    }
    return render(request, "desk/sign_in.html", context, status=403)
