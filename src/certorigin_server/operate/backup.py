"""One national system laid aside, as of one moment, and put back from there.

The moment is that of the database. Of each log the backup holds exactly what the head in that
database covers; every tile and entry is compared with the head while it is copied, so that a
damaged log makes no backup. A system that was put back holds its corridors until it has caught up
with the partner's copy (`certorigin log catch-up`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING, Any

import orjson

from certorigin import durable
from certorigin.errors import ConflictError, MalformedError, UnknownError
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.note import MAX_NOTE, Note
from certorigin.mirror.take import Taking
from certorigin.mirror.view import find_log_folders
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from certorigin_server.settings.system import SystemSettings

FORMAT = "certorigin-backup/v1"
CARD = "backup.json"
DATABASE = "database.sqlite3"
SECRET = ("keys", "accounts.txt")
# Copied by their own functions, or of no worth elsewhere.
_OTHERWISE = ("log", "mirror", "diagnostics", *(DATABASE + end for end in ("", "-wal", "-shm")))
_KEPT_BESIDE = (layout.COSIGNED, layout.EVIDENCE, "private/halted", "private/cosigning")
PATIENCE = 10.0


def make_backup(
    system: SystemSettings, target: Path, *, with_keys: bool, at: datetime
) -> dict[str, Any]:
    """Lay a running or resting system aside in `target`; return what `backup.json` says.

    Everything is durable before the folder gets its name. Raises ConflictError
    (`backup.target_taken`), ProofError, UnknownError for a log that is not whole.
    """
    if target.exists():
        raise ConflictError("backup.target_taken", folder=target.name)
    unfinished = _begin(target)
    kind, heads = _copy_database(unfinished / DATABASE)
    for origin, head in sorted(heads.items()):
        source = system.log_folder(origin)
        _wait_for(source, _size(head))
        _copy_log(source, unfinished / source.relative_to(system.folder), head)
    for source in find_log_folders(system.folder / "mirror"):
        place = unfinished / source.relative_to(system.folder)
        if (source / layout.CHECKPOINT).exists():
            _copy_log(source, place, None)
    for entry in sorted(system.folder.iterdir()):
        if entry.name not in _OTHERWISE and (with_keys or entry.name not in SECRET):
            _copy(entry, unfinished / entry.name)
    card = {
        "at": moment_to_text(at),
        "database": kind,
        "format": FORMAT,
        "installation": system.installation,
        "keys": "yes" if with_keys else "no",
        "logs": {origin: str(_size(head)) for origin, head in heads.items()},
    }
    durable.replace_file(unfinished / CARD, orjson.dumps(card, option=orjson.OPT_SORT_KEYS))
    finish(unfinished, target)
    return card


def finish(unfinished: Path, target: Path) -> None:
    """Give a folder its name, now that all of it is there and durable."""
    unfinished.rename(target)
    durable.fsync_folder(target.parent)


def _begin(target: Path) -> Path:
    """Make the folder that will be `target`; one that broke off before never got its name."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    durable.make_folder(unfinished, 0o700)
    unfinished.chmod(0o700)
    return unfinished


