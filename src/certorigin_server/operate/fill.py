"""Filling a new system: tables, bodies, people, keys, the first trust list."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command

from certorigin_server.operate.folder import make_key
from certorigin_server.operate.trust_list import (
    OFFICER_RIGHTS,
    draft_first_list,
    write_first_list,
)
from certorigin_server.seal.ceremony import begin_first
from certorigin_server.seal.keyring import Keyring
from certorigin_server.users.queries import authorities, get_organisation
from certorigin_server.users.services import add_organisation, add_user

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin.seal.trust.entries import Roots
    from certorigin_server.operate.profile import Person, Profile

OPERATOR = "operator"


def fill_system(
    profile: Profile, *, max_head_age: int, at: datetime, roots: Roots | None = None
) -> dict[str, str]:
    """Fill the system of the current folder; return the password of each person.

    With `roots`, whose keys lie with their holders, the first trust list is a draft for them to
    sign; else its root keys were made here, and it is in force.

    The passwords are also kept in `accounts.txt`, readable by the system's Unix user alone, until
    the operator has handed them out and deletes the file.
    """
    call_command("migrate", verbosity=0, interactive=False)
    for entry in profile.organisations:
        _add_organisation(entry, at)
    passwords = {person.username: _add_person(person, profile, at) for person in profile.people}
    _make_keys(profile)
    system, keyring = settings.SYSTEM, Keyring(settings.SYSTEM.keys_folder)
    if roots is None:
        write_first_list(system, keyring=keyring, max_head_age=max_head_age, at=at)
    else:
        draft = draft_first_list(
            system, keyring=keyring, roots=roots, max_head_age=max_head_age, at=at
        )
        begin_first(system, draft)
    _keep_accounts(passwords)
    return passwords


def _add_organisation(entry: Mapping[str, str], at: datetime) -> None:
    facts: dict[str, object] = {"state": settings.SYSTEM.state, **entry}
    if "parent" in entry:
        facts["parent"] = get_organisation(entry["parent"])
    add_organisation(by=OPERATOR, at=at, **facts)


def _add_person(person: Person, profile: Profile, at: datetime) -> str:
    password = secrets.token_urlsafe(12)
    add_user(
        by=OPERATOR,
        at=at,
        username=person.username,
        password=password,
        roles=person.roles,
        organisation=get_organisation(person.organisation),
        first_name=person.first_name,
        last_name=person.last_name,
        position=person.position,
        language=profile.languages[0],
    )
    return password


def _make_keys(profile: Profile) -> None:
    for body in authorities():
        make_key(settings.SYSTEM.folder, f"seal-{body.slug}")
    for person in profile.people:
        if OFFICER_RIGHTS.keys() & set(person.roles):
            make_key(settings.SYSTEM.folder, f"officer-{person.username}")


def _keep_accounts(passwords: Mapping[str, str]) -> None:
    lines = [f"{username} {password}" for username, password in passwords.items()]
    path = settings.SYSTEM.folder / "accounts.txt"
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")
