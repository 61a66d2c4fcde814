"""Sessions of browsers: noted as they open, ended from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import transaction

from certorigin.errors import UnknownError
from certorigin_server.administration.models import OpenSession
from certorigin_server.trail.services import record
from certorigin_server.users.services import end_tokens, lock_person

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User


def note_session(*, key: str, user: User, browser: str, at: datetime) -> None:
    """Remember a session of a browser, so that it can be seen and ended from elsewhere."""
    OpenSession.objects.update_or_create(
        key=key, defaults={"user": user, "opened": at, "browser": browser[:200]}
    )


@transaction.atomic
def end_session(*, session: int, by: User, at: datetime) -> None:
    """End one of one's own sessions. Raises UnknownError (`session.unknown`)."""
    lock_person(by)
    row = OpenSession.objects.filter(pk=session, user=by).first()
    if row is None:
        raise UnknownError("session.unknown")
    _end([row.key])
    record(by=by.username, at=at, action="administration.session_ended", subject=by.username)


@transaction.atomic
def end_other_sessions(*, by: User, kept: str, at: datetime) -> int:
    """End all of one's own sessions but the one of this key; return how many."""
    lock_person(by)
    keys = OpenSession.objects.filter(user=by).exclude(key=kept).values_list("key", flat=True)
    count = _end(list(keys))
    action = "administration.sessions_ended"
    record(by=by.username, at=at, action=action, subject=by.username, count=str(count))
    return count


def end_everywhere(*, user: User, by: str, at: datetime) -> None:
    """End every session and token of a person. Runs in the transaction of the act behind it."""
    keys = OpenSession.objects.filter(user=user).values_list("key", flat=True)
    count = _end(list(keys)) + end_tokens(user=user, at=at)
    action = "administration.sessions_ended"
    record(by=by, at=at, action=action, subject=user.username, count=str(count))


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    return OpenSession.objects.filter(key__in=keys).delete()[0]
