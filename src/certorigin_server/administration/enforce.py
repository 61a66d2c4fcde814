"""Putting a confirmed change in force: one function for each kind, inside the act's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.administration.changes import ORGANISATION, moment_of
from certorigin_server.signin.services import reset_factors
from certorigin_server.users import services
from certorigin_server.users.queries import get_organisation, get_user
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from certorigin_server.users.queries import Organisation

    Document = Mapping[str, str]

_CHANGED = ("first_name", "last_name", "position", "language")
_OF_A_BODY = (
    "name",
    "address",
    "number_grammar",
    "number_code",
    "identifier_scheme",
    "identifier",
)


def _add_organisation(data: Document, *, by: str, at: datetime) -> None:
    facts: dict[str, object] = {"state": settings.SYSTEM.state}
    facts |= {name: value for name, value in data.items() if name in ORGANISATION}
    if "parent" in data:
        facts["parent"] = get_organisation(data["parent"])
    added = services.add_organisation(by=by, at=at, **facts)
    if data.get("username"):  # a trader comes with its first user, who asks for it
        _add_user(data, organisation=added, roles=(Role.EXPORTER,), by=by, at=at)


def _change_organisation(data: Document, *, by: str, at: datetime) -> None:
    organisation = get_organisation(data["slug"])
    facts = {name: data.get(name, "") for name in _OF_A_BODY}
    services.change_organisation(by=by, at=at, organisation=organisation, **facts)


def _add_person(data: Document, *, by: str, at: datetime) -> None:
    place = get_organisation(data["organisation"])
    _add_user(data, organisation=place, roles=(), by=by, at=at)


def _add_user(
    data: Document,
    *,
    organisation: Organisation,
    roles: tuple[Role, ...],
    by: str,
    at: datetime,
) -> None:
    services.add_user(
        by=by,
        at=at,
        username=data["username"],
        password=None,
        roles=roles,
        organisation=organisation,
        first_name=data["first_name"],
        last_name=data["last_name"],
        position=data.get("position", ""),
        language=data.get("language", "en"),
    )


def _change_person(data: Document, *, by: str, at: datetime) -> None:
    facts: dict[str, object] = {name: data.get(name, "") for name in _CHANGED}
    facts["language"] = data.get("language", "en")
    facts["organisation"] = get_organisation(data["organisation"])
    services.change_user(by=by, at=at, user=get_user(data["username"]), **facts)


def _invite_person(data: Document, *, by: str, at: datetime) -> None:
    """The invitation itself is made by the act; what was known as a password ends with it."""


def _reset_factors(data: Document, *, by: str, at: datetime) -> None:
    reset_factors(user=get_user(data["username"]), by=by, at=at)


def _restore_person(data: Document, *, by: str, at: datetime) -> None:
    services.set_active(user=get_user(data["username"]), is_active=True, by=by, at=at)


def _grant_role(data: Document, *, by: str, at: datetime) -> None:
    """Nothing is granted for the past: the role holds from now on, or from its later day."""
    starts, ends = moment_of(data["starts"]) or at, moment_of(data.get("ends", ""))
    user, role = get_user(data["username"]), Role(data["role"])
    services.grant_role(by=by, at=at, user=user, role=role, starts=max(starts, at), ends=ends)


def _withdraw_role(data: Document, *, by: str, at: datetime) -> None:
    user = get_user(data["username"])
    services.withdraw_role(by=by, at=at, user=user, role=Role(data["role"]))


ENFORCE: dict[str, Callable[..., None]] = {
    "organisation_added": _add_organisation,
    "organisation_changed": _change_organisation,
    "person_added": _add_person,
    "person_changed": _change_person,
    "person_invited": _invite_person,
    "person_restored": _restore_person,
    "factors_reset": _reset_factors,
    "role_granted": _grant_role,
    "role_withdrawn": _withdraw_role,
}
