"""Who comes from the institution's directory: which account is theirs, and which roles.

The directory is believed for the roles that the settings map its groups to, and for no other; the
rule of two administrators (R14) stays with us: an administrator signs in locally.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from certorigin.errors import RightError
from certorigin_server.administration.changes import may_work
from certorigin_server.administration.sessions import end_everywhere
from certorigin_server.signin.queries import has_identity, user_of_identity
from certorigin_server.signin.services import link_identity
from certorigin_server.users.queries import find_organisation, find_user, roles_of
from certorigin_server.users.rights import Role
from certorigin_server.users.services import (
    add_user,
    grant_role,
    lock_person,
    withdraw_role,
)

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.settings.sign_in import DirectorySettings
    from certorigin_server.signin.provider import Known
    from certorigin_server.users.queries import User

_BY = "directory"


@transaction.atomic
def enter_from_directory(*, known: Known, directory: DirectorySettings, at: datetime) -> User:
    """Return the account of somebody whom the directory knows, with the roles that it says.

    Raises RightError: `directory.unknown_here` where there is no account and none is made,
    `directory.administrator` for an account that signs in locally, `session.refused` for a
    suspended one.
    """
    user = user_of_identity(known.issuer, known.subject)
    if user is None:
        user = _account_of(known, directory, at)
        link_identity(user=user, issuer=known.issuer, subject=known.subject, at=at)
    if not user.is_active:
        raise RightError("session.refused")
    person = lock_person(user)
    if Role.ADMINISTRATOR in roles_of(person, at=at):
        raise RightError("directory.administrator")
    _follow_groups(person, known, directory, at)
    return person


def _account_of(known: Known, directory: DirectorySettings, at: datetime) -> User:
    """Return the account under this name, or a new one where the settings make accounts."""
    username = unicodedata.normalize("NFKC", known.username).strip()
    found = find_user(username)
    if found is not None:
        if has_identity(found):
            raise RightError("directory.unknown_here")
        if Role.ADMINISTRATOR in roles_of(found, at=at):
            raise RightError("directory.administrator")
        return found
    place = find_organisation(directory.organisation)
    if not directory.makes_accounts or place is None or not _roles_by(known, directory):
        raise RightError("directory.unknown_here")
    try:
        return add_user(
            by=_BY,
            at=at,
            username=username,
            password=None,
            roles=(),
            organisation=place,
            first_name=known.first_name,
            last_name=known.last_name,
            language=settings.SYSTEM.languages[0],
        )
    except ValidationError as error:
        raise RightError("directory.unknown_here") from error


def _follow_groups(user: User, known: Known, directory: DirectorySettings, at: datetime) -> None:
    """Give and end the mapped roles; a person who loses one has no open session from before."""
    mapped = {Role(role) for role in directory.roles.values()}
    held, told = roles_of(user, at=at), _roles_by(known, directory)
    for role in sorted(told - held):
        if user.organisation is not None and may_work(role, user.organisation):
            grant_role(user=user, role=role, starts=at, ends=None, by=_BY, at=at)
    ended = (held & mapped) - told
    for role in sorted(ended):
        withdraw_role(user=user, role=role, by=_BY, at=at)
    if ended:
        end_everywhere(user=user, by=_BY, at=at)


def _roles_by(known: Known, directory: DirectorySettings) -> set[Role]:
    return {Role(role) for group, role in directory.roles.items() if group in known.groups}
