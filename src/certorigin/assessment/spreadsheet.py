"""Cells of a CSV or XLSX file, read within limits. Numbers stay the texts that the file holds.

XLSX is read here, not by a library for it: those give numbers as floats, and 0.10 would be lost.
"""

from __future__ import annotations

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree

from certorigin.assessment.table import MOST_COLUMNS, MOST_ROWS, Cells
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PART_BYTES = 30_000_000
MOST_PARTS = 500
# A small archive may unfold into millions of empty cells: each costs time and memory.
MOST_TAGS = 1_500_000
MOST_CELLS = 300_000
ZIP_START = b"PK\x03\x04"

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_INDEX = re.compile(r"[0-9]{1,9}")
_DAYS = re.compile(r"(?:.+\.)?date", re.DOTALL)
_CODES = frozenset({"tariffCode", "код"})  # a code typed as a number has lost its first zero
EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, as counted after February 1900
_LAST_DAY = 2_958_465
_DELIMITERS = (";", "\t", ",")


# What the package reader raises for bytes that are no package, or a broken one.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, KeyError, ValueError),
    *(NotImplementedError, RuntimeError, EOFError, OSError),
)


def first_row(text: str) -> tuple[str, list[str]]:
    """Return the delimiter that a CSV's first line uses most, and its cells."""
    line = text.split("\n", 1)[0].rstrip("\r")[:4_000]
    delimiter = max(_DELIMITERS, key=line.count)
    try:
        return delimiter, next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return delimiter, []


def csv_cells(text: str) -> Cells:
    """Read a CSV file. Raises MalformedError with the line of the fault, LimitError."""
    delimiter, _ = first_row(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str | bool]]] = []
    try:
        line = 1
        for row in reader:
            rows.append((line, [*row]))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise LimitError("worksheet.too_many_rows", limit=str(MOST_ROWS), place="")
    except csv.Error:
        place = f"line {reader.line_num}"
        raise MalformedError("worksheet.table_unreadable", place=place) from None
    return Cells(rows, comma=delimiter == ";")


def xlsx_cells(raw: bytes) -> Cells:
    """Read the first sheet of an XLSX file. Raises MalformedError, LimitError."""
    with open_package(raw) as package:
        texts = shared_texts(package)
        sheet = read_part(package, sheet_parts(package)[0][1])
        faults: list[Finding] = []
        rows = [*_rows(sheet, texts, faults)]
    if not rows:
        raise MalformedError("worksheet.table_unreadable", place="line 1")
    return Cells(rows, faults=tuple(faults))


@contextmanager
def open_package(raw: bytes) -> Iterator[zipfile.ZipFile]:
    """Open an XLSX file; what is broken in it is told as a MalformedError. Raises LimitError."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            if len(package.infolist()) > MOST_PARTS:
                raise LimitError("worksheet.too_many_parts", limit=str(MOST_PARTS), place="")
            yield package
    except _BROKEN:
        raise MalformedError("worksheet.table_unreadable", place="") from None


def read_part(package: zipfile.ZipFile, name: str) -> etree._Element:
    """Parse a part. What it says of its size is not believed: reading stops at the limit."""
    with package.open(name) as part:
        raw = part.read(MOST_PART_BYTES + 1)
    if len(raw) > MOST_PART_BYTES:
        raise LimitError("worksheet.unfolds_too_large", limit=str(MOST_PART_BYTES), place=name)
    if raw.count(b"<") > MOST_TAGS:
        raise LimitError("worksheet.too_many_cells", limit=str(MOST_CELLS), place=name)
    head = raw[:4_000].removeprefix(b"\xef\xbb\xbf")
    if not head.startswith(b"<") or b"<!DOCTYPE" in raw:
        raise MalformedError("worksheet.table_unreadable", place=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise MalformedError("worksheet.table_unreadable", place=name) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that hid it
        raise MalformedError("worksheet.table_unreadable", place=name)
    return root


def sheet_parts(package: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name and the part of each sheet, in order. Raises MalformedError for none."""
    book = read_part(package, "xl/workbook.xml")
    relations = read_part(package, "xl/_rels/workbook.xml.rels").iter(f"{_PACKAGE}Relationship")
    targets = {one.get("Id"): one.get("Target") or "" for one in relations}
    found = []
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        target = targets.get(sheet.get(f"{_RELATIONS}id"))
        if target is not None:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            found.append(((sheet.get("name") or "")[:80], part))
    if not found:
        raise MalformedError("worksheet.table_unreadable", place="xl/workbook.xml")
    return found


