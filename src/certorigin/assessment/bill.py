"""A bill of materials in XLSX or CSV: a material in each row, every fault with its line.

The columns are those of the worksheet's table without `kind`; `item` (in Russian `товар`) names the
item by its number where the bill is for several.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from certorigin.assessment.faults import find_faults
from certorigin.assessment.material import Material
from certorigin.assessment.spreadsheet import ZIP_START, csv_cells, xlsx_cells
from certorigin.assessment.table import KIND, MOST_COLUMNS, Cells, sheet_from_cells
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BILL_BYTES = 4_000_000
MOST_BILL_ROWS = 2_000

_ITEM_NAMES = frozenset({"item", "товар", "позиция"})
_COUNT = re.compile(r"[0-9]{1,7}")
_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_LINE = re.compile(r"line (\d+)")
# What a worksheet needs besides its materials, so that its reader can judge them.
_AROUND = {"agreement": "CIS-2009", "productionCountry": "BY"}
_ITEM_DATA = {"sequence": "1", "tariffCode": "0101"}


@dataclass(frozen=True)
class BillRow:
    """A material of a bill: its line in the file, its item (0: not said), its data."""

    line: int
    item: int
    material: dict[str, Any]


@dataclass(frozen=True)
class Bill:
    """What a file says. With faults nothing of it may be used; each names its line."""

    rows: tuple[BillRow, ...]
    faults: tuple[Finding, ...]

    def for_item(self, sequence: int) -> tuple[dict[str, Any], ...]:
        """Return the materials of an item; rows that name none belong to the first."""
        return tuple(row.material for row in self.rows if (row.item or 1) == sequence)


def read_bill(raw: bytes, *, items: int) -> Bill:
    """Read a bill for goods of so many items.

    Raises LimitError when it is too large, MalformedError when it is no table at all.
    """
    if len(raw) > MOST_BILL_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MOST_BILL_BYTES))
    cells = xlsx_cells(raw) if raw.startswith(ZIP_START) else csv_cells(_text(raw))
    if not cells.rows:
        raise MalformedError("worksheet.table_unreadable", place="line 1")
    if len(cells.rows) > MOST_BILL_ROWS + 1:
        raise LimitError("worksheet.too_many_rows", place="", limit=str(MOST_BILL_ROWS))
    cells, numbers, faults = _without_items(cells, items)
    sheet = sheet_from_cells(_as_materials(cells))
    (item,) = sheet.data["items"]
    materials = item.get("materials", [])
    whole = {**sheet.data, **_AROUND, "items": [_ITEM_DATA | {"materials": materials}]}
    found = [replace(one, place=sheet.place_of(one.place)) for one in find_faults(whole)]
    lines = [sheet.lines[f"items[0].materials[{at}]"] for at in range(len(materials))]
    rows = [
        BillRow(line, numbers.get(line, 0), material)
        for line, material in zip(lines, materials, strict=True)
    ]
    if not rows and not sheet.faults:
        faults.append(Finding("bill.without_rows", "line 1"))
    every = sorted([*faults, *sheet.faults, *found], key=_line_of)
    return Bill(tuple(rows), tuple(every))


def with_materials(
    worksheet: Worksheet, rows: Sequence[BillRow], *, append: bool
) -> tuple[Worksheet, tuple[int, ...]]:
    """Put the materials of a bill into a worksheet; return also the items that got some.

    Items of which the bill says nothing stay as they are. Raises MalformedError.
    """
    bill = Bill(tuple(rows), ())
    data, touched = worksheet.to_data(), []
    for item in data["items"]:
        found = bill.for_item(int(item["sequence"]))
        if found:
            before = item.get("materials", []) if append else []
            item["materials"] = [*before, *found]
            touched.append(int(item["sequence"]))
    return Worksheet.from_data(data), tuple(touched)


def rows_to_data(rows: Sequence[BillRow]) -> dict[str, Any]:
    """Write rows for a second look; the inverse of `rows_from_data`."""
    return {
        "rows": [
            {"line": str(row.line), "item": str(row.item), "material": row.material} for row in rows
        ]
    }


def rows_from_data(data: object) -> tuple[BillRow, ...]:
    """Read rows that were shown. Raises MalformedError."""
    record = Record(data)

    def row(one: Record) -> BillRow:
        line, item = (int(one.text(name, pattern=_COUNT)) for name in ("line", "item"))
        material = one.part("material", Material.from_record)
        return BillRow(line, item, material.to_data())

    rows = record.parts("rows", row)
    record.finish()
    return rows


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:  # what office programs of our region write
        return raw.decode("cp1251")
    except UnicodeDecodeError:
        raise MalformedError("worksheet.not_utf8", place="") from None


def _without_items(cells: Cells, items: int) -> tuple[Cells, dict[int, int], list[Finding]]:
    """Take the column of item numbers out; say which line belongs to which item."""
    (first, header), *rows = cells.rows
    names = [str(one).strip().lower().lstrip("\ufeff") for one in header]
    at = next((index for index, name in enumerate(names) if name in _ITEM_NAMES), -1)
    if at < 0:
        return cells, {}, []
    numbers, faults = {}, []
    for line, row in rows:
        told = str(row[at]).strip().removesuffix(".0") if at < len(row) else ""
        if _NUMBER.fullmatch(told) and int(told) <= items:
            numbers[line] = int(told)
        elif any(str(cell).strip() for cell in row):
            facts = {"value": told[:20], "items": str(items)}
            faults.append(Finding("bill.item_unknown", f"line {line}, {names[at]}", facts=facts))
    kept = [(line, _but(row, at)) for line, row in [(first, header), *rows]]
    return replace(cells, rows=kept), numbers, faults


def _but(row: Sequence[str | bool], at: int) -> list[str | bool]:
    """Empty a column, so that the others keep their places."""
    return ["" if index == at else cell for index, cell in enumerate(row)]


def _as_materials(cells: Cells) -> Cells:
    """Say of every row that it is a material, under one item that stands for all."""
    (first, header), *rows = cells.rows
    width = max(len(row) for _, row in cells.rows)
    if width >= MOST_COLUMNS:
        raise LimitError("worksheet.too_many_columns", limit=str(MOST_COLUMNS), place="")

    def told(row: Sequence[str | bool], kind: str) -> list[str | bool]:
        return [*row, *[""] * (width - len(row)), kind]

    names: list[tuple[int, Sequence[str | bool]]] = [(first, told(header, KIND))]
    names.append((first, told([], "item")))
    for line, row in rows:
        filled = any(cell.strip() if isinstance(cell, str) else True for cell in row)
        names.append((line, told(row, "material" if filled else "")))
    return replace(cells, rows=names)


def _line_of(finding: Finding) -> int:
    found = _LINE.match(finding.place)
    return int(found[1]) if found else 0
