"""The database that the server tests copy is the one that today's migrations make."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from certorigin_server.trail import guards
from tests.data import ROOT
from tests.server import database

MIGRATIONS = ROOT / "src" / "certorigin_server"


MADE = """
CREATE TABLE one (word text);
CREATE INDEX one_word ON one (word);
CREATE TRIGGER one_stays BEFORE DELETE ON one BEGIN SELECT raise(ABORT, 'no'); END;
"""


class System:
    """What Django knows of its database: here one in memory, then another."""

    vendor = "sqlite"

    def __init__(self):
        self.creation, self.rounds = self, 0
        self.connection = self.another()

    def another(self):
        self.rounds += 1
        self.connection = sqlite3.connect(self._get_test_db_name(), uri=True)
        return self.connection

    def _get_test_db_name(self):
        return f"file:kept-{self.rounds}?mode=memory&cache=shared"

    def ensure_connection(self):
        pass


@pytest.fixture
def system(monkeypatch):
    made = System()
    monkeypatch.setattr(database, "connection", made)
    with closing(made.connection):
        yield made


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A place of this test's own, where nothing is kept yet, and two files that it comes from."""
    files = [tmp_path / "0001_initial.py", tmp_path / "0002_guard.py"]
    for file in files:
        file.write_text("operations = []\n")
    monkeypatch.setattr(database, "sources", lambda: files)
    return tmp_path / "databases"


def test_every_migration_counts_and_what_it_is_made_of():
    found = database.sources()
    assert set(MIGRATIONS.glob("*/migrations/0*.py")) <= set(found)
    assert ROOT / guards.__file__ in found  # a trigger is written there, in no migration
    assert any("django/contrib/sessions/migrations" in str(file) for file in found)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "0002_guard.py").write_text("operations = [1]\n"),
        lambda folder: (folder / "0002_guard.py").rename(folder / "0003_guard.py"),
        lambda folder: (folder / "0003_more.py").write_text(""),
        lambda folder: (folder / "0002_guard.py").unlink(),
    ],
    ids=["edited", "renamed", "added", "removed"],
)
def test_another_migration_is_another_database(tmp_path, change):
    for name in ("0001_initial.py", "0002_guard.py"):
        (tmp_path / name).write_text("operations = []\n")
    before = database.fingerprint(list(tmp_path.iterdir()))
    assert database.fingerprint(list(tmp_path.iterdir())) == before
    change(tmp_path)
    assert database.fingerprint(list(tmp_path.iterdir())) != before


def test_a_copy_of_the_source_needs_no_other_database(tmp_path, monkeypatch):
    """tests/seeded runs thirty copies, most of which differ in nothing that a table is made of."""
    found = database.sources()
    ours = [file for file in found if file.is_relative_to(ROOT / "src")]
    copies = [tmp_path / file.relative_to(ROOT / "src") for file in ours]
    for file, copy in zip(ours, copies, strict=True):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    elsewhere = [*copies, *set(found).difference(ours)]
    assert database.fingerprint(elsewhere) == database.fingerprint(found)
    copies[0].write_bytes(b"another")
    assert database.fingerprint(elsewhere) != database.fingerprint(found)


def test_what_a_module_imports_in_turn_counts(tmp_path):
    first = tmp_path / "0001_initial.py"
    first.write_text("from certorigin_server.trail.guards import Guard\nfrom json import loads\n")
    assert database.closure({first}) >= {first, ROOT / guards.__file__}
    first.write_text("from certorigin_server.trail import guards\n")
    assert database.closure({first}) >= {first, ROOT / guards.__file__}


@pytest.mark.django_db
def test_no_migration_is_left_out_of_the_database_of_the_tests():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_what_was_made_is_kept_and_poured_into_the_next(kept, system):
    with database.prepared(kept):
        assert not list(kept.glob("*.sqlite3"))
        system.connection.executescript(MADE)
    with closing(system.another()) as next_one, database.prepared(kept):
        found = next_one.execute("SELECT type, name FROM sqlite_master ORDER BY type").fetchall()
    assert found == [("index", "one_word"), ("table", "one"), ("trigger", "one_stays")]


def test_a_database_of_older_migrations_is_not_used(kept, system):
    with database.prepared(kept):
        system.connection.executescript(MADE)
    (older,) = kept.glob("*.sqlite3")
    database.sources()[0].write_text("operations = ['another']\n")
    with closing(system.another()) as next_one:
        with database.prepared(kept):
            assert next_one.execute("SELECT * FROM sqlite_master").fetchall() == []
            next_one.execute("CREATE TABLE two (word text)")
        (newer,) = kept.glob("*.sqlite3")
        assert newer != older
        with closing(sqlite3.connect(newer)) as copy:
            assert copy.execute("SELECT name FROM sqlite_master").fetchall() == [("two",)]


def test_what_failed_halfway_is_not_kept(kept, system):
    with pytest.raises(sqlite3.OperationalError), database.prepared(kept):
        system.connection.executescript(MADE + "CREATE TABLE one (word text);")
    assert not list(kept.glob("*.sqlite3*"))
