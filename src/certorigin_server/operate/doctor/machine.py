"""Folder, disk, keys and database of an installation."""

from __future__ import annotations

import os
import shutil
import stat
import time
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from certorigin import durable
from certorigin.errors import CertoriginError
from certorigin_server.operate.doctor.note import bad, doubtful, good
from certorigin_server.operate.folder import INSTALLATION_KEYS, ROOT_KEYS
from certorigin_server.seal.choice import installation_urn
from certorigin_server.seal.keyring import Keyring
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from django.db.migrations import Migration

    from certorigin_server.operate.doctor.note import Note
    from certorigin_server.settings.system import SystemSettings

LEAST_FREE = 1 << 30
SLOW_SYNC = 0.1
SYNCS = 5


def look_at_folder(folder: Path) -> Iterator[Note]:
    """Whether others can read the folder, and whether secrets lie about in it."""
    status = folder.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        mode = f"{stat.S_IMODE(status.st_mode):04o}"
        yield bad("doctor.folder_open", folder=folder.name, mode=mode)
    elif status.st_uid != os.geteuid():
        yield doubtful("doctor.another_user", folder=folder.name)
    else:
        yield good("doctor.folder_private", folder=folder.name)
    if (folder / "accounts.txt").exists():
        yield doubtful("doctor.accounts_there")
    roots = [name for name in ROOT_KEYS if (folder / "keys" / f"{name}.pem").exists()]
    if roots:
        yield doubtful("doctor.roots_there", count=str(len(roots)))


def look_at_disk(folder: Path) -> Iterator[Note]:
    """Whether there is room, and how long a write takes to be durable."""
    free = shutil.disk_usage(folder).free
    room = {"free": f"{free / (1 << 30):.1f}"}
    low = free < LEAST_FREE
    yield bad("doctor.disk_low", **room) if low else good("doctor.disk_free", **room)
    probe = folder / "diagnostics" / "doctor.probe"
    try:
        durable.make_folder(probe.parent)
        times = sorted(_written(probe) for _ in range(SYNCS))
        probe.unlink()
    except OSError as error:
        yield bad("doctor.disk_refuses", reason=error.strerror or str(error))
        return
    middle = times[SYNCS // 2]
    took = {"milliseconds": f"{middle * 1000:.1f}"}
    slow = middle > SLOW_SYNC
    yield doubtful("doctor.sync_slow", **took) if slow else good("doctor.sync", **took)


def look_at_keys(system: SystemSettings, at: datetime) -> Iterator[Note]:
    """Whether every key of the installation that the trust list believes is here and opens."""
    try:
        keyring = Keyring.of(system)
        lacking = [name for name in INSTALLATION_KEYS if not keyring.has(name)]
        keys = {keyring.named(name).key for name in keyring.names()}
    except (CertoriginError, OSError) as error:
        yield bad("doctor.keys_unreadable", reason=getattr(error, "code", type(error).__name__))
        return
    if lacking:
        yield bad("doctor.keys_missing", names=", ".join(lacking))
    trust = get_trust()
    if system.state not in trust.states:
        return  # which list is missing is told where lists are looked at
    named = [
        key
        for key in trust.newest(system.state).contents.keys
        if key.controller == installation_urn()
        and key.withdrawn is None
        and key.period.start <= at
        and (key.period.end is None or at < key.period.end)
    ]
    strange = [key for key in named if key.key not in keys]
    if strange:
        yield bad("doctor.keys_elsewhere", count=str(len(strange)))
    elif not lacking:
        yield good("doctor.keys", count=str(len(keys)))


def look_at_database() -> Iterator[Note]:
    """Whether the database answers, and has the tables of this version."""
    kind = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, "?")
    try:
        missing = missing_steps()
    except DatabaseError as error:
        yield bad("doctor.database_silent", kind=kind, reason=type(error).__name__)
        return
    if missing:
        yield bad("doctor.migrations", count=str(len(missing)))
    else:
        yield good("doctor.database", kind=kind)


def missing_migrations() -> list[Migration]:
    """Return the steps of the database that this version has and the database lacks, in order."""
    executor = MigrationExecutor(connection)
    return [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def missing_steps() -> list[str]:
    """Return the names of these steps."""
    return [f"{step.app_label}.{step.name}" for step in missing_migrations()]


def _written(probe: Path) -> float:
    began = time.monotonic()
    durable.replace_file(probe, b"probe")
    return time.monotonic() - began
