"""What joins several stops: the trail for auditors, the state of the loops for operators."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from ninja import Field, Router, Schema, Status

from certorigin.vocabulary.calendar import day_over
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.administration.sessions import end_other_sessions
from certorigin_server.loops.queries import loop_states
from certorigin_server.trail.queries import find_broken_link, latest
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import tokens_of
from certorigin_server.users.rights import Right
from certorigin_server.users.services import end_token, make_token
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router()


class TrailOut(Schema):
    """One entry of the trail."""

    sequence: str
    at: str
    actor: str
    action: str
    subject: str
    facts: str
    hash: str


class TrailPage(Schema):
    """The newest entries; and, where it was asked, whether the chain holds and where it breaks."""

    entries: list[TrailOut]
    is_verified: bool
    broken_at: str


class LoopOut(Schema):
    """One loop of the system."""

    name: str
    worked: str
    fault: str


class TokenIn(Schema):
    """The last day on which a token holds, what it is for, and the rights that it lets through.

    Without rights it lets through whatever its person may do.
    """

    through: date
    name: Text = ""
    scopes: list[Text] = Field(default_factory=list, max_length=100)


class TokenMade(Schema):
    """An access token, shown this once."""

    token: str


class TokenOut(Schema):
    """An access token in force."""

    id: str
    name: str
    scopes: list[str]
    made: str
    expires: str
    last_used: str


@router.get("/trail", response=TrailPage, tags=["trail"])
def read_trail(request: HttpRequest, *, verify: bool = False) -> TrailPage:
    """Return the newest hundred entries; with `verify`, read the whole chain and say if it holds.

    Verifying takes a while on a long trail: it hashes every entry.
    """
    Caller.of(request, Right.TRAIL_READ)
    broken = find_broken_link() if verify else None
    entries = [
        TrailOut(
            sequence=str(entry.sequence),
            at=moment_to_text(entry.at),
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            facts=entry.facts,
            hash=entry.hash,
        )
        for entry in latest()
    ]
    return TrailPage(
        entries=entries, is_verified=verify, broken_at="" if broken is None else str(broken)
    )


@router.get("/loops", response=list[LoopOut], tags=["loops"])
def list_loops(request: HttpRequest) -> list[LoopOut]:
    """Say when each loop last did something and what stopped it if something did."""
    Caller.of(request, Right.LOG_READ)
    return [
        LoopOut(
            name=loop.name,
            worked=moment_to_text(loop.worked) if loop.worked else "",
            fault=loop.fault,
        )
        for loop in loop_states()
    ]


@router.get("/account/tokens", response=list[TokenOut], tags=["account"])
def list_tokens(request: HttpRequest) -> list[TokenOut]:
    """List one's own access tokens in force, without the tokens themselves."""
    caller = Caller.of(request)
    return [
        TokenOut(
            id=str(row.pk),
            name=row.name,
            scopes=row.scopes.split(),
            made=moment_to_text(row.created),
            expires=moment_to_text(row.expires),
            last_used=moment_to_text(row.last_used) if row.last_used else "",
        )
        for row in tokens_of(caller.user, at=caller.at)
    ]


@router.post("/account/tokens", response={201: TokenMade}, tags=["account"])
def make_own_token(request: HttpRequest, body: TokenIn) -> Status[TokenMade]:
    """Make a token for a program; it is shown this once, and holds through a day."""
    caller = Caller.of(request)
    expires = day_over(body.through, settings.SYSTEM.state)
    token = make_token(
        by=caller.user, at=caller.at, expires=expires, name=body.name, scopes=set(body.scopes)
    )
    return Status(201, TokenMade(token=token))


@router.delete("/account/tokens/{token}", response={204: None}, tags=["account"])
def end_own_token(request: HttpRequest, token: int) -> Status[None]:
    """Revoke one of one's own tokens."""
    caller = Caller.of(request)
    end_token(token_id=token, by=caller.user, at=caller.at)
    return Status(204, None)


@router.delete("/account/sessions", response={204: None}, tags=["account"])
def end_browsers(request: HttpRequest) -> Status[None]:
    """End all of one's own sessions in browsers."""
    caller = Caller.of(request)
    end_other_sessions(by=caller.user, kept="", at=caller.at)
    return Status(204, None)
