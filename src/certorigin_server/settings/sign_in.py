"""How people sign in: the table `[sign_in]` of `system.toml` (docs/operate/sign-in.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
_LOOPBACK = ("127.0.0.1", "localhost")
# A directory's word makes nobody an administrator: rights over rights need four eyes (R14).
_NEVER_BY_DIRECTORY = "administrator"
# The names of users.rights.Role: a misspelt role would demand nothing, of nobody.
ROLES = frozenset(
    {"exporter", "assessing_officer", "certifying_officer", "customs_officer", "auditor"}
    | {_NEVER_BY_DIRECTORY}
)


@dataclass(frozen=True)
class DirectorySettings:
    """The institution's OpenID Connect provider, and what its word is worth here."""

    name: str
    issuer: str
    client: str
    secret_file: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    makes_accounts: bool = False
    organisation: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    is_second_factor: bool = False
    keeps_passwords: bool = True


@dataclass(frozen=True)
class SignInSettings:
    """Who needs a second factor, how long a session lasts, and when one has to confirm anew.

    `fresh`, `idle` and `longest` are minutes; nought of `fresh` asks nobody to confirm.
    """

    second_factor: tuple[str, ...] = ()
    verified_passkey: tuple[str, ...] = ()
    fresh: int = 0
    idle: int = 120
    longest: int = 720
    address: str = ""
    directory: DirectorySettings | None = None


def read_sign_in(table: object) -> SignInSettings:
    """Read the table `[sign_in]`. Raises MalformedError (`settings.missing`) naming the setting."""
    data = _dict(table, "sign_in")
    limits = {name: _minutes(data, name) for name in ("fresh", "idle", "longest") if name in data}
    if any(limits.get(name) == 0 for name in ("idle", "longest")):
        raise MalformedError("settings.missing", place="sign_in.idle")
    address = _text(data, "address", "")
    if address and not _ORIGIN.fullmatch(address):
        raise MalformedError("settings.missing", place="sign_in.address")
    return SignInSettings(
        second_factor=_roles(data, "second_factor"),
        verified_passkey=_roles(data, "verified_passkey"),
        address=address,
        directory=_directory(data["directory"]) if "directory" in data else None,
        **limits,
    )


def _directory(table: object) -> DirectorySettings:
    data = _dict(table, "sign_in.directory")
    roles = {str(group): str(role) for group, role in _dict(data.get("roles", {}), "roles").items()}
    if not ROLES - {_NEVER_BY_DIRECTORY} >= set(roles.values()):
        raise MalformedError("settings.missing", place="sign_in.directory.roles")
    issuer = _text(data, "issuer")
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise MalformedError("settings.missing", place="sign_in.directory.issuer")
    return DirectorySettings(
        name=_text(data, "name"),
        issuer=issuer,
        client=_text(data, "client"),
        secret_file=_text(data, "secret_file", ""),
        scopes=_texts(data, "scopes") or DirectorySettings.scopes,
        username_claim=_text(data, "username_claim", DirectorySettings.username_claim),
        groups_claim=_text(data, "groups_claim", DirectorySettings.groups_claim),
        makes_accounts=_flag(data, "makes_accounts", default=False),
        organisation=_text(data, "organisation", ""),
        roles=roles,
        is_second_factor=_flag(data, "is_second_factor", default=False),
        keeps_passwords=_flag(data, "keeps_passwords", default=True),
    )


def _dict(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError("settings.missing", place=place)
    return value


def _text(data: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise MalformedError("settings.missing", place=f"sign_in.{name}")
    return value


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = data.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise MalformedError("settings.missing", place=f"sign_in.{name}")
    return tuple(values)


def _roles(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    roles = _texts(data, name)
    if not ROLES.issuperset(roles):
        raise MalformedError("settings.missing", place=f"sign_in.{name}")
    return roles


def _flag(data: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise MalformedError("settings.missing", place=f"sign_in.{name}")
    return value


def _minutes(data: Mapping[str, Any], name: str) -> int:
    value = data[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 60 * 24 * 30:
        raise MalformedError("settings.missing", place=f"sign_in.{name}")
    return value
