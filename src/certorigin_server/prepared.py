"""Questions whose SQL is written once: what every request asks, each time with other values.

Django writes the SQL of a question anew whenever it is asked, which takes several times as long as
an answer by an index. Here a question is built with slots in place of values; the first time that
a thread asks it, Django writes its SQL, and afterwards only the values are put in. The rows are
made into objects by Django's own means.

    _OF_DAY = Prepared(lambda day: Certificate.objects.filter(issued_on=day), day=DateField())
    _OF_DAY(day=date(2026, 11, 23))

Rows are written likewise: `Written` puts many into their table by one statement.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import AutoField, BigAutoField, Expression, Model
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, QuerySet

_Row = TypeVar("_Row", bound=Model)
# So many rows are written by one statement at most, unless the database takes less values.
_MOST_ROWS = 100


def _at_once(values: int) -> int:
    most = connection.features.max_query_params
    return _MOST_ROWS if most is None else min(_MOST_ROWS, most // values - 1)


class Slot(Expression):
    """The place of a value in a question; its parameter in the SQL is the slot itself."""

    def __init__(self, name: str, field: Field[Any, Any], place: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name, self.place = name, place

    def value_in(self, values: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django's own
        """Return what stands here, as the database takes it."""
        value = values[self.name]
        if self.place is not None:
            value = value[self.place]
        return self.output_field.get_db_prep_value(value, connection)

    def as_sql(self, compiler: object, connection: object) -> Any:  # noqa: ANN401, ARG002
        """Write the place of one parameter."""
        return "%s", [self]


class Prepared(Generic[_Row]):
    """A question with slots. `build` gets a slot for each name of `fields` that is asked with.

    It is asked with any of the names that `build` can do without; every set of names has its SQL.
    Where a list is given, `build` gets a list of as many slots. Other than `select_related`,
    `only`, `annotate` and limits, nothing may be added to the rows.
    """

    def __init__(self, build: Callable[..., QuerySet[_Row]], **fields: Field[Any, Any]) -> None:
        self._build, self._fields, self._forms = build, fields, _Forms()

    def __call__(self, **values: object) -> list[_Row]:
        """Ask, and return every row."""
        form = self._form(values)
        with connection.cursor() as cursor:
            cursor.execute(form.sql, form.parameters(values))
            rows = cursor.fetchall()
        return form.objects(rows)

    def first(self, **values: object) -> _Row | None:
        """Ask, and return the first row, or None."""
        found = self(**values)
        return found[0] if found else None

    def _form(self, values: dict[str, object]) -> _Form[_Row]:
        named = [len(one) if isinstance(one, list) else -1 for one in values.values()]
        key = (connection.vendor, *values, *named)
        written: dict[tuple[object, ...], _Form[_Row]] = self._forms.written
        if key not in written:
            slots = {
                name: Slot(name, self._fields[name])
                if count < 0
                else [Slot(name, self._fields[name], place) for place in range(count)]
                for name, count in zip(values, named, strict=True)
            }
            written[key] = _Form.of(self._build(**slots))
        return written[key]


class _Forms(threading.local):
    """What one thread has had written: Django's compilers hold the connection of their thread."""

    def __init__(self) -> None:
        self.written: dict[tuple[object, ...], Any] = {}


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
    annotated: dict[str, int]
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
            annotated=dict(compiler.annotation_col_map or {}),
            # The types are those of a later Django.
            populators=get_related_populators(about, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]
        )

    def parameters(self, values: dict[str, object]) -> list[Any]:
        return [one.value_in(values) if isinstance(one, Slot) else one for one in self.given]

    def objects(self, rows: Sequence[tuple[Any, ...]]) -> list[_Row]:
        found = []
        for row in self.compiler.apply_converters(rows, self.converters):
            one = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
            for populator in self.populators:
                populator.populate(row, one)
            for name, place in self.annotated.items():
                setattr(one, name, row[place])
            found.append(one)
        return found


class Written(Generic[_Row]):
    """The statement that puts rows into their table, written once for each number of rows.

    With `once`, the column of a unique key, a row whose place is taken is left out. `told` are
    columns that are read back of each row that was put in.
    """

    def __init__(self, model: type[_Row], *, once: str = "", told: tuple[str, ...] = ()) -> None:
        self._model, self._once, self._told = model, once, told
        self._texts: dict[tuple[str, int], str] = {}

    def __call__(self, rows: Sequence[_Row]) -> list[tuple[Any, ...]]:
        """Put the rows in; return what is told of each that was, in no order."""
        fields = self._fields()
        at_once = _at_once(len(fields))
        told: list[tuple[Any, ...]] = []
        with connection.cursor() as cursor:
            for start in range(0, len(rows), at_once):
                some = rows[start : start + at_once]
                cursor.execute(
                    self._text(len(some)),
                    [
                        field.get_db_prep_save(field.pre_save(row, add=True), connection)
                        for row in some
                        for field in fields
                    ],
                )
                if self._told:
                    told += cursor.fetchall()
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001 - as Django
        return told

    def _fields(self) -> list[Any]:
        """Every column but the one that the database numbers by itself."""
        return [one for one in _about(self._model).concrete_fields if not _is_numbered(one)]

    def _text(self, count: int) -> str:
        key = (connection.vendor, count)
        if key not in self._texts:
            quote, fields = connection.ops.quote_name, self._fields()
            names = ", ".join(quote(one.column) for one in fields)
            row = f"({', '.join(['%s'] * len(fields))})"
            table = quote(_about(self._model).db_table)
            text = f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * count)}"  # noqa: S608
            if self._once:
                text += f" ON CONFLICT ({quote(self._once)}) DO NOTHING"
            if self._told:
                text += f" RETURNING {', '.join(map(quote, self._told))}"
            self._texts[key] = text
        return self._texts[key]


class Changed:
    """The statement that changes many rows by their primary keys, each to values of its own.

    `changes` and `where` are SQL: the values that a row is given, after its key, are columns of
    `given` from "column2" on, as both databases name them; what is the same for all is `%s`.
    """

    def __init__(self, model: type[Model], changes: str, *, where: str, values: int) -> None:
        self._model, self._changes, self._where = model, changes, where
        self._values = values

    def __call__(self, rows: Sequence[tuple[Any, ...]], same: Sequence[Any]) -> list[Any]:
        """Change the rows, each a key and its values; return the keys of those changed."""
        at_once = _at_once(self._values)
        found: list[Any] = []
        with connection.cursor() as cursor:
            for start in range(0, len(rows), at_once):
                some = rows[start : start + at_once]
                given = [value for row in some for value in row]
                cursor.execute(self._text(len(some)), [*same, *given])
                found += [key for (key,) in cursor.fetchall()]
        return found

    def _text(self, count: int) -> str:
        quote, about = connection.ops.quote_name, _about(self._model)
        table, key = quote(about.db_table), quote(about.pk.column)
        row = f"({', '.join(['%s'] * self._values)})"
        rows = ", ".join([row] * count)
        return (
            f"UPDATE {table} SET {self._changes} FROM (VALUES {rows}) AS given"  # noqa: S608
            f' WHERE {table}.{key} = given."column1" AND {self._where} RETURNING {table}.{key}'
        )


def _about(model: type[Model]) -> Any:  # noqa: ANN401 - as Django's own
    return model._meta  # noqa: SLF001 - what Django tells of a model, by its documented name


def _is_numbered(field: Any) -> bool:  # noqa: ANN401 - as Django's own
    return field.primary_key and isinstance(field, AutoField | BigAutoField)
