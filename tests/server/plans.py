"""Reading the plan of a statement: which tables it reads whole, on either database.

A table that grows with the trade is read whole where no index narrows it down, or one does by whose
it is alone (a body's certificates, a post's declarations), unless the index gives the order and a
limit ends the walk. An index over what waits alone may be read whole: that is what it is for.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from itertools import count

from django.apps import apps
from django.db import connection

# Columns that say whose something is, or of what kind: each value stands in many rows.
WHOSE = {"body_id", "post_id", "kind", "void", "publisher", "state", "status"}
_SERIAL = count()


@dataclass(frozen=True)
class Access:
    """One table of a plan: through which index, by which columns, and whether a limit ends it."""

    table: str
    index: str
    columns: frozenset[str]
    is_ended: bool

    @property
    def is_whole(self) -> bool:
        """Say whether the rows that are read grow with the table."""
        if self.index in waiting():
            return False
        return self.columns <= WHOSE and not (self.is_ended and self.index)

    @property
    def has_no_index(self) -> bool:
        """Say whether no index helps at all: neither a condition nor an order with an end."""
        return self.is_whole and not self.columns


def read_whole(sql, params):
    """Return the tables that a statement reads whole, by the plan for tables of any size."""
    return sorted({one.table for one in _read(sql, params) if one.is_whole})


def read_without_index(sql, params):
    """Return the tables for which no index helps at all.

    SQLite chooses by what an index has, the same at any size. PostgreSQL chooses by the size of the
    tables, which are small here, so that which of several indexes it took says nothing there.
    """
    return sorted({one.table for one in _read(sql, params) if one.has_no_index})


def _read(sql, params):
    return (_postgresql if connection.vendor == "postgresql" else _sqlite)(sql, params)


def show_plan(sql, params):
    """The plan in words."""
    with connection.cursor() as cursor:
        word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{word} /* {next(_SERIAL)} */ {sql}", params)
        return "\n   ".join(str(row[-1]) for row in cursor.fetchall())


@cache
def waiting():
    """Indexes that hold only what still waits, or fell."""
    return {
        index.name
        for model in apps.get_models()
        for index in (*model._meta.indexes, *model._meta.constraints)
        if getattr(index, "condition", None) is not None
    }


def _sqlite(sql, params):
    with connection.cursor() as cursor:
        # A statement that was explained before is not looked at again, whatever index is gone.
        cursor.execute(f"EXPLAIN QUERY PLAN /* {next(_SERIAL)} */ {sql}", params)
        lines = [row[-1] for row in cursor.fetchall()]
    is_sorted = any("TEMP B-TREE FOR ORDER BY" in line for line in lines)
    is_ended = " LIMIT " in sql and not is_sorted
    for line in lines:
        found = re.match(r"(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(.*)", line)
        if found is None or found[1] in {"CONSTANT", "subquery"}:
            continue
        columns = re.findall(r"(\w+)(?:=|>|<)\?", found[3])
        index = found[2] or ("primary" if "PRIMARY KEY" in found[3] else "")
        yield Access(_table_of(found[1], sql), index, frozenset(columns), is_ended)


def _postgresql(sql, params):
    with connection.cursor() as cursor:
        # A small table would be read whole and sorted; where nothing else can be done it still is.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        # Nor may it join by reading both sides: what an index can look up row by row, it looks up.
        cursor.execute("SET LOCAL enable_hashjoin = off")
        cursor.execute("SET LOCAL enable_mergejoin = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    yield from _accesses(plan[0]["Plan"], is_ended=False)


def _accesses(node, *, is_ended):
    """Go down a plan; what collects everything before it gives the first row undoes a limit."""
    kind = node["Node Type"]
    if kind == "Limit":
        is_ended = True
    elif kind in {"Sort", "Hash", "HashAggregate", "Materialize"} or (
        kind == "Aggregate" and node.get("Strategy") != "Sorted"
    ):
        is_ended = is_ended and kind == "Aggregate" and _counts_a_part(node)
    inner = node.get("Plans", [])
    if "Relation Name" in node:
        index = node.get("Index Name", "") or _index_below(inner)
        condition = " ".join(_conditions_below(node))
        columns = frozenset(re.findall(r"(\w+)(?:\)::\w+)? (?:=|~>=~|>=|>|<|~<~|IS)", condition))
        yield Access(node["Relation Name"], index, columns, is_ended)
    for one in inner:
        yield from _accesses(one, is_ended=is_ended)


def _counts_a_part(node):
    return any(one["Node Type"] == "Limit" for one in node.get("Plans", []))


def _index_below(inner):
    """A bitmap names its index below, several under an `or` of theirs."""
    found = (one.get("Index Name") or _index_below(one.get("Plans", [])) for one in inner)
    return next((name for name in found if name), "")


def _conditions_below(node):
    yield node.get("Index Cond", "")
    for one in node.get("Plans", []):
        if one["Node Type"].startswith("Bitmap"):
            yield from _conditions_below(one)


def _table_of(name, sql):
    """The table behind an alias."""
    known = re.search(rf'"(\w+)" "?{name}"?\b', sql)
    return known[1] if known else name
