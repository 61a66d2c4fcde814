"""Sessions of the machine interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Router, Schema, Status

from certorigin_server.signin.codes import may_open
from certorigin_server.users.access import Caller, token_of
from certorigin_server.users.queries import rights_of, roles_of
from certorigin_server.users.services import close_session, open_session
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router(tags=["session"])


class SignIn(Schema):
    """A name and a password; a one-time code too for who has or needs a second factor."""

    username: Text
    password: Text
    code: Text = ""


class Session(Schema):
    """An access token for the `Authorization: Bearer` header."""

    token: str


class Me(Schema):
    """Who the caller is and may do."""

    username: str
    name: str
    organisation: str
    roles: list[str]
    rights: list[str]


@router.post("/session", response=Session, auth=None)
def sign_in(request: HttpRequest, body: SignIn) -> Session:
    """Open a session and return its token."""
    at = timezone.now()
    token = open_session(
        username=body.username,
        password=body.password,
        address=request.META.get("REMOTE_ADDR", ""),
        at=at,
        prove=lambda user: may_open(user=user, code=body.code, at=at),
    )
    return Session(token=token)


@router.delete("/session", response={204: None})
def sign_out(request: HttpRequest) -> Status[None]:
    """Close the session of this token."""
    caller = Caller.of(request, any_key=True)
    close_session(token=token_of(request), by=caller.user, at=caller.at)
    return Status(204, None)


@router.get("/me", response=Me)
def me(request: HttpRequest) -> Me:
    """Say who the caller is."""
    caller = Caller.of(request, any_key=True)
    user = caller.user
    return Me(
        username=user.username,
        name=user.full_name,
        organisation=str(user.organisation or ""),
        roles=sorted(roles_of(user, at=caller.at)),
        rights=sorted(rights_of(user, at=caller.at)),
    )
