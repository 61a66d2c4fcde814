"""`certorigin serve --test-profile`: starts the profile, and refuses beside a national system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from certorigin.errors import ConflictError, UnknownError

CONTEXTS = "CERTORIGIN_TEST_CONTEXTS"
# Each of them says that a national system is near.
PRODUCTION = ("CERTORIGIN_DIR", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
FOLDER_MARKS = ("system.toml", "keys", "trust")


@dataclass(frozen=True)
class Profile:
    """Where the profile listens, and what it reads."""

    host: str
    port: int
    contexts: Path | None = None
    tls: tuple[Path, Path] | None = None


def refuse_beside_production(environment: Mapping[str, str], folder: Path) -> None:
    """Raise ConflictError when a setting or the working folder is that of a national system."""
    for name in PRODUCTION:
        if environment.get(name):
            raise ConflictError("foreign.beside_production", value=name)
    if all((folder / name).exists() for name in FOLDER_MARKS):
        raise ConflictError("foreign.beside_production", value=str(folder))


def command(profile: Profile) -> list[str]:
    """Return the command of the server process: one worker, one thread, nothing stored."""
    tls = []
    if profile.tls:
        certificate, key = profile.tls
        tls = [f"--ssl-certificate={certificate}", f"--ssl-keyfile={key}"]
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface=wsgi",
        f"--host={profile.host}",
        f"--port={profile.port}",
        "--workers=1",
        "--blocking-threads=1",
        "--no-ws",
        "--log-level=warning",
        *tls,
        "certorigin_server.conformance.wsgi:application",
    ]


def run(profile: Profile) -> NoReturn:
    """Become the server process of the profile, until it is stopped.

    Raises ConflictError beside a national system, UnknownError for a file that is not there.
    """
    refuse_beside_production(os.environ, Path.cwd())
    for path in (profile.contexts, *(profile.tls or ())):
        if path is not None and not path.exists():
            raise UnknownError("foreign.file_missing", value=str(path))
    environment = dict(os.environ)
    if profile.contexts:
        environment[CONTEXTS] = str(profile.contexts.resolve())
    words = command(profile)
    os.execve(words[0], words, environment)  # noqa: S606 - our own command, no shell
