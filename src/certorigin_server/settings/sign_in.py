"""How people sign in: the table `[sign_in]` of `system.toml` (docs/operate/sign-in.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin_server.settings.table import Table

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)
_LONGEST = 60 * 24 * 30
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


def read_sign_in(table: Table) -> SignInSettings:
    """Read the table `[sign_in]`; its faults are noted in it."""
    address = table.text("address", "")
    if address and not _ORIGIN.fullmatch(address):
        table.finding("settings.not_address", "address", value=address[:60])
    found = SignInSettings(
        second_factor=table.texts("second_factor", allowed=ROLES),
        verified_passkey=table.texts("verified_passkey", allowed=ROLES),
        fresh=table.whole("fresh", SignInSettings.fresh, least=0, most=_LONGEST),
        idle=table.whole("idle", SignInSettings.idle, least=1, most=_LONGEST),
        longest=table.whole("longest", SignInSettings.longest, least=1, most=_LONGEST),
        address=address,
        directory=_directory(table.table("directory")) if table.has("directory") else None,
    )
    table.end()
    return found


def _directory(table: Table) -> DirectorySettings:
    issuer = table.text("issuer")
    parts = urlsplit(issuer)
    if issuer and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        table.finding("settings.not_https", "issuer", value=issuer[:60])
    found = DirectorySettings(
        name=table.text("name"),
        issuer=issuer,
        client=table.text("client"),
        secret_file=table.text("secret_file", ""),
        scopes=table.texts("scopes") or DirectorySettings.scopes,
        username_claim=table.text("username_claim", DirectorySettings.username_claim),
        groups_claim=table.text("groups_claim", DirectorySettings.groups_claim),
        makes_accounts=table.flag("makes_accounts", default=False),
        organisation=table.text("organisation", ""),
        roles=table.mapping("roles", allowed=ROLES - {_NEVER_BY_DIRECTORY}),
        is_second_factor=table.flag("is_second_factor", default=False),
        keeps_passwords=table.flag("keeps_passwords", default=True),
    )
    table.end()
    return found
