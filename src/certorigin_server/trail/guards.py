"""Rows that the database itself refuses to change or delete, on SQLite and on PostgreSQL.

A guard is a condition over OLD and NEW under which an update is refused; deletion always is. It
holds against everybody who comes through SQL, not only against our own code (R14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


@dataclass(frozen=True)
class Guard:
    """A table, and the columns that never change: always, or once they hold a value.

    Once one of the columns in `ended_by` holds a value, nothing in the row changes any more.
    """

    table: str
    frozen: tuple[str, ...] = ()
    written_once: tuple[str, ...] = ()
    ended_by: tuple[str, ...] = ()

    def install(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Create the triggers."""
        condition = self._condition(editor.connection.vendor)
        for statement in _INSTALL[editor.connection.vendor]:
            editor.execute(statement.format(table=self.table, condition=condition))

    def remove(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Drop the triggers."""
        for statement in _REMOVE[editor.connection.vendor]:
            editor.execute(statement.format(table=self.table))

    def _condition(self, vendor: str) -> str:
        differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        always = [f'NEW."{name}" {differs} OLD."{name}"' for name in self.frozen]
        once = [
            f'(OLD."{name}" IS NOT NULL AND NEW."{name}" {differs} OLD."{name}")'
            for name in self.written_once
        ]
        ended = [f'OLD."{name}" IS NOT NULL' for name in self.ended_by]
        return " OR ".join([*always, *once, *ended]) or ("1" if vendor == "sqlite" else "true")


class GuardTables(Operation):
    """The step of a migration that guards tables.

    It says nothing of the models, so that Django has none to draw up anew for it.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, *guards: Guard) -> None:
        self.guards = guards

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models as they are."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 - Django's signature
        to_state: ProjectState,  # noqa: ARG002 - Django's signature
    ) -> None:
        """Install the guards."""
        for guard in self.guards:
            guard.install(schema_editor)

    def database_backwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's signature
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 - Django's signature
        to_state: ProjectState,  # noqa: ARG002 - Django's signature
    ) -> None:
        """Remove the guards."""
        for guard in self.guards:
            guard.remove(schema_editor)

    def describe(self) -> str:
        """Say which tables are guarded."""
        return "Guard " + ", ".join(guard.table for guard in self.guards)


class LiftGuards(GuardTables):
    """The first step of a migration that draws a guarded table anew, before it guards it anew.

    SQLite forgets the triggers of a table that is drawn up again; PostgreSQL keeps the old ones.
    """

    database_forwards = GuardTables.database_backwards
    database_backwards = GuardTables.database_forwards

    def describe(self) -> str:
        """Say which tables are no longer guarded."""
        return "Lift the guard of " + ", ".join(guard.table for guard in self.guards)


_INSTALL = {
    "sqlite": (
        """
        CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {condition}
        BEGIN SELECT RAISE(ABORT, '{table} never changes'); END
        """,
        """
        CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}"
        BEGIN SELECT RAISE(ABORT, '{table} is never deleted'); END
        """,
    ),
    "postgresql": (
        """
        CREATE OR REPLACE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = CASE TG_OP
            WHEN 'DELETE' THEN '{table} is never deleted' ELSE '{table} never changes' END;
        END $$
        """,
        """
        CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW
        WHEN ({condition}) EXECUTE FUNCTION "{table}_refuse"()
        """,
        """
        CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW
        EXECUTE FUNCTION "{table}_refuse"()
        """,
    ),
}
_REMOVE = {
    "sqlite": (
        'DROP TRIGGER IF EXISTS "{table}_no_update"',
        'DROP TRIGGER IF EXISTS "{table}_no_delete"',
    ),
    "postgresql": (
        'DROP TRIGGER IF EXISTS "{table}_no_update" ON "{table}"',
        'DROP TRIGGER IF EXISTS "{table}_no_delete" ON "{table}"',
        'DROP FUNCTION IF EXISTS "{table}_refuse"()',
    ),
}
