"""A register of certificates issued on paper before a corridor began, as a table (R2, R18).

It is what an authority says that it issued: nothing in it is sealed, and no answer of the
verification rests on it. It helps an officer who holds the paper.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING, Final

from certorigin.errors import FindingsError, LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.search import number_key
from certorigin.vocabulary.table import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEEDED: Final = ("form", "number", "date", "body", "exporter")
COLUMNS: Final = (*NEEDED, "importer", "blank", "remark")
MAX_FILE: Final = 64 << 20
MOST_ROWS: Final = 500_000

_LONGEST: Final = {"form": 20, "number": 60, "blank": 60, "remark": 500}
_LONG = 250
_DELIMITERS = (";", "\t", ",")
_FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}", re.ASCII)
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True)
class PaperCertificate:
    """One row: a certificate that an authority says it issued on paper. `line` is the file's."""

    line: int
    form: str
    number: str
    date: date
    body: str
    exporter: str
    importer: str = ""
    blank: str = ""
    remark: str = ""


def read_paper_register(raw: bytes, *, until: date | None = None) -> list[PaperCertificate]:
    """Read a register, or tell everything that is wrong in it.

    `until` is the last day on which paper was issued; a later date is a finding. Raises
    MalformedError and LimitError for what is no table at all, and FindingsError
    (`paper.not_imported`) with the line and column of every fault.
    """
    if len(raw) > MAX_FILE:
        raise LimitError("paper.too_large", place="", limit=str(MAX_FILE))
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        number = str(raw.count(b"\n", 0, fault.start) + 1)
        raise MalformedError("paper.not_utf8", place="", line=number) from None
    rows = _rows(text)
    line, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    reader = _Reader(names, until)
    if not reader.check_header(line):
        raise FindingsError("paper.not_imported", reader.findings, count=str(len(reader.findings)))
    found = [reader.read(line, row) for line, row in rows]
    if reader.findings:
        raise FindingsError("paper.not_imported", reader.findings, count=str(len(reader.findings)))
    if not found:
        raise MalformedError("paper.empty", place="")
    return [one for one in found if one is not None]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that says something, with the line on which it begins."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line, count = 1, 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                count += 1
                yield line, [unguarded(cell.strip()) for cell in row]
            if count > MOST_ROWS + 1:
                raise LimitError("paper.too_many_rows", place="", limit=str(MOST_ROWS))
            line = reader.line_num + 1
    except csv.Error:
        raise MalformedError("paper.unreadable", place="", line=str(reader.line_num)) from None


class _Reader:
    """Reads rows under one header and keeps what is wrong, all of it."""

    def __init__(self, names: Sequence[str], until: date | None) -> None:
        self.findings: list[Finding] = []
        self._names = names
        self._until = until
        self._seen: dict[tuple[str, str, date, str], int] = {}

    def check_header(self, line: int) -> bool:
        for index, name in enumerate(self._names):
            if name not in COLUMNS:
                self._tell("paper.column_unknown", line, index, value=name[:40])
            elif name in self._names[:index]:
                self._tell("paper.column_twice", line, index, value=name)
        for name in NEEDED:
            if name not in self._names:
                self._tell("paper.column_missing", line, 0, value=name)
        return not self.findings

    def read(self, line: int, row: list[str]) -> PaperCertificate | None:
        before = len(self.findings)
        for index in range(len(self._names), len(row)):
            if row[index]:
                self._tell("paper.cell_without_column", line, index, value=row[index][:40])
        cells = dict(zip(self._names, row, strict=False))
        for index, name in enumerate(self._names):
            self._check_cell(name, cells.get(name, ""), line, index)
        day = self._read_day(cells.get("date", ""), line)
        if day is None or len(self.findings) > before:
            return None
        self._check_once(cells, day, line)
        known = {name: cells.get(name, "") for name in COLUMNS if name != "date"}
        return PaperCertificate(line=line, date=day, **known)

    def _check_cell(self, name: str, cell: str, line: int, index: int) -> None:
        longest = _LONGEST.get(name, _LONG)
        if not cell and name in NEEDED:
            self._tell("paper.cell_missing", line, index, value=name)
        elif len(cell) > longest:
            self._tell("paper.cell_too_long", line, index, value=name, limit=str(longest))
        elif "\0" in cell or (name == "form" and cell and not _FORM.fullmatch(cell)):
            self._tell("paper.cell_wrong", line, index, value=cell[:40].replace("\0", "?"))
        elif name == "number" and cell and not number_key(cell):
            self._tell("paper.cell_wrong", line, index, value=cell[:40])

    def _read_day(self, cell: str, line: int) -> date | None:
        if not cell:
            return None  # told as missing
        found = _DAY.fullmatch(cell)
        index = self._names.index("date")
        try:
            numbers = [int(part) for part in found.groups() if part] if found else []
            day = date(*numbers) if numbers and found and found[4] else date(*reversed(numbers))
        except (ValueError, TypeError):
            self._tell("paper.cell_wrong", line, index, value=cell[:40])
            return None
        if self._until is not None and day > self._until:
            facts = {"value": day.isoformat(), "until": self._until.isoformat()}
            self._tell("paper.after_end", line, index, **facts)
        return day

    def _check_once(self, cells: dict[str, str], day: date, line: int) -> None:
        key = (cells["form"], number_key(cells["number"]), day, cells["body"])
        first = self._seen.setdefault(key, line)
        if first != line:
            index = self._names.index("number")
            facts = {"value": cells["number"], "first": str(first)}
            self._tell("paper.twice", line, index, **facts)

    def _tell(self, code: str, line: int, index: int, **facts: str) -> None:
        where = {"line": str(line), "column": str(index + 1)}
        name = self._names[index] if index < len(self._names) else ""
        self.findings.append(Finding(code, name, facts=facts | where))
