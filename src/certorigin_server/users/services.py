"""Organisations, people, roles and tokens come into being here."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.db import transaction

from certorigin.errors import RightError
from certorigin_server.trail.services import record
from certorigin_server.users.models import AccessToken, Organisation, RoleGrant, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin_server.users.rights import Role

TOKEN_LIFE = timedelta(hours=12)


@transaction.atomic
def add_organisation(*, by: str, at: datetime, **facts: object) -> Organisation:
    """Add an organisation; `facts` are the columns of the table."""
    organisation = Organisation(**facts)
    organisation.full_clean()
    organisation.save()
    record(by=by, at=at, action="users.organisation_added", subject=organisation.urn)
    return organisation


@transaction.atomic
def add_user(
    *,
    by: str,
    at: datetime,
    username: str,
    password: str,
    roles: Iterable[Role],
    organisation: Organisation,
    first_name: str = "",
    last_name: str = "",
    position: str = "",
    language: str = "en",
) -> User:
    """Add a person with roles in force from now on."""
    user = User(
        username=username,
        organisation=organisation,
        first_name=first_name,
        last_name=last_name,
        position=position,
        language=language,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=str(role), starts=at)
        record(by=by, at=at, action="users.role_granted", subject=username, role=str(role))
    return user


@transaction.atomic
def withdraw_role(*, by: str, at: datetime, user: User, role: Role) -> None:
    """End a role at a moment; what was done under it before stays done."""
    user.grants.filter(role=str(role), ends=None).update(ends=at)
    record(by=by, at=at, action="users.role_withdrawn", subject=user.username, role=str(role))


def open_session(*, username: str, password: str, at: datetime) -> str:
    """Give an access token for a name and a password. Raises RightError (`session.refused`)."""
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        note_refused(username=username, at=at)
        raise RightError("session.refused")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        AccessToken.objects.create(
            digest=hashlib.sha256(token.encode()).hexdigest(),
            user=user,
            created=at,
            expires=at + TOKEN_LIFE,
        )
        note_opened(by=user, at=at)
    return token


@transaction.atomic
def note_opened(*, by: User, at: datetime) -> None:
    """Record that somebody signed in, by token or in a browser."""
    record(by=by.username, at=at, action="users.session_opened", subject=by.username)


@transaction.atomic
def note_closed(*, by: User, at: datetime) -> None:
    """Record that somebody signed out."""
    record(by=by.username, at=at, action="users.session_closed", subject=by.username)


@transaction.atomic
def note_refused(*, username: str, at: datetime) -> None:
    """Record that somebody was not let in, under the name that was typed."""
    subject = username.replace("\0", "")[:150]
    record(by="", at=at, action="users.session_refused", subject=subject)


@transaction.atomic
def close_session(*, token: str, by: User, at: datetime) -> None:
    """Revoke an access token."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    AccessToken.objects.filter(digest=digest, user=by).update(revoked=at)
    note_closed(by=by, at=at)
