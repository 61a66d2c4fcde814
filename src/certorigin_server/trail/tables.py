"""Many tables in one step of a migration.

Django draws the models of all apps anew for each table that a migration adds, which is most of what
a new system costs. Of tables that are added together only they are drawn: nothing that is there
changes but for who refers to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations import CreateModel
    from django.db.migrations.state import ProjectState


class Tables(Operation):
    """Add tables in the order in which they need each other."""

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add all models to the state, and to its drawing where there is one."""
        apps = state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)
        if apps is None:
            return
        for model in apps.get_models(include_auto_created=True):
            # Who looks for what refers to it shall find the new models too.
            model._meta.apps = apps  # noqa: SLF001 - Django has no other way
        apps.render_multiple([state.models[app_label, one.name_lower] for one in self.tables])
        state.apps = apps

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the tables."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, the last one first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what this does."""
        return f"Create {len(self.tables)} tables"
