"""Every sheet of a file as rows of texts: XLSX, CSV, or cells that were pasted.

Numbers of a spreadsheet stay marked as such; its days are known by how the file shows them.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from certorigin.assessment.intake.figures import Exact
from certorigin.assessment.spreadsheet import (
    MOST_CELLS,
    ZIP_START,
    column_at,
    joined_text,
    open_package,
    read_part,
    shared_texts,
    sheet_parts,
)
from certorigin.assessment.table import MOST_COLUMNS
from certorigin.errors import LimitError, MalformedError

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from lxml import etree

MOST_BYTES = 4_000_000
MOST_SHEETS = 20
MOST_ROWS = 2_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DELIMITERS = (";", "\t", ",", "|")
_EPOCH = date(1899, 12, 30)
_LAST_DAY = 2_958_465
# Formats of days that every spreadsheet program has built in, and what others consist of.
_BUILT_IN_DAYS = frozenset(map(str, (*range(14, 18), 22, *range(27, 37), *range(50, 59))))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DAY_LETTERS = re.compile(r"[dy]", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, and its rows, each with the line on which it stands."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheets(raw: bytes) -> list[Sheet]:
    """Read every sheet of a file. Raises MalformedError for what is no table, LimitError."""
    if len(raw) > MOST_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MOST_BYTES))
    if raw.startswith(ZIP_START):
        return _from_xlsx(raw)
    return [Sheet("", tuple(_csv_rows(_text(raw))))]


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # as spreadsheets save "Unicode text"
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise MalformedError("worksheet.not_utf8", place="")


def _csv_rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    try:
        for count, row in enumerate(reader):
            if count >= MOST_ROWS:
                raise LimitError("worksheet.too_many_rows", limit=str(MOST_ROWS), place="")
            if len(row) > MOST_COLUMNS:
                limit = str(MOST_COLUMNS)
                raise LimitError("worksheet.too_many_columns", limit=limit, place=f"line {line}")
            yield line, tuple(" ".join(cell.split()) for cell in row)
            line = reader.line_num + 1
    except csv.Error:
        place = f"line {reader.line_num}"
        raise MalformedError("worksheet.table_unreadable", place=place) from None


def _delimiter(text: str) -> str:
    """Return the mark that most lines have equally often: titles above a table have none."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]

    def weight(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        usual = max((one for one in counts if one), key=counts.count, default=0)
        return counts.count(usual) if usual else 0, usual

    return max(_DELIMITERS, key=weight)


def _from_xlsx(raw: bytes) -> list[Sheet]:
    with open_package(raw) as package:
        texts, days = shared_texts(package), _day_styles(package)
        room = [MOST_CELLS]
        return [
            Sheet(name, tuple(_xlsx_rows(read_part(package, part), texts, days, room)))
            for name, part in sheet_parts(package)[:MOST_SHEETS]
            if part in package.namelist()
        ]


def _day_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the styles that show a number as a day."""
    if "xl/styles.xml" not in package.namelist():
        return frozenset()
    root = read_part(package, "xl/styles.xml")
    own = {
        one.get("numFmtId"): bool(_DAY_LETTERS.search(_QUOTED.sub("", one.get("formatCode") or "")))
        for one in root.iter(f"{_MAIN}numFmt")
    }
    styles = root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")
    return frozenset(
        index
        for index, style in enumerate(styles)
        if own.get(style.get("numFmtId")) or (style.get("numFmtId") or "") in _BUILT_IN_DAYS
    )


def _xlsx_rows(
    sheet: etree._Element, texts: list[str], days: frozenset[int], room: list[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    for count, row in enumerate(sheet.iter(f"{_MAIN}row"), start=1):
        if count > MOST_ROWS:
            raise LimitError("worksheet.too_many_rows", limit=str(MOST_ROWS), place="")
        told = row.get("r") or ""
        cells: list[str] = []
        for cell in row.iter(f"{_MAIN}c"):
            room[0] -= 1
            if room[0] < 0:
                raise LimitError("worksheet.too_many_cells", limit=str(MOST_CELLS), place="")
            column = column_at(cell.get("r") or "", len(cells))
            cells += [""] * (column - len(cells) + 1)
            cells[column] = _value(cell, texts, days)
        yield int(told) if told.isdecimal() and len(told) < 8 else count, tuple(cells)


def _value(cell: etree._Element, texts: list[str], days: frozenset[int]) -> str:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return " ".join(joined_text(cell).split())
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        known = value.isdecimal() and len(value) < 9 and int(value) < len(texts)
        return " ".join(texts[int(value)].split()) if known else ""
    if kind in {"e", "b"}:  # #REF! and TRUE say nothing about goods
        return ""
    if kind != "n":
        return " ".join(value.split())
    style = cell.get("s") or ""
    return _number(value, is_day=style.isdecimal() and int(style) in days)


def _number(text: str, *, is_day: bool) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 20:
        return text[:40]
    if is_day and 0 < number <= _LAST_DAY:
        return (_EPOCH + timedelta(days=int(number))).isoformat()
    return Exact(format(number, "f"))
