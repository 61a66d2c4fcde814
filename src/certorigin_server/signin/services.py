"""Acts that concern all factors of a person: none of passkeys or codes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin_server.signin.events import Kind, tell
from certorigin_server.signin.models import (
    Device,
    DirectoryIdentity,
    OneTime,
    Passkey,
    RecoveryCode,
)
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User


@transaction.atomic
def reset_factors(*, user: User, by: str, at: datetime) -> None:
    """Take all second factors from a person who lost them; a password alone lets them in again.

    Two administrators order it (R14). Where a role demands a second factor, the person adds one at
    the next sign-in before anything else.
    """
    for model in (Passkey, OneTime, RecoveryCode, Device):
        model._default_manager.filter(user=user).delete()  # noqa: SLF001 - Django's own name
    tell(kind=Kind.FACTORS_RESET, user=user, by=by, at=at)


@transaction.atomic
def link_identity(*, user: User, issuer: str, subject: str, at: datetime) -> None:
    """Remember who a person is in the directory."""
    DirectoryIdentity.objects.create(user=user, issuer=issuer, subject=subject)
    action = "sign_in.directory_linked"
    record(by=user.username, at=at, action=action, subject=user.username)


@transaction.atomic
def note_session_over(*, user: User, at: datetime) -> None:
    """Record that a session ended by itself."""
    record(by=user.username, at=at, action="sign_in.session_over", subject=user.username)
