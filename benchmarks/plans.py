"""Every statement of every page and call, as PostgreSQL plans it for tables that are really large.

    DATABASE_URL=postgres://... .venv/bin/python -m benchmarks.plans --folder var/load [--only text]

The route table is walked as in `benchmarks/pages.py`; each statement, once for each kind, is
explained with the parameters that it had. Printed is what reads a large table whole, with the
address that asked for it; nothing printed means that an index serves each of them. The tests
(tests/server/standing/test_list_plans.py) read plans of small tables; here the planner knows sizes.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.pages import enter

LARGE = 10_000
# What makes no other statement than a question that stands beside it.
SAME = ("?page=40", "?page=400", "&page=40", "=о", "=ОО", "=хвфчщ")


def large_tables(connection, least: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        return {name: int(rows) for name, rows in cursor.fetchall() if rows >= least}


def statements(only: str) -> Iterator[tuple[str, object, str]]:
    """Yield each kind of statement once, with its parameters and who asked what."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from tests import pages  # noqa: PLC0415

    names, words, known = pages.names_of(), pages.words_of(), set()
    readers = pages.readers()
    for route in sorted(pages.routes(), key=lambda route: route.is_list):
        if only not in route.pattern or route.missing(names):
            continue
        for reader in readers:
            for asked in pages.questions(route):
                if asked.endswith(SAME):
                    continue
                path = route.path(names) + asked.format(**words)
                with pages.counting(connection) as caught:
                    reader.ask(route, path)
                for sql, params in caught:
                    kind = re.sub(r"(%s, )+%s", "%s", sql)
                    if sql.startswith("SELECT") and kind not in known:
                        known.add(kind)
                        yield sql, params, f"{path} as {reader.role}"


def read_whole(connection, sql: str, params: object, large: dict[str, int]) -> set[str]:
    """Return the large tables that the plan of a statement reads whole."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return {one for one in _scanned(plan[0]["Plan"], ended=False) if one in large}


def _scanned(node: dict, *, ended: bool) -> Iterator[str]:
    """A table read in its order until a limit is reached is not read whole."""
    kind = node["Node Type"]
    ended = (ended or kind == "Limit") and kind not in {"Sort", "Hash", "HashAggregate"}
    is_whole = kind == "Seq Scan" or ("Index" in kind and "Index Cond" not in node)
    if is_whole and not ended and "Relation Name" in node and not _is_partial(node):
        yield node["Relation Name"]
    for one in node.get("Plans", []):
        yield from _scanned(one, ended=ended)


def _is_partial(node: dict) -> bool:
    """An index over what waits alone may be read whole."""
    from tests.server.plans import waiting  # noqa: PLC0415 - Django is set up by now

    return node.get("Index Name") in waiting()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--only", default="", help="routes that hold this text")
    parser.add_argument("--large", type=int, default=LARGE, help="rows of a table that count")
    options = parser.parse_args()
    enter(options.folder)
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        sys.exit("plans: name a PostgreSQL in DATABASE_URL")
    large, count, found = large_tables(connection, options.large), 0, 0
    for sql, params, who in statements(options.only):
        count += 1
        tables = read_whole(connection, sql, params, large)
        if tables:
            found += 1
            told = f"{who}: {', '.join(sorted(tables))}\n   {sql[:1500]}\n   {str(params)[:300]}"
            print(told, flush=True)
    print(
        f"{count} kinds of statements; {found} read a table of {options.large} rows or more whole"
    )


if __name__ == "__main__":
    main()
