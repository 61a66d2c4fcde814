"""Who calls: from a token of the machine interface or from a browser's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.errors import RightError
from certorigin_server.users.models import User
from certorigin_server.users.pace import Pace
from certorigin_server.users.queries import find_token, is_trader, require_right
from certorigin_server.users.services import note_used

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from certorigin_server.users.rights import Right


_PACE = Pace()


@dataclass(frozen=True)
class Caller:
    """The person behind a request, and the moment of the request."""

    user: User
    at: datetime

    @classmethod
    def of(
        cls, request: HttpRequest, right: Right | None = None, *, any_key: bool = False
    ) -> Caller:
        """Return the caller; with a right, let only its holders pass. Raises RightError.

        What needs no right is a person's own: a key that lets through chosen rights does not open
        it (`token.narrow`), but where `any_key` says so.
        """
        user = request.user
        if not isinstance(user, User):
            raise RightError("session.missing")
        caller = cls(user, timezone.now())
        if right is None and user.scopes is not None and not any_key:
            raise RightError("token.narrow")
        if right is not None:
            require_right(user, right, at=caller.at)
        return caller


def token_of(request: HttpRequest) -> str:
    """Return the bearer token of a request, or an empty text."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticate_token(request: HttpRequest) -> User | None:
    """Recognise the bearer token; the machine interface calls this before every route.

    Programs of traders call as often as the settings say. Bodies and customs are never slowed down
    (R7). Raises RightError (`token.too_fast`).
    """
    token, at = token_of(request), timezone.now()
    found = find_token(token, at=at) if token else None
    if found is None:
        return None
    user: User = found.user
    most = settings.SYSTEM.calls_a_minute
    if most and (user.organisation is None or is_trader(user.organisation)):
        seconds = _PACE.seconds_to_wait(found.digest, most=most, at=at)
        if seconds:
            raise RightError("token.too_fast", limit=str(most), seconds=str(seconds))
    note_used(token=found, at=at)
    user.scopes = found.lets_through
    request.user = user
    return user
