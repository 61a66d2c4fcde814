"""What a session remembers about its own sign-in: since when, how, and when last confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

_OPENED, _SEEN, _FRESH = "signin_opened", "signin_seen", "signin_fresh"
_SECOND, _HOW = "signin_second", "signin_how"
# A session that is used writes its last use no oftener than this.
_STEP = timedelta(minutes=1)


def note_opened(session: SessionBase, *, how: str, second: bool, at: datetime) -> None:
    """Remember how and when somebody came in: `password`, `passkey` or `directory`."""
    for name in (_OPENED, _SEEN, _FRESH):
        session[name] = at.isoformat()
    session[_HOW], session[_SECOND] = how, second


def note_confirmed(session: SessionBase, *, second: bool, at: datetime) -> None:
    """Remember that the person behind the session proved anew who they are."""
    session[_FRESH] = at.isoformat()
    session[_SECOND] = second or has_second_proof(session)


def note_used(session: SessionBase, *, at: datetime) -> None:
    """Remember that the session is in use; one from before this was kept begins now."""
    if _OPENED not in session:
        session[_OPENED] = at.isoformat()
    seen = _moment(session, _SEEN)
    if seen is None or at - seen >= _STEP:
        session[_SEEN] = at.isoformat()


def is_over(session: SessionBase, *, at: datetime) -> bool:
    """Say whether a session lay unused, or lasted, longer than the settings allow."""
    limits = settings.SYSTEM.sign_in
    opened, seen = _moment(session, _OPENED), _moment(session, _SEEN)
    if opened is not None and at - opened >= timedelta(minutes=limits.longest):
        return True
    return seen is not None and at - seen >= timedelta(minutes=limits.idle)


def is_fresh(session: SessionBase, *, at: datetime, minutes: int | None = None) -> bool:
    """Say whether the person proved who they are within some minutes (`sign_in.fresh`)."""
    allowed = settings.SYSTEM.sign_in.fresh if minutes is None else minutes
    fresh = _moment(session, _FRESH)
    return allowed == 0 or (fresh is not None and at - fresh < timedelta(minutes=allowed))


def has_second_proof(session: SessionBase) -> bool:
    """Say whether a second factor was shown in this session."""
    return bool(session.get(_SECOND))


def came_by_directory(session: SessionBase) -> bool:
    """Say whether the institution's directory let the person in."""
    return bool(session.get(_HOW) == "directory")


def _moment(session: SessionBase, name: str) -> datetime | None:
    text = session.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
