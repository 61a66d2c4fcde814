"""How long each migration takes on full tables, and whom it keeps waiting meanwhile.

    DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.migrations --folder var/load \\
        [--back users:0002_guard]

Applies what is pending, as `certorigin upgrade` does; with `--back` an app is first taken back to a
migration (where its own can be undone), so that the later ones are applied to tables that are full.
Told are seconds and the locks that a migration holds at its end: `read` keeps everybody out,
`write` lets others read.
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.pages import enter

READ, WRITE = {"AccessExclusiveLock"}, {"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock"}
_HELD = (
    "SELECT c.relname, l.mode, c.reltuples FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
    " WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.reltuples >= %s"
)
LARGE = 10_000


def held(connection) -> list[str]:
    """Return the large tables that this transaction keeps others from, and from what."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LARGE])
        rows = cursor.fetchall()
    found = {}
    for table, mode, _ in rows:
        what = "read" if mode in READ else "write" if mode in WRITE else ""
        if what and found.get(table) != "read":
            found[table] = what
    return [f"{table}: {what}" for table, what in sorted(found.items())]


def watch(connection) -> None:
    """Let each migration say how long it took and what it holds, before it is committed."""
    from django.db.migrations.migration import Migration  # noqa: PLC0415 - Django is set up

    original = Migration.apply

    def apply(self, state, editor, *, collect_sql=False):
        began = time.perf_counter()
        after = original(self, state, editor, collect_sql=collect_sql)
        for statement in editor.deferred_sql:  # indexes and constraints of new columns come last
            editor.execute(statement)
        editor.deferred_sql.clear()
        seconds = time.perf_counter() - began
        told = ", ".join(held(connection)) or "nobody"
        print(f"{seconds:8.2f} s  {self.app_label}.{self.name}  keeps out: {told}", flush=True)
        return after

    Migration.apply = apply


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--back", action="append", default=[], metavar="APP:MIGRATION")
    options = parser.parse_args()
    enter(options.folder)
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        sys.exit("migrations: name a PostgreSQL in DATABASE_URL")
    for one in options.back:
        call_command("migrate", *one.split(":"), verbosity=0, interactive=False)
    watch(connection)
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    main()
