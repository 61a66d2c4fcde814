"""What people and administrators should see about sign-in: told, noted, and kept in the trail."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import RightError, UnknownError
from certorigin_server.signin.models import Device, SignInEvent
from certorigin_server.trail.services import (
    WINDOW,
    count_try,
    name_typed,
    note_success,
    record,
)
from certorigin_server.users.queries import find_user

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User

Kind = SignInEvent.Kind
# An administrator looks at these; the person is told of all.
_ALARMS = frozenset(
    {Kind.TRIES, Kind.FACTOR_REMOVED, Kind.FACTORS_RESET, Kind.RECOVERY_USED, Kind.PASSKEY_BEHIND}
)


def tell(*, kind: Kind, user: User, by: str, at: datetime, browser: str = "") -> None:
    """Keep an event for the person and the trail. Runs in the transaction of the act behind it."""
    SignInEvent.objects.create(
        user=user, kind=kind, at=at, browser=browser[:200], is_alarm=kind in _ALARMS
    )
    record(by=by, at=at, action=f"sign_in.{kind}", subject=user.username)


def count_attempt(*, account: str, address: str, at: datetime) -> None:
    """Count a try as `count_try`, and alarm once in a window when there are too many.

    Raises RightError (`session.wait`).
    """
    try:
        count_try(account=account, address=address, at=at)
    except RightError:
        user = find_user(name_typed(account))
        if user is not None:
            _alarm_of_tries(user, at)
        raise


@transaction.atomic
def _alarm_of_tries(user: User, at: datetime) -> None:
    lately = SignInEvent.objects.filter(user=user, kind=Kind.TRIES, at__gt=at - WINDOW)
    if not lately.exists():
        tell(kind=Kind.TRIES, user=user, by="", at=at)


def note_attempts(*, account: str, address: str, at: datetime, count: int = 1) -> None:
    """Take back the tries of a sign-in that went well: one for each proof that was asked."""
    for _ in range(count):
        note_success(account=account, address=address, at=at)


@transaction.atomic
def note_device(*, user: User, token: str, browser: str, at: datetime) -> str:
    """Remember the browser of a sign-in and return its token; one that is new is told.

    The first browser of all is no news.
    """
    known = Device.objects.filter(user=user)
    if token and known.filter(digest=_digest(token)).update(seen_at=at):
        return token
    if known.exists():
        tell(kind=Kind.NEW_DEVICE, user=user, by=user.username, at=at, browser=browser)
    made = token or secrets.token_urlsafe(32)
    Device.objects.create(user=user, digest=_digest(made), seen_at=at)
    return made


def mark_told(*, by: User, at: datetime) -> None:
    """Note that a person has seen what happened around their sign-in."""
    SignInEvent.objects.filter(user=by, told_at=None, at__lte=at).update(told_at=at)


@transaction.atomic
def note_alarm(*, event: int, by: User, at: datetime) -> None:
    """Note as administrator that an alarm was looked at, and by whom.

    Raises UnknownError (`sign_in.alarm_unknown`), RightError for an alarm about oneself.
    """
    row = SignInEvent.objects.select_for_update().filter(pk=event, is_alarm=True).first()
    if row is None:
        raise UnknownError("sign_in.alarm_unknown")
    if row.user_id == by.pk:
        raise RightError("administration.for_oneself")
    if row.noted_at is None:
        row.noted_by, row.noted_at = by, at
        row.save(update_fields=["noted_by", "noted_at"])
        action = "sign_in.alarm_noted"
        record(by=by.username, at=at, action=action, subject=row.user.username, kind=row.kind)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
