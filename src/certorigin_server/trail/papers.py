"""Papers whose term of keeping is over: the one way by which guarded columns lose what they say.

Everybody else is refused by the guards of the database. Here they are lifted inside the transaction
that also records who let the papers be destroyed (R16); no other session ever sees them lifted.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from django.db.models import Model


@dataclass(frozen=True)
class Papers:
    """Columns of a table that are destroyed with a case, and what stands there afterwards.

    `path` leads from a row to its case; `only` says which rows hold something.
    """

    model: type[Model]
    path: str
    blanks: Mapping[str, str]
    only: Mapping[str, object] = field(default_factory=dict)

    def destroy(self, cases: Iterable[UUID | str], **more: object) -> int:
        """Destroy the papers of some cases, and write `more`; return of how many rows."""
        wanted = {f"{self.path}__in": cases} | dict(self.only)
        rows = self.model._default_manager.filter(**wanted)  # noqa: SLF001 - Django's own name
        with _lifted(rows.model._meta.db_table):  # noqa: SLF001 - as above
            return rows.update(**self.blanks, **more)


@contextmanager
def _lifted(table: str) -> Iterator[None]:
    """Lift the guards of a table until the end of the block, inside the running transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("guards are lifted inside a transaction alone")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Checks of keys that still wait would keep the table from being altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            again = [f'ALTER TABLE "{table}" ENABLE TRIGGER USER', "SET CONSTRAINTS ALL DEFERRED"]
        else:
            asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
            cursor.execute(asked, [table])
            found = cursor.fetchall()
            for name, _ in found:
                cursor.execute(f'DROP TRIGGER "{name}"')
            again = [text for _, text in found]
        yield
        for statement in again:
            cursor.execute(statement)
