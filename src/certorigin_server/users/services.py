"""Organisations, people, roles and tokens come into being here, change, and end.

people and bodies  add_organisation · change_organisation · add_user · change_user · set_active
roles              grant_role · withdraw_role
signing in         open_session · close_session · set_password
keys of programs   make_token · end_token · end_tokens · note_used
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from certorigin.errors import FindingsError, RightError, UnknownError
from certorigin.vocabulary.finding import Finding
from certorigin_server.trail.services import count_try, name_typed, note_success, record
from certorigin_server.users.models import AccessToken, Organisation, RoleGrant, User
from certorigin_server.users.queries import rights_of
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

TOKEN_LIFE = timedelta(hours=12)
LONGEST_TOKEN_LIFE = timedelta(days=365)
LONGEST_TOKEN_NAME = 80
# A key that is used all day writes its last use this often.
USE_NOTED_EVERY = timedelta(minutes=5)


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
    password: str | None,
    roles: Iterable[Role],
    organisation: Organisation,
    first_name: str = "",
    last_name: str = "",
    position: str = "",
    language: str = "en",
) -> User:
    """Add a person with roles in force from now on; without a password nobody signs in."""
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
def change_organisation(
    *, by: str, at: datetime, organisation: Organisation, **facts: object
) -> None:
    """Change columns of an organisation. Raises ValidationError."""
    for name, value in facts.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save(update_fields=[*facts])
    record(by=by, at=at, action="users.organisation_changed", subject=organisation.urn)


@transaction.atomic
def change_user(*, by: str, at: datetime, user: User, **facts: object) -> None:
    """Change columns of a person. Raises ValidationError."""
    for name, value in facts.items():
        setattr(user, name, value)
    user.full_clean()
    user.save(update_fields=[*facts])
    record(by=by, at=at, action="users.person_changed", subject=user.username)


@transaction.atomic
def set_active(*, by: str, at: datetime, user: User, is_active: bool) -> None:
    """Let a person in again, or let them in no more; open sessions see it at their next request."""
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    action = "users.person_restored" if is_active else "users.person_suspended"
    record(by=by, at=at, action=action, subject=user.username)


@transaction.atomic
def grant_role(
    *, by: str, at: datetime, user: User, role: Role, starts: datetime, ends: datetime | None
) -> None:
    """Give a role from a moment until a moment, or without end."""
    RoleGrant.objects.create(user=user, role=str(role), starts=starts, ends=ends)
    record(by=by, at=at, action="users.role_granted", subject=user.username, role=str(role))


@transaction.atomic
def withdraw_role(*, by: str, at: datetime, user: User, role: Role) -> None:
    """End a role at a moment; what was done under it before stays done.

    A grant that has not begun yet ends as it begins: it never gives anything.
    """
    grants = user.grants.filter(role=str(role))
    grants.filter(starts__gt=at).delete()
    grants.filter(Q(ends=None) | Q(ends__gt=at)).update(ends=at)
    record(by=by, at=at, action="users.role_withdrawn", subject=user.username, role=str(role))


def lock_administrators() -> None:
    """Let one change of rights after the other come: none counts administrators that just go."""
    grants = RoleGrant.objects.select_for_update().filter(role=str(Role.ADMINISTRATOR))
    list(grants.order_by("pk"))


def lock_person(user: User) -> User:
    """Return a person as they stand now; what belongs to them changes one act after the other.

    Every act on a person locks them before it writes the trail, so that none waits for another in
    a circle. Rows that only name the person are written meanwhile.
    """
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def lock_organisation(organisation: Organisation) -> None:
    """Let one act come after the other where an organisation has something but once."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def open_session(
    *,
    username: str,
    password: str,
    at: datetime,
    address: str = "",
    prove: Callable[[User], bool] = lambda _: True,
) -> str:
    """Give an access token for a name and a password; `prove` asks for what else is needed.

    Raises RightError: `session.wait` after too many tries, `session.refused`.
    """
    count_try(account=username, address=address, at=at)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User) or not prove(user):
        note_refused(username=username, at=at)
        raise RightError("session.refused")
    with transaction.atomic():
        note_success(account=username, address=address, at=at)
        token = _new_token(user, at=at, expires=at + TOKEN_LIFE)
        note_opened(by=user, at=at)
    return token


