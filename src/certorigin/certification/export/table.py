"""The table behind both exports: which member of a certificate stands where (`mapping.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_CONSTANT, _LIST = "=", "[]"
# A moment in two parts, as UBL writes it: `2026-05-16` and `09:00:00Z`.
_PARTS = {"date": (0, 10), "time": (11, None)}


@dataclass(frozen=True)
class Row:
    """One member, the box of ST-1 that shows it, and its places; empty where it has none.

    `wco` only tells which element of a goods declaration says the same.
    """

    member: str
    box: str = ""
    ubl: str = ""
    cefact: str = ""
    wco: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether the same text always stands there."""
        return self.member.startswith(_CONSTANT)

    @property
    def is_list(self) -> bool:
        """Whether the member holds several texts."""
        return self.member.endswith(_LIST)

    def texts_of(self, data: Mapping[str, Any]) -> list[str]:
        """Return what stands in the member: no text, one, or one for each entry of a list."""
        if self.is_constant:
            return [self.member.removeprefix(_CONSTANT)]
        name, _, part = self.member.removesuffix(_LIST).partition("|")
        found = take(data, name.split("."))
        if found is None:
            return []
        if part:
            start, end = _PARTS[part]
            return [str(found)[start:end]]
        return [str(one) for one in found] if self.is_list else [str(found)]


@dataclass(frozen=True)
class ExportTable:
    """All rows, in the order of the UBL schema; those of `item` are below each item."""

    items_ubl: str
    items_cefact: str
    head: tuple[Row, ...]
    item: tuple[Row, ...]
    tail: tuple[Row, ...]


class Gathered:
    """Members found in a document, put together again; the same member twice has to agree."""

    def __init__(self, place: str = "") -> None:
        self.data: dict[str, Any] = {}
        self._place = place
        self._parts: dict[tuple[str, str], str] = {}

    def add(self, row: Row, texts: list[str]) -> None:
        """Take what was found for a row. Raises MalformedError (`export.disagrees`)."""
        if row.is_constant:
            self._expect(row, texts == row.texts_of({}))
            return
        if not texts:
            return
        name, _, part = row.member.removesuffix(_LIST).partition("|")
        if row.is_list:
            put(self.data, name.split("."), texts)
            return
        if part:
            self._parts[name, part] = texts[0]
            texts = ["T".join(self._parts.get((name, one), "") for one in _PARTS)]
            put(self.data, name.split("."), texts[0])
            return
        known = take(self.data, name.split("."))
        self._expect(row, len(texts) == 1 and known in {None, texts[0]})
        put(self.data, name.split("."), texts[0])

    def _expect(self, row: Row, holds: bool) -> None:  # noqa: FBT001 - what was looked at
        if not holds:
            raise MalformedError("export.disagrees", place=self._place + row.member)


def take(data: Mapping[str, Any], steps: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    """Return what lies at a path in nested objects, or None."""
    found: Any = data
    for step in steps:
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found


def put(data: dict[str, Any], steps: list[str], value: object) -> None:
    """Lay a value at a path, with the objects that it needs."""
    for step in steps[:-1]:
        data = data.setdefault(step, {})
    data[steps[-1]] = value


@cache
def get_table() -> ExportTable:
    """Return the table."""
    text = files("certorigin.certification.export").joinpath("mapping.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return ExportTable(
        data["items_ubl"],
        data["items_cefact"],
        *(tuple(_rows(data[part])) for part in ("head", "item", "tail")),
    )


def _rows(rows: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    return (Row(**row) for row in rows)
