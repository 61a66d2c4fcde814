"""Who calls: from a token of the machine interface or from a browser's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.errors import RightError
from certorigin_server.users.models import User
from certorigin_server.users.queries import require_right, user_of_token

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from certorigin_server.users.rights import Right


@dataclass(frozen=True)
class Caller:
    """The person behind a request, and the moment of the request."""

    user: User
    at: datetime

    @classmethod
    def of(cls, request: HttpRequest, right: Right | None = None) -> Caller:
        """Return the caller; with a right, let only its holders pass. Raises RightError."""
        user = request.user
        if not isinstance(user, User):
            raise RightError("session.missing")
        caller = cls(user, timezone.now())
        if right is not None:
            require_right(user, right, at=caller.at)
        return caller


def token_of(request: HttpRequest) -> str:
    """Return the bearer token of a request, or an empty text."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticate_token(request: HttpRequest) -> User | None:
    """Recognise the bearer token; the machine interface calls this before every route."""
    token = token_of(request)
    user = user_of_token(token, at=timezone.now()) if token else None
    if user is not None:
        request.user = user
    return user