def read_card(backup: Path) -> dict[str, Any]:
    """Read what a backup is. Raises MalformedError (`backup.unreadable`)."""
    try:
        card = orjson.loads((backup / CARD).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise MalformedError("backup.unreadable", place=backup.name) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise MalformedError("backup.unreadable", place=backup.name)
    return card


def put_back(backup: Path, folder: Path, *, keys: Path | None) -> tuple[Path, dict[str, Any]]:
    """Make the folder of a system from a backup; return it, and what `backup.json` says.

    It gets its name, by `finish`, once its corridors are held (`hold_all`). Raises MalformedError,
    ConflictError (`restore.folder_taken`), UnknownError (`restore.keys_missing`); then nothing was
    written.
    """
    card = read_card(backup)
    if folder.exists():
        raise ConflictError("restore.folder_taken", folder=folder.name)
    keys = keys or backup / "keys"
    if not (keys / "passphrase").is_file():
        raise UnknownError("restore.keys_missing", folder=keys.name)
    unfinished = _begin(folder)
    for entry in sorted(backup.iterdir()):
        if entry.name not in {CARD, "keys"}:
            _copy(entry, unfinished / entry.name)
    _copy(keys, unfinished / "keys")
    for name in ("log", "mirror", "trust", "diagnostics"):
        durable.make_folder(unfinished / name, 0o700)
    return unfinished, card


def hold_all(system: SystemSettings, *, by: str, at: datetime) -> None:
    """Bring the tables of a restored database up to this program, and hold every corridor."""
    import_module("django.core.management").call_command("migrate", verbosity=0)
    hold = import_module("certorigin_server.seal.services").hold_corridor
    record = import_module("certorigin_server.trail.services").record
    reason = import_module("certorigin_server.mirror.catch_up").RESTORED
    with import_module("django.db.transaction").atomic():
        record(by=by, at=at, action="system.restored", subject=system.installation)
        for corridor in system.corridors:
            hold(corridor=str(corridor.corridor), reason=reason, at=at)
    import_module("django.db").connections.close_all()


def _copy_database(place: Path) -> tuple[str, dict[str, bytes]]:
    """Copy the embedded database; return its kind, and the heads of our logs of that moment.

    While the heads are read and the copy is made nobody else writes. A PostgreSQL is dumped by its
    own tools, before this.
    """
    connection = import_module("django.db").connection
    heads_of = import_module("certorigin_server.log.queries").heads
    with import_module("django.db.transaction").atomic():
        heads = heads_of()
        if connection.vendor != "sqlite":
            return str(connection.vendor), heads
        name = str(connection.settings_dict["NAME"])
        with (
            closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(place)) as copy,
        ):
            source.backup(copy)
    _sync(place)
    return "sqlite", heads


def _wait_for(source: Path, size: int) -> None:
    """Wait until what a running system has logged is published too. Raises UnknownError."""
    until = time.monotonic() + PATIENCE
    while _published(source) < size:
        if time.monotonic() > until:
            raise UnknownError("backup.log_not_published", path=source.name)
        time.sleep(0.05)


def _published(source: Path) -> int:
    directory = Directory(source)
    if not directory.has(layout.CHECKPOINT):
        return -1
    return _size(directory.read(layout.CHECKPOINT, limit=MAX_NOTE))


def _copy_log(source: Path, place: Path, head: bytes | None) -> None:
    """Copy a log or mirror as of a head, its own newest when none is given; verified on the way."""
    durable.make_folder(place, 0o700)
    own, copy = Directory(source), Directory(place)
    # Before the head is read: none of it is then beyond the head.
    beside = {path: own.read(path) for path in own.files() if path.startswith(_KEPT_BESIDE)}
    if beside:
        copy.write_new(beside)
    head = head or own.read(layout.CHECKPOINT, limit=MAX_NOTE)
    checkpoint = Checkpoint.from_text(Note.from_bytes(head).text)
    Taking(copy, checkpoint, lambda path, limit: own.read(path, limit=limit)).run(0)
    copy.write_new({layout.IDENTITY: own.read(layout.IDENTITY)})
    copy.replace(layout.CHECKPOINT, head)
    copy.remove_folder(layout.TEMPORARY)


def _size(head: bytes) -> int:
    return Checkpoint.from_text(Note.from_bytes(head).text).size


def _copy(source: Path, place: Path) -> None:
    """Copy a file, or a folder with all that is in it, durably and for this user's eyes alone."""
    if source.is_dir():
        durable.make_folder(place, 0o700)
        for entry in sorted(source.iterdir()):
            _copy(entry, place / entry.name)
        return
    shutil.copyfile(source, place)
    place.chmod(0o600)
    _sync(place)


def _sync(place: Path) -> None:
    with place.open("rb+") as file:
        os.fsync(file.fileno())
    durable.fsync_folder(place.parent)