@transaction.atomic
def make_token(
    *,
    by: User,
    at: datetime,
    expires: datetime,
    name: str = "",
    scopes: Collection[str] = (),
) -> str:
    """Give a person an access token of their own for a program, shown this once.

    With `scopes` it lets through these rights and no others, and of them what the person holds on
    the day of use. Raises FindingsError (`token.expiry_out_of_range` for one that ends too late, or
    has ended, `token.name_too_long`, `token.scope_unknown` for what the person may not do).
    """
    findings = []
    if not at < expires <= at + LONGEST_TOKEN_LIFE:
        days = str(LONGEST_TOKEN_LIFE.days)
        findings.append(Finding("token.expiry_out_of_range", "expires", facts={"days": days}))
    if len(name.strip()) > LONGEST_TOKEN_NAME:
        limit = str(LONGEST_TOKEN_NAME)
        findings.append(Finding("token.name_too_long", "name", facts={"limit": limit}))
    beyond = sorted(set(scopes) - rights_of(by, at=at))
    findings += [
        Finding("token.scope_unknown", "scopes", facts={"scope": one[:80]}) for one in beyond[:10]
    ]
    if findings:
        raise FindingsError("token.refused", findings)
    token = _new_token(by, at=at, expires=expires, name=name.strip(), scopes=scopes)
    facts = {"scopes": " ".join(sorted(scopes))} if scopes else {}
    record(by=by.username, at=at, action="users.token_made", subject=by.username, **facts)
    return token


def note_used(*, token: AccessToken, at: datetime) -> None:
    """Remember that a key was used, every few minutes at most."""
    if token.last_used is None or at - token.last_used >= USE_NOTED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used=at)


@transaction.atomic
def end_token(*, token_id: int, by: User, at: datetime) -> None:
    """Revoke one's own access token. Raises UnknownError (`token.unknown`)."""
    lock_person(by)
    changed = AccessToken.objects.filter(pk=token_id, user=by, revoked=None).update(revoked=at)
    if not changed:
        raise UnknownError("token.unknown")
    record(by=by.username, at=at, action="users.token_ended", subject=by.username)


def end_tokens(*, user: User, at: datetime) -> int:
    """Revoke every access token of a person. Runs in the transaction of the act behind it."""
    return AccessToken.objects.filter(user=user, revoked=None).update(revoked=at)


def require_same(password: str, again: str) -> None:
    """Let nobody set a password that was mistyped. Raises FindingsError (`password.differs`)."""
    if password != again:
        raise FindingsError("password.refused", [Finding("password.differs", "again")])


@transaction.atomic
def set_password(*, user: User, password: str, by: str, at: datetime) -> None:
    """Give a person a new password. Raises FindingsError (`password.refused`) for a poor one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        codes = [_POOR.get(str(one.code), "password.poor") for one in error.error_list]
        findings = [Finding(code, "new") for code in codes]
        raise FindingsError("password.refused", findings) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    record(by=by, at=at, action="users.password_changed", subject=user.username)


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
    """Record that somebody was not let in, under the name of a person whom there is.

    What else was typed for a name may be a password, and the trail is never erased.
    """
    name = name_typed(username)
    subject = name if User.objects.filter(username=name).exists() else ""
    record(by="", at=at, action="users.session_refused", subject=subject)


# What Django's validators find, in our words.
_POOR = {
    "password_too_short": "password.too_short",
    "password_too_common": "password.too_common",
}


@transaction.atomic
def close_session(*, token: str, by: User, at: datetime) -> None:
    """Revoke an access token."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    lock_person(by)
    AccessToken.objects.filter(digest=digest, user=by).update(revoked=at)
    note_closed(by=by, at=at)


def _new_token(
    user: User, *, at: datetime, expires: datetime, name: str = "", scopes: Collection[str] = ()
) -> str:
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        digest=hashlib.sha256(token.encode()).hexdigest(),
        user=user,
        name=name,
        scopes=" ".join(sorted(scopes)),
        created=at,
        expires=expires,
    )
    return token
