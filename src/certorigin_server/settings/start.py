"""What the settings name and the machine must have before anything starts."""

from __future__ import annotations

import errno
import os
import socket
import stat
from importlib import import_module
from typing import TYPE_CHECKING

import dj_database_url

from certorigin.errors import MalformedError
from certorigin.mirror.http import tls_context
from certorigin.vocabulary.finding import Finding
from certorigin_server.settings.reading import read_system
from certorigin_server.settings.table import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from certorigin_server.settings.system import SystemSettings

_ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
_PATIENCE = 10


def read_ready_system(folder: Path, environment: Mapping[str, str]) -> SystemSettings:
    """Read the settings, and look at what they name. Raises FaultsError with every fault."""
    system = read_system(folder)
    require([*_of_folder(system), *_of_files(system), *_of_database(environment)])
    return system


def require_free_port(system: SystemSettings) -> None:
    """Refuse an address that another process answers at. Raises FaultsError.

    That is how a system that was started twice is seen before it does anything.
    """
    family = socket.AF_INET6 if ":" in system.host else socket.AF_INET
    address = f"{system.host}:{system.port}"
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((system.host, system.port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            code = "settings.port_taken" if taken else "settings.host_not_here"
            require([_finding(code, place="web.port", value=address)])


def require_database(environment: Mapping[str, str]) -> None:
    """Refuse a database that is no address, or does not answer. Raises FaultsError.

    Asked before a system is made: what was begun without one would lie there as half a system.
    """
    require([*_of_database(environment)])
    address = environment.get("DATABASE_URL", "")
    found = dj_database_url.parse(address) if address else {"ENGINE": ""}
    if found["ENGINE"] != _ENGINES[0]:
        return  # an embedded one is a file of the folder
    facts = {
        "dbname": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
        "connect_timeout": _PATIENCE,
    }
    psycopg = import_module("psycopg")  # who has SQLite does not wait for it
    try:
        psycopg.connect(**{**_said(facts), **found.get("OPTIONS", {})}).close()
    except psycopg.OperationalError as error:
        reason = str(error).partition("\n")[0]
        require([_finding("settings.database_silent", place="DATABASE_URL", value=reason)])


def _said(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value}


def _of_folder(system: SystemSettings) -> Iterator[Finding]:
    if not os.access(system.folder, os.R_OK | os.W_OK | os.X_OK):
        value = system.folder.name
        yield _finding("settings.folder_unwritable", place="folder", value=value)
    if not (system.keys_folder / "session-secret").is_file():
        yield _finding("settings.file_missing", place="keys", value="keys/session-secret")


def _of_files(system: SystemSettings) -> Iterator[Finding]:
    """The files with secrets; a device's PIN is asked for when the first key is needed."""
    directory = system.sign_in.directory
    secrets = {
        "mail.password_file": system.mail.password_file,
        "sign_in.directory.secret_file": directory.secret_file if directory else "",
    }
    for at, corridor in enumerate(system.corridors, 1):
        secrets[f"corridor[{at}].key"] = corridor.tls.key
        files = corridor.tls.below(system.folder)
        try:
            _ = tls_context(**files) if files else None
        except MalformedError as error:
            place = error.facts["place"].replace("corridor", f"corridor[{at}]")
            yield _finding(error.code, place=place)
    for place, name in secrets.items():
        if name:
            yield from _of_secret(system.folder / name, place, name)


def _of_secret(path: Path, place: str, name: str) -> Iterator[Finding]:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except OSError:
        yield _finding("settings.file_missing", place=place, value=name)
        return
    if mode & stat.S_IRWXO:
        yield _finding("settings.file_open", place=place, value=name)


def _of_database(environment: Mapping[str, str]) -> Iterator[Finding]:
    """The address of the database; it holds a password, so it is not shown."""
    address = environment.get("DATABASE_URL", "")
    try:
        engine = dj_database_url.parse(address)["ENGINE"] if address else _ENGINES[0]
    except ValueError:  # an unknown scheme, a port that is none
        engine = ""
    if engine not in _ENGINES:
        yield _finding("settings.no_database", place="DATABASE_URL")


def _finding(code: str, *, place: str, value: str = "") -> Finding:
    return Finding(code, place=place, facts={"place": place, "value": value})
