"""The folder of a national system: made once, readable by its Unix user alone."""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin import durable
from certorigin.errors import ConflictError
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.entries import INSTALLATION_ROLES
from certorigin_server.settings.reading import read_settings

if TYPE_CHECKING:
    from pathlib import Path

ROOT_KEYS = ("root-1", "root-2", "root-3")
INSTALLATION_KEYS = ("gateway", "log", "heartbeat", "witness", "exchange")


@dataclass(frozen=True)
class Plan:
    """What `system.toml` will say."""

    installation: str
    state: str
    name: str
    languages: tuple[str, ...]
    host: str
    port: int
    partner: str
    partner_url: str
    agreement: str
    term: str
    interval: float
    heartbeat: float
    roles: tuple[str, ...] = INSTALLATION_ROLES


def make_folder(folder: Path, plan: Plan, *, with_roots: bool = True) -> None:
    """Make the folder, its secrets and its settings; root keys too, unless they lie elsewhere.

    Raises ConflictError when one is there, MalformedError for a plan that no log could be named by;
    then nothing was written.
    """
    if (folder / "system.toml").exists():
        raise ConflictError("init.folder_taken", folder=folder.name)
    text = settings_text(plan)
    read_settings(tomllib.loads(text), folder)
    os.umask(0o077)
    for name in ("keys", "trust", "log", "mirror", "diagnostics"):
        durable.make_folder(folder / name)
    folder.chmod(0o700)
    keys = folder / "keys"
    durable.replace_file(keys / "passphrase", secrets.token_urlsafe(32).encode())
    durable.replace_file(keys / "session-secret", secrets.token_urlsafe(50).encode())
    for name in (*(ROOT_KEYS if with_roots else ()), *INSTALLATION_KEYS):
        make_key(folder, name)
    durable.replace_file(folder / "system.toml", text.encode())


def make_key(folder: Path, name: str) -> FileSealer:
    """Make an encrypted Ed25519 key named `<name>.pem`."""
    passphrase = (folder / "keys" / "passphrase").read_bytes().strip()
    return FileSealer.create(folder / "keys" / f"{name}.pem", passphrase, secrets.token_bytes)


def settings_text(plan: Plan) -> str:
    """Return the text of `system.toml`."""
    first, second = sorted((plan.state, plan.partner.split("-")[0]))
    languages = ", ".join(map(_quoted, plan.languages))
    return f"""\
# One national system. Every setting is explained in docs/operate/settings.md.
[installation]
id = {_quoted(plan.installation)}
state = {_quoted(plan.state)}
name = {_quoted(plan.name)}
roles = [{", ".join(map(_quoted, plan.roles))}]
languages = [{languages}]
four_eyes = true
correct_parties = false

[web]
host = {_quoted(plan.host)}
port = {plan.port}

[loops]
interval = {plan.interval}
heartbeat = {plan.heartbeat}
lease = 10.0
hint = 2.0

""" + corridor_text(
        name=f"{first}-{second}/{plan.agreement}",
        partner=plan.partner,
        partner_url=plan.partner_url,
        term=plan.term,
        medium="electronic-only",
    )


def corridor_text(*, name: str, partner: str, partner_url: str, term: str, medium: str) -> str:
    """Return the text of one corridor in `system.toml`."""
    return f"""\
[[corridor]]
id = {_quoted(name)}
partner = {_quoted(partner)}
partner_url = {_quoted(partner_url)}
term = {_quoted(term)}
medium = {_quoted(medium)}
"""


def _quoted(text: str) -> str:
    """Quote a text: JSON's are TOML's too."""
    return json.dumps(text, ensure_ascii=False)
