"""Where the states of the stories keep their data: one in PostgreSQL, the other in SQLite.

CERTORIGIN_STORIES_POSTGRES names who is in PostgreSQL: `AZ`, whose customs decide in most stories,
`BY` as in scripts/long, or both ("BY AZ"). One private server serves all test processes: its own
program reads a pipe, and ends with the last of those that hold the pipe open, however they end.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.data import ROOT

IN_POSTGRES = os.environ.get("CERTORIGIN_STORIES_POSTGRES", "AZ").split()
MAINTAINED = "certorigin"  # the database of scripts/with-postgres itself
PIPE = "server.pipe"
KEEP = 'echo "$DATABASE_URL"; exec cat "$1" >/dev/null'

# Run inside a system whose settings name PostgreSQL: everything from its old database. Numbers of
# rows stay, and so do guards: a guarded row is written once, as it was.
MOVE = """
from pathlib import Path
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections

old = settings.SYSTEM.folder / "database.sqlite3"
lite = {"ENGINE": "django.db.backends.sqlite3", "NAME": old}
connections.settings["old"] = connections.configure_settings({"default": {}, "old": lite})["old"]
call_command("migrate", verbosity=0)
models = apps.get_models()
tables = ", ".join(connection.ops.quote_name(one._meta.db_table) for one in models)
with connection.cursor() as cursor:
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(f"TRUNCATE {tables} CASCADE")
    for model in models:
        rows = model._base_manager.using("old").all()
        for row in serializers.deserialize("python", serializers.serialize("python", rows)):
            row.save()
    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)
connections.close_all()
for place in old.parent.glob(old.name + "*"):
    place.unlink()
"""


def has_postgres() -> bool:
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(found) or shutil.which("initdb") is not None


def join_server(place: Path, environment: dict[str, str]) -> tuple[str, bool]:
    """Return the address of the run's server, and whether it is new: the caller holds a lock."""
    pipe, told = place / PIPE, place / f"{PIPE}.address"
    with suppress(OSError):  # nobody reads it: the server is gone with those that held it
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        return told.read_text("ascii"), False
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR)
    keeper = subprocess.Popen(
        [str(ROOT / "scripts" / "with-postgres"), "sh", "-c", KEEP, "sh", str(pipe)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    atexit.register(_leave, held, keeper)
    address = keeper.stdout.readline().strip()
    assert address.startswith("postgres://"), "no PostgreSQL"
    told.write_text(address, "ascii")
    return address, True


def _leave(held: int, keeper: subprocess.Popen[str]) -> None:
    os.close(held)
    with suppress(subprocess.TimeoutExpired):  # others may still be there
        keeper.wait(10)


def make_database(server: str, source: str = "template1") -> str:
    """Make a database on a server as a copy of another; return its address."""
    name = f"story_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def copy_database(address: str) -> str:
    """Make a copy of a database that nobody is connected to; return its address.

    Of two processes that copy at once, neither may hold a connection to it.
    """
    return make_database(server_of(address), urlsplit(address).path[1:])


def server_of(address: str) -> str:
    """The address at which the server of a database is asked for others."""
    return urlsplit(address)._replace(path=f"/{MAINTAINED}").geturl()
