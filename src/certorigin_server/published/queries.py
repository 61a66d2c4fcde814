"""Which files were made for posts and third parties, and when the next are due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson
from django.conf import settings

from certorigin.errors import MalformedError, UnknownError
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.standing.live import MAX_FILE, Snapshot, verify_live
from certorigin.vocabulary.moment import moment_from_text

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin_server.settings.system import SystemSettings

SNAPSHOT = re.compile(r"live-([1-9][0-9]{0,8})\.json", re.ASCII)
POST_FILE = re.compile(r"live-([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?\.json", re.ASCII)
LIST = re.compile(r"[0-9a-f]{24}", re.ASCII)
BATCH = "batch.json"


@dataclass(frozen=True)
class PostFile:
    """A snapshot, or the delta from the one of `base` to the one of `number`."""

    name: str
    number: int
    base: int | None
    size: int
    made: datetime


@dataclass(frozen=True)
class Batch:
    """The last batch of status lists: when, how many lists."""

    at: datetime
    count: int


def posts_folder() -> Path:
    """Return where snapshots and deltas lie."""
    return settings.SYSTEM.folder / "published" / "posts"


def lists_folder() -> Path:
    """Return where the status lists lie."""
    return settings.SYSTEM.folder / "published" / "status"


def post_files(limit: int = 100) -> list[PostFile]:
    """Return the files for posts, newest first."""
    folder, found = posts_folder(), []
    for path in folder.iterdir() if folder.is_dir() else ():
        named = POST_FILE.fullmatch(path.name)
        if named is None:
            continue
        state = path.stat()
        first, second = int(named[1]), int(named[2]) if named[2] else None
        found.append(
            PostFile(
                name=path.name,
                number=second or first,
                base=first if second else None,
                size=state.st_size,
                made=datetime.fromtimestamp(state.st_mtime, UTC),
            )
        )
    found.sort(key=lambda one: (one.number, one.base is None), reverse=True)
    return found[:limit]


def read_post_file(name: str) -> bytes:
    """Return a file for posts. Raises UnknownError (`live.file_unknown`)."""
    return _read(posts_folder(), name, POST_FILE)


def read_list(name: str) -> bytes:
    """Return a status list. Raises UnknownError (`live.file_unknown`)."""
    return _read(lists_folder(), name, LIST)


def last_batch() -> Batch | None:
    """Return when status lists were last made here, or None."""
    path = lists_folder() / BATCH
    if not path.is_file():
        return None
    data = orjson.loads(path.read_bytes())
    return Batch(moment_from_text(data["at"], place="at"), int(data["count"]))


def newest_snapshot(system: SystemSettings, folder: Path) -> Snapshot | None:
    """Read the newest snapshot in a folder. Raises MalformedError, and as `verify_live`."""
    if not folder.is_dir():
        return None
    numbers = [
        int(found[1]) for path in folder.iterdir() if (found := SNAPSHOT.fullmatch(path.name))
    ]
    if not numbers:
        return None
    path = folder / f"live-{max(numbers)}.json"
    if path.stat().st_size > MAX_FILE:
        raise MalformedError("live.malformed", place=path.name)
    newest = verify_live(path.read_bytes(), read_trust_folder(system.trust_folder))
    if not isinstance(newest, Snapshot) or newest.installation != system.installation:
        raise MalformedError("live.malformed", place=path.name)
    return newest


def posts_due(at: datetime) -> bool:
    """Say whether a snapshot is to be made: the settings ask for one, and the last is old."""
    every, made = settings.SYSTEM.publish.posts_every, post_files(1)
    return bool(every) and (not made or at - made[0].made >= timedelta(seconds=every))


def lists_due(at: datetime) -> bool:
    """Say whether a batch of status lists is to be made: one a day, after the same hour."""
    publish = settings.SYSTEM.publish
    if not publish.status_url or at.astimezone(UTC).hour < publish.status_hour:
        return False
    last = last_batch()
    return last is None or last.at.date() < at.astimezone(UTC).date()


def _read(folder: Path, name: str, pattern: re.Pattern[str]) -> bytes:
    path = folder / name
    if not pattern.fullmatch(name) or not path.is_file():
        raise UnknownError("live.file_unknown", name=name[:60])
    return path.read_bytes()
