"""A goods declaration as a table: a row for each line of goods, a column for each member.

What is said of the whole declaration stands in the first row, and may be repeated in the others.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.declaration import FORMAT
from certorigin.recognition.members import HEAD, LINE, Told, get, put
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.table import table_of, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certorigin.recognition.declaration import GoodsDeclaration

MOST_ROWS = 10_000
MOST_COLUMNS = 100

_DELIMITERS = (";", "\t", ",")
_COMMA = re.compile(r"-?[0-9]{1,15},[0-9]{1,9}")
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_NUMBERS = frozenset({"value", "amount"})


def data_from_csv(raw: bytes) -> Told:
    """Put a table into the shape of a declaration, with the faults of its cells.

    Raises MalformedError with the line of the fault, and LimitError.
    """
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        number = str(raw.count(b"\n", 0, fault.start) + 1)
        raise MalformedError("declaration.not_utf8", place="", line=number) from None
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    rows = _rows(text, delimiter)
    line, header = next(rows, (1, []))
    told = Told({"format": FORMAT, "items": []})
    names = [name.strip() for name in header]
    if not {"number", "tariffCode"} & set(names):
        raise MalformedError("declaration.not_a_file_of_ours", place="", line=str(line))
    _check_header(names, line, told)
    for line, row in rows:
        _take(names, row, line, told, comma=delimiter == ";")
    return told


def csv_from(declaration: GoodsDeclaration) -> str:
    """Write a declaration as a table that reads back as the same declaration."""
    data = declaration.to_data()
    rows = [[*HEAD, *LINE]]
    for index, item in enumerate(data["items"]):
        head = [get(data, path) if not index else "" for path in HEAD]
        rows.append([*head, *(get(item, path) for path in LINE)])
    return table_of(rows)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that says something, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line, count = 1, 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                count += 1
                yield line, row
            if count > MOST_ROWS + 1:
                raise LimitError("declaration.too_many_rows", place="", limit=str(MOST_ROWS))
            line = reader.line_num + 1
    except csv.Error:
        number = str(reader.line_num)
        raise MalformedError("declaration.table_unreadable", place="", line=number) from None


def _check_header(names: list[str], line: int, told: Told) -> None:
    if len(names) > MOST_COLUMNS:
        raise LimitError("declaration.too_many_columns", place="", limit=str(MOST_COLUMNS))
    known = {*HEAD, *LINE}
    for index, name in enumerate(names):
        facts = {"value": name[:40], "line": str(line), "column": str(index + 1)}
        if name and name not in known:
            told.faults.append(Finding("declaration.column_unknown", name[:40], facts=facts))
        elif name and name in names[:index]:
            told.faults.append(Finding("declaration.column_twice", name[:40], facts=facts))


def _take(names: list[str], row: list[str], line: int, told: Told, *, comma: bool) -> None:
    items: list[dict[str, Any]] = told.data["items"]
    place = f"items[{len(items)}]"
    item: dict[str, Any] = {}
    told.lines[place] = (line, 0)
    for index, cell in enumerate(row):
        value, column = unguarded(cell.strip()), index + 1
        name = names[index] if index < len(names) else ""
        if not value:
            continue
        if not name:
            facts = {"line": str(line), "column": str(column), "value": value[:40]}
            told.faults.append(Finding("declaration.cell_without_column", place, facts=facts))
        elif name in HEAD:
            _take_head(name, _plain(name, value, comma=comma), line, column, told)
        elif name in LINE:
            put(item, name, _plain(name, value, comma=comma))
            told.lines[f"{place}.{name}"] = (line, column)
    items.append({"sequence": str(len(items) + 1)} | item)


def _plain(name: str, value: str, *, comma: bool) -> str:
    """Write days and decimals as a document has them; what is doubtful stays as it is."""
    last = name.rpartition(".")[2]
    found = _DAY.fullmatch(value)
    if last == "date" and found:
        day, month, year = (int(number) for number in found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    if comma and last in _NUMBERS and _COMMA.fullmatch(value):
        return value.replace(",", ".")
    return value


def _take_head(name: str, value: str, line: int, column: int, told: Told) -> None:
    """Take what is said of the whole declaration; a later row may only repeat it."""
    known = get(told.data, name)
    if not known:
        put(told.data, name, value)
        told.lines[name] = (line, column)
    elif known != value:
        facts = {"line": str(line), "column": str(column), "value": value[:40], "first": known[:40]}
        told.faults.append(Finding("declaration.cell_differs", name, facts=facts))
