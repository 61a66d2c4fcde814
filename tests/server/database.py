"""The migrated database of the server tests: made once for all migrations as they are, then copied.

On SQLite it is a file under `var/databases`, poured into each worker's memory; on PostgreSQL a
database that others are made from. What it came from stands in its name: with any other
migration, or any other Django, it is another one.
"""

import ast
import fcntl
import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import django
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.data import ROOT

FOLDER = ROOT / "var" / "databases"
OURS = ("certorigin", "certorigin_server")


def fingerprint(sources: list[Path]) -> str:
    """Name what these files say, with the Django that runs them.

    A copy of the source elsewhere (tests/seeded) has the same name while it says the same.
    """
    digest = hashlib.sha256(django.__version__.encode())
    for module, source in sorted((_place_of(source), source) for source in sources):
        digest.update(module.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def _place_of(source: Path) -> str:
    """Where a file lies below the folder that Python found it in."""
    roots = [Path(root) for root in sys.path if root and source.is_relative_to(root)]
    return str(source.relative_to(max(roots, key=lambda root: len(root.parts), default="/")))


def sources() -> list[Path]:
    """Every migration of every app, and what those import of our own."""
    modules = {type(one).__module__ for one in MigrationLoader(None).disk_migrations.values()}
    return sorted(closure({Path(sys.modules[name].__file__) for name in modules}))


def closure(files: set[Path]) -> set[Path]:
    """These files with all modules of ours that they import, directly or through others."""
    found, fresh = set(files), set(files)
    while fresh:
        fresh = {file for one in fresh for file in _imports(one)} - found
        found |= fresh
    return found


def _imports(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        ours = (_file_of(name) for name in names if name.partition(".")[0] in OURS)
        yield from filter(None, ours)


def _file_of(module: str) -> Path | None:
    try:
        found = find_spec(module)
    except ModuleNotFoundError:  # the name of something inside a module
        return None
    return Path(found.origin) if found and found.origin else None


@contextmanager
def prepared(folder: Path = FOLDER) -> Iterator[None]:
    """Inside, a test database is made from the one that is kept; without one, it is kept then."""
    kept = _Postgres() if connection.vendor == "postgresql" else _Sqlite(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = kept.is_there()
        with kept.used() if found else _nothing():
            yield
        if not found:
            kept.keep()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


class _Sqlite:
    """A file, poured into the memory where Django looks for its test database."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{fingerprint(sources())}.sqlite3"

    def is_there(self) -> bool:
        return self.path.exists()

    @contextmanager
    def used(self) -> Iterator[None]:
        memory = connection.creation._get_test_db_name()
        with (
            closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as kept,
            # A database in memory lasts while somebody has it open.
            closing(sqlite3.connect(memory, uri=True)) as copy,
        ):
            kept.backup(copy)
            yield

    def keep(self) -> None:
        connection.ensure_connection()
        for older in self.path.parent.glob("*.sqlite3*"):
            older.unlink()
        unfinished = self.path.with_suffix(".sqlite3-new")
        with closing(sqlite3.connect(unfinished)) as file:
            connection.connection.backup(file)
        unfinished.replace(self.path)


class _Postgres:
    """A database of the same server, that Django's are copied from."""

    def __init__(self) -> None:
        self.name = f"certorigin_migrated_{fingerprint(sources())}"

    def is_there(self) -> bool:
        with connection._nodb_cursor() as cursor:
            return connection.creation._database_exists(cursor, self.name)

    @contextmanager
    def used(self) -> Iterator[None]:
        wishes = connection.settings_dict["TEST"]
        wishes["TEMPLATE"] = self.name
        try:
            yield
        finally:
            wishes["TEMPLATE"] = None

    def keep(self) -> None:
        """A database can be copied while nobody is in it."""
        made = connection.ops.quote_name(connection.settings_dict["NAME"])
        connection.close()
        with connection._nodb_cursor() as cursor:
            name = connection.ops.quote_name(self.name)
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {made}")
