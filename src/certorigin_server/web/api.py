"""What joins several stops: the trail for auditors, the state of the loops for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ninja import Router, Schema

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.loops.queries import loop_states
from certorigin_server.trail.queries import find_broken_link, latest
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

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
