"""Questions to a device, remembered in the session until it answers, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from certorigin_server.signin.passkeys import Question, Site, ask_known
from certorigin_server.signin.queries import factors_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.users.queries import User

# So long a first factor, or a question to a device, is good for.
WAITS = timedelta(minutes=5)
_KEPT = "signin_challenge"


def site_of(request: HttpRequest) -> Site:
    """Return for which site passkeys hold; the host of a request was checked by then."""
    return Site.at(f"{request.scheme}://{request.get_host()}")


def question_for(request: HttpRequest, user: User | None, *, at: datetime) -> str:
    """Return the options for the device, and remember the challenge; empty without a passkey."""
    if user is not None and not factors_of(user).passkeys:
        return ""
    question = ask_known(site=site_of(request), user=user, at=at)
    keep_challenge(request, question, at=at)
    return question.options


def keep_challenge(request: HttpRequest, question: Question, *, at: datetime) -> None:
    """Remember what the device must sign, in the session."""
    request.session[_KEPT] = {"challenge": question.challenge, "at": at.isoformat()}


def take_challenge(request: HttpRequest, *, at: datetime) -> str:
    """Return what the device must have signed, once; empty when there is none or it is old."""
    kept = request.session.pop(_KEPT, None)
    if not isinstance(kept, dict) or at - datetime.fromisoformat(kept["at"]) > WAITS:
        return ""
    return str(kept["challenge"])
