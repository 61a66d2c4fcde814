"""How many bytes a certificate leaves: in each table with its indexes, in the logs, in the mirrors.

DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.sizes --folder var/load
"""

import argparse
import sys
from pathlib import Path

from benchmarks.pages import enter

_TABLES = (
    "SELECT relname, reltuples, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " ORDER BY pg_total_relation_size(oid) DESC"
)
LEAST = 1.0  # bytes a certificate: what is below is one row


def folder_size(folder: Path) -> tuple[int, int]:
    """Return the bytes of all files below a folder, and what they take on the disk."""
    found = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum(one.st_size for one in found), sum(one.st_blocks * 512 for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    enter(options.folder)
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    if connection.vendor != "postgresql":
        sys.exit("sizes: name a PostgreSQL in DATABASE_URL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM standing_registeredact WHERE kind = 'Issued'")
        (certificates,) = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database())")
        (whole,) = cursor.fetchone()
        cursor.execute(_TABLES)
        tables = cursor.fetchall()
    print(f"{certificates} certificates; database {whole / certificates:.0f} bytes each\n")
    print("| table | rows a certificate | bytes a certificate | of its indexes |")
    print("|---|---|---|---|")
    for name, rows, table, indexes in tables:
        own, beside = table / certificates, indexes / certificates
        if own + beside >= LEAST and rows > 0:
            print(f"| `{name}` | {rows / certificates:.1f} | {own:.0f} | {beside:.0f} |")
    print("\n| folder | bytes a certificate | on the disk |\n|---|---|---|")
    for name in ("log", "mirror", "partner/log", "partner/mirror"):
        held, taken = folder_size(options.folder / name)
        print(f"| `{name}` | {held / certificates:.0f} | {taken / certificates:.0f} |")


if __name__ == "__main__":
    main()
