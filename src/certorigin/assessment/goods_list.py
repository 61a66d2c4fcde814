"""Lines of goods of an application from XLSX, CSV or cells that were pasted: every fault told.

A row is a line of goods. Columns are members of the application (`quantity.value`), or their usual
names in Russian or English; units and packages may be named by a code or in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from certorigin.application.draft import ApplicationItem
from certorigin.assessment.spreadsheet import ZIP_START, csv_cells, xlsx_cells
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.code_names import LANGUAGES, names_of
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certorigin.assessment.table import Cells

MOST_BYTES = 4_000_000
MOST_LINES = 500

# Each column by its member, and its usual names; the last line is passed over.
_WORDS = """
description: наименование, описание, name
tariffCode: код, код тн вэд, code
packages.count: мест, количество мест, packages
packages.kind: упаковка, вид упаковки, packing
packages.marks: маркировка, marks
quantity.value: количество, quantity
quantity.unit: единица, ед. изм., unit
grossWeight.value: брутто, gross
grossWeight.unit: единица брутто
netWeight.value: нетто, net
netWeight.unit: единица нетто
value.amount: стоимость, amount
value.currency: валюта, currency
originCountry: страна, origin
: №, n, sequence
"""
_MEMBERS = {
    member: names.split(", ")
    for member, _, names in (line.partition(": ") for line in _WORDS.strip().splitlines())
}
COLUMNS = tuple(member for member in _MEMBERS if member)
NAMES = {name: member for member, names in _MEMBERS.items() for name in names}
# Short names of units that people write in their lists.
_UNITS = {
    "кг": "KGM",
    "kg": "KGM",
    "т": "TNE",
    "t": "TNE",
    "шт": "H87",
    "шт.": "H87",
    "pcs": "H87",
    "ədəd": "H87",
    "л": "LTR",
    "l": "LTR",
    "м": "MTR",
    "m": "MTR",
    "м2": "MTK",
    "м²": "MTK",
    "м3": "MTQ",
    "м³": "MTQ",
    "пар": "PR",
}
_NUMBERS = frozenset(name for name in COLUMNS if name.endswith((".value", ".amount", ".count")))
_WEIGHTS = ("grossWeight", "netWeight")
_BLANKS = re.compile(r"[\u0020\u00a0\u2009\u202f]")
_COMMA = re.compile(r"-?\d{1,15},\d{1,6}")


@dataclass(frozen=True)
class GoodsList:
    """What a table says. With faults nothing of it may be used; each names its line."""

    items: tuple[ApplicationItem, ...]
    faults: tuple[Finding, ...]


def read_goods(raw: bytes, *, first: int = 1) -> GoodsList:
    """Read lines of goods, numbered from `first`.

    Raises LimitError when there are too many, MalformedError when it is no table at all.
    """
    if len(raw) > MOST_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MOST_BYTES))
    cells = read_cells(raw)
    (line, header), *rows = cells.rows
    told = [(at, row) for at, row in rows if any(str(cell).strip() for cell in row)]
    if len(told) + first - 1 > MOST_LINES:
        raise LimitError("worksheet.too_many_rows", place="", limit=str(MOST_LINES))
    names, faults = read_header(header, line, NAMES, COLUMNS)
    faults = [*cells.faults, *faults]
    if not told and not faults:
        faults.append(Finding("goods_list.without_rows", f"line {line}"))
    items = []
    for number, (at, row) in enumerate(told, start=first):
        item, found = read_line(names, row, number, at)
        faults += found
        if item is not None:
            items.append(item)
    return GoodsList(tuple(items), tuple(faults))


def read_cells(raw: bytes) -> Cells:
    """Read the cells of an XLSX or CSV file. Raises MalformedError, LimitError."""
    cells = xlsx_cells(raw) if raw.startswith(ZIP_START) else csv_cells(_text(raw).strip("\r\n"))
    if not cells.rows:
        raise MalformedError("worksheet.table_unreadable", place="line 1")
    return cells


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):  # the second: office programs of our region
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MalformedError("worksheet.not_utf8", place="")


def read_header(
    header: Sequence[str | bool], line: int, known: Mapping[str, str], members: Sequence[str]
) -> tuple[list[str], list[Finding]]:
    """Return the member behind each column, by its own name or one that is `known`."""
    names: list[str] = []
    faults = []
    for index, cell in enumerate(header):
        said = str(cell).strip().lstrip("\ufeff")
        name = said if said in members else known.get(said.lower())
        place, facts = f"line {line}, column {index + 1}", {"value": said[:40]}
        if name is None and said:
            faults.append(Finding("worksheet.column_unknown", place, facts=facts))
        elif name and name in names:
            faults.append(Finding("worksheet.column_twice", place, facts=facts))
        names.append(name or "")
    return names, faults


def read_line(
    names: list[str], row: Sequence[str | bool], number: int, line: int
) -> tuple[ApplicationItem | None, list[Finding]]:
    """Read one row of goods, member by member, so that all its faults are told."""
    data: dict[str, Any] = {"sequence": str(number)}
    faults: list[Finding] = []
    for index, cell in enumerate(row):
        text = str(cell).strip()
        if text and index >= len(names):
            place = f"line {line}, column {index + 1}"
            faults.append(Finding("worksheet.cell_without_column", place))
        elif text and names[index]:
            _set(data, names[index], _value(names[index], text))
    for name in _WEIGHTS:
        if "value" in data.get(name, {}):
            data[name].setdefault("unit", "KGM")
    for name, value in data.items():
        part = {"sequence": "1"} | ({name: value} if name != "sequence" else {})
        try:
            _read(part)
        except MalformedError as error:
            place = f"line {line}, {error.facts.get('place', '')}"
            faults.append(Finding(error.code, place, facts=error.facts | {"place": place}))
    return (None if faults else _read(data)), faults


def _read(data: dict[str, Any]) -> ApplicationItem:
    record = Record(data)
    item = ApplicationItem.from_record(record)
    record.finish()
    return item


def _value(name: str, text: str) -> str:
    if name in _NUMBERS:
        joined = _BLANKS.sub("", text)
        return joined.replace(",", ".") if _COMMA.fullmatch(joined) else joined
    if name.endswith(".unit"):
        return _UNITS.get(text.lower()) or _codes("units").get(text.lower(), text)
    if name.endswith(".kind"):
        return _codes("packages").get(text.lower(), text)
    if name == "originCountry":
        return _codes("states").get(text.lower(), text)
    return text


@cache
def _codes(kind: str) -> dict[str, str]:
    """Return the code behind each name of a list, in small letters, in every language."""
    named = {language: names_of(kind, language) for language in LANGUAGES}
    return {name.lower(): code for names in named.values() for code, name in names.items()}


def _set(data: dict[str, Any], name: str, value: str) -> None:
    outer, _, inner = name.partition(".")
    if inner:
        data.setdefault(outer, {})[inner] = value
    else:
        data[outer] = value
