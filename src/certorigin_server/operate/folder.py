"""The folder of a national system: made once, readable by its Unix user alone."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.errors import ConflictError
from certorigin.seal.sealer import FileSealer

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


def make_folder(folder: Path, plan: Plan) -> None:
    """Make the folder, its secrets and its settings. Raises ConflictError when one is there."""
    if (folder / "system.toml").exists():
        raise ConflictError("init.folder_taken", folder=folder.name)
    os.umask(0o077)
    for name in ("keys", "trust", "log", "mirror", "diagnostics"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = folder / "keys"
    (keys / "passphrase").write_text(secrets.token_urlsafe(32), "ascii")
    (keys / "session-secret").write_text(secrets.token_urlsafe(50), "ascii")
    for name in (*ROOT_KEYS, *INSTALLATION_KEYS):
        make_key(folder, name)
    (folder / "system.toml").write_text(settings_text(plan), "utf-8")


def make_key(folder: Path, name: str) -> FileSealer:
    """Make an encrypted Ed25519 key named `<name>.pem`."""
    passphrase = (folder / "keys" / "passphrase").read_bytes().strip()
    return FileSealer.create(folder / "keys" / f"{name}.pem", passphrase, secrets.token_bytes)


def settings_text(plan: Plan) -> str:
    """Return the text of `system.toml`."""
    first, second = sorted((plan.state, plan.partner.split("-")[0]))
    languages = ", ".join(f'"{language}"' for language in plan.languages)
    return f"""\
# One national system. Every setting is explained in docs/operate/settings.md.
[installation]
id = "{plan.installation}"
state = "{plan.state}"
name = "{plan.name}"
roles = ["issuing", "customs"]
languages = [{languages}]
four_eyes = true

[web]
host = "{plan.host}"
port = {plan.port}

[loops]
interval = {plan.interval}
heartbeat = {plan.heartbeat}
lease = 30.0

[[corridor]]
id = "{first}-{second}/{plan.agreement}"
partner = "{plan.partner}"
partner_url = "{plan.partner_url}"
term = "{plan.term}"
medium = "electronic-only"
"""
