"""Questions whose SQL is written once: what every request asks, each time with other values.

Django writes the SQL of a question anew whenever it is asked, which takes several times as long as
an answer by an index. Here a question is built with slots in place of values; the first time that
a thread asks it, Django writes its SQL, and afterwards only the values are put in. The rows are
made into objects by Django's own means.

    _OF_DAY = Prepared(lambda day: Certificate.objects.filter(issued_on=day), day=DateField())
    _OF_DAY(day=date(2026, 11, 23))
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Model
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, QuerySet

_Row = TypeVar("_Row", bound=Model)


class Slot(Expression):
    """The place of a value in a question; its parameter in the SQL is the slot itself."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: object, connection: object) -> Any:  # noqa: ANN401, ARG002
        """Write the place of one parameter."""
        return "%s", [self]


class Prepared(Generic[_Row]):
    """A question with slots. `build` gets a slot for each name of `fields` that is asked with.

    It is asked with any of the names that `build` can do without; every set of names has its SQL.
    Other than `select_related`, `only` and limits, nothing may be added to the rows.
    """

    def __init__(self, build: Callable[..., QuerySet[_Row]], **fields: Field[Any, Any]) -> None:
        self._build, self._fields, self._forms = build, fields, _Forms()

    def __call__(self, **values: object) -> list[_Row]:
        """Ask, and return every row."""
        form = self._form((connection.vendor, *values))
        with connection.cursor() as cursor:
            cursor.execute(form.sql, form.parameters(values))
            rows = cursor.fetchall()
        return form.objects(rows)

    def first(self, **values: object) -> _Row | None:
        """Ask, and return the first row, or None."""
        found = self(**values)
        return found[0] if found else None

    def _form(self, key: tuple[str, ...]) -> _Form[_Row]:
        written: dict[tuple[str, ...], _Form[_Row]] = self._forms.written
        if key not in written:
            slots = {name: Slot(name, self._fields[name]) for name in key[1:]}
            written[key] = _Form.of(self._build(**slots))
        return written[key]


class _Forms(threading.local):
    """What one thread has had written: Django's compilers hold the connection of their thread."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, ...], Any] = {}


@dataclass(frozen=True)
class _Form(Generic[_Row]):
    """A question as Django has written it, and how its rows are read."""

    sql: str
    given: tuple[Any, ...]
    compiler: Any
    converters: Any
    model: type[_Row]
    names: list[str]
    columns: slice
    populators: list[Any]

    @classmethod
    def of(cls, asked: QuerySet[_Row]) -> _Form[_Row]:
        compiler: Any = asked.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        select, about = compiler.select, compiler.klass_info
        columns = slice(about["select_fields"][0], about["select_fields"][-1] + 1)
        return cls(
            sql=sql,
            given=tuple(given),
            compiler=compiler,
            converters=compiler.get_converters(one[0] for one in select[: compiler.col_count]),
            model=about["model"],
            names=[one[0].target.attname for one in select[columns]],
            columns=columns,
            # The types are those of a later Django.
            populators=get_related_populators(about, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )

    def parameters(self, values: dict[str, object]) -> list[Any]:
        return [
            one.output_field.get_db_prep_value(values[one.name], connection)
            if isinstance(one, Slot)
            else one
            for one in self.given
        ]

    def objects(self, rows: Sequence[tuple[Any, ...]]) -> list[_Row]:
        found = []
        for row in self.compiler.apply_converters(rows, self.converters):
            one = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for populator in self.populators:
                populator.populate(row, one)
            found.append(one)
        return found
