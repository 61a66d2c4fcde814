"""Steps of the database that the processes of the version before bear while they go on running.

Additive first: a new table, a column that may stay empty or that the database fills, an index. What
takes away, narrows or renames waits until no process of the version before runs any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations import operations as ops

from certorigin_server.trail.guards import GuardTables, LiftGuards
from certorigin_server.trail.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.models import Field

    from certorigin_server.trail.guards import Guard

# They leave every row, and every statement of an older version, as it is.
_HARMLESS = (
    ops.AddIndex,
    ops.AlterModelManagers,
    ops.AlterModelOptions,
    ops.CreateModel,
    ops.RemoveConstraint,
    ops.RemoveIndex,
    ops.RunPython,
    Tables,
)


def what_breaks(migration: Migration) -> list[str]:
    """Return what of a step an older version does not bear; nothing where it may go on running."""
    made = {one.name_lower for one in migration.operations if isinstance(one, ops.CreateModel)}
    return [
        one.describe()
        for one in migration.operations
        if not isinstance(one, _HARMLESS) and not _is_borne(one, made, migration)
    ]


def _is_borne(one: Operation, made: set[str], migration: Migration) -> bool:
    if isinstance(one, LiftGuards):
        return True
    if isinstance(one, GuardTables):
        return all(_asks_no_more(guard, made, migration) for guard in one.guards)
    if getattr(one, "model_name_lower", "") in made:
        return True  # nobody knew the table before
    return isinstance(one, ops.AddField) and _fills_itself(one.field)


def _fills_itself(field: Field[object, object]) -> bool:
    """Say whether a row can be written by who does not know the column."""
    return field.many_to_many or field.null or field.has_db_default()


def _asks_no_more(guard: Guard, made: set[str], migration: Migration) -> bool:
    """Say whether a guard is of a new table, or refuses no more of the old columns than before."""
    tables = {f"{migration.app_label}_{name}" for name in made}
    added = {_column(one) for one in migration.operations if isinstance(one, ops.AddField)}
    return guard.table in tables or any(
        _columns(guard) - added <= _columns(lifted) for lifted in _lifted(guard.table, migration)
    )


def _column(one: ops.AddField) -> str:
    return f"{one.name}_id" if one.field.is_relation else one.name


def _columns(guard: Guard) -> set[str]:
    return {*guard.frozen, *guard.written_once, *guard.ended_by}


def _lifted(table: str, migration: Migration) -> Iterator[Guard]:
    for one in migration.operations:
        if isinstance(one, LiftGuards):
            yield from (guard for guard in one.guards if guard.table == table)