def shared_texts(package: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells refer to by number. Raises MalformedError, LimitError."""
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    root = read_part(package, "xl/sharedStrings.xml")
    return [joined_text(one) for one in root.iter(f"{_MAIN}si")]


def joined_text(holder: etree._Element) -> str:
    """Join the runs of a text; what is spoken above it (phonetic runs) is no part of it."""
    texts = holder.iter(f"{_MAIN}t")
    return "".join(
        one.text or ""
        for one in texts
        if not any(above.tag == f"{_MAIN}rPh" for above in one.iterancestors())
    )


def _rows(
    sheet: etree._Element, texts: list[str], faults: list[Finding]
) -> Iterator[tuple[int, list[str | bool]]]:
    header: list[str] = []
    count = read = 0
    for count, row in enumerate(sheet.iter(f"{_MAIN}row"), start=1):
        if count > MOST_ROWS:
            raise LimitError("worksheet.too_many_rows", limit=str(MOST_ROWS), place="")
        told = row.get("r") or str(count)
        line = int(told) if re.fullmatch(r"[1-9][0-9]{0,6}", told) else count
        cells: list[str | bool] = []
        for cell in row.iter(f"{_MAIN}c"):
            read += 1
            if read > MOST_CELLS:
                raise LimitError("worksheet.too_many_cells", limit=str(MOST_CELLS), place="")
            column = column_at(cell.get("r") or "", len(cells))
            cells += [""] * (column - len(cells) + 1)
            name = header[column] if column < len(header) else ""
            place = f"line {line}" + (f", {name}" if name else "")
            cells[column] = _value(cell, texts, name, place, faults)
        header = header or [str(one).strip() for one in cells]
        yield line, cells


def column_at(reference: str, following: int) -> int:
    """Return the column of a cell such as C7, counted from 0. Raises LimitError."""
    found = _REFERENCE.fullmatch(reference)
    column = following
    if found:
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        column -= 1
    if column >= MOST_COLUMNS:
        raise LimitError("worksheet.too_many_columns", limit=str(MOST_COLUMNS), place=reference)
    return column


def _value(
    cell: etree._Element, texts: list[str], name: str, place: str, faults: list[Finding]
) -> str | bool:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return joined_text(cell)
    inner = cell.find(f"{_MAIN}v")
    value = "" if inner is None else inner.text or ""
    if kind == "s":
        if not _INDEX.fullmatch(value) or int(value) >= len(texts):
            raise MalformedError("worksheet.table_unreadable", place=place)
        return texts[int(value)]
    if kind == "b":
        return value == "1"
    if kind == "e":
        faults.append(Finding("worksheet.cell_error", place, facts={"value": value[:20]}))
    if kind == "n" and value:
        if name in _CODES:
            faults.append(Finding("worksheet.code_as_number", place, facts={"value": value[:20]}))
        return _number(value, name, place)
    return value


def _number(text: str, name: str, place: str) -> str:
    """Write a number as the file has it, a day by its calendar."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise MalformedError("worksheet.table_unreadable", place=place) from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise MalformedError("number.malformed", place=place, value=text[:40])
    if _DAYS.fullmatch(name) and 0 < number <= _LAST_DAY and number == int(number):
        return (EPOCH + timedelta(days=int(number))).isoformat()
    return format(number, "f")
