"""Many certificates in one file: a declaration on each line (JSON), or a table of numbers (CSV).

A line that can't be read is told as such and hinders no other one.
"""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.recognition.declaration import MAX_DECLARATION, GoodsDeclaration
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.table import unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BATCH: Final = 32 << 20  # twice what 10,000 declarations of two goods take
MOST_LINES: Final = 10_000
COLUMNS: Final = ("form", "number", "date", "state")
_DELIMITERS = (";", "\t", ",")


@dataclass(frozen=True)
class Asked:
    """One line: certificates to verify, with the declaration that cites them where there is one.

    `fault` is the code of why the line can't be read.
    """

    line: int
    references: tuple[CertificateReference, ...] = ()
    declaration: GoodsDeclaration | None = None
    fault: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the line for keeping."""
        data: dict[str, Any] = {"line": self.line}
        if self.declaration is not None:
            data["declaration"] = self.declaration.to_data()
        elif self.references:
            data["certificate"] = self.references[0].to_data()
        return data | ({"fault": self.fault} if self.fault else {})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Asked:
        """Read a line that was kept. Raises MalformedError."""
        line, fault = int(data["line"]), str(data.get("fault", ""))
        if "declaration" in data:
            return _declared(line, GoodsDeclaration.from_record(Record(data["declaration"])))
        if "certificate" in data:
            reference = CertificateReference.from_record(Record(data["certificate"]))
            return cls(line, (reference,))
        return cls(line, fault=fault)


def read_batch(raw: bytes) -> list[Asked]:
    """Read a file of declarations or numbers.

    Raises MalformedError (`batch.not_utf8`, `batch.empty`, `batch.columns_missing`), LimitError
    (`batch.too_large`, `batch.too_many_lines`).
    """
    if len(raw) > MAX_BATCH:
        raise LimitError("batch.too_large", place="", limit=str(MAX_BATCH))
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise MalformedError("batch.not_utf8", place="", line=str(line)) from None
    asked = list(_declarations(text) if text.lstrip()[:1] == "{" else _numbers(text))
    if not asked:
        raise MalformedError("batch.empty", place="")
    return asked


def _declarations(text: str) -> Iterator[Asked]:
    for count, (line, one) in enumerate(_filled(text)):
        _check_count(count)
        try:
            if len(one) > MAX_DECLARATION:
                raise LimitError("declaration.too_large", place="", limit=str(MAX_DECLARATION))
            found = GoodsDeclaration.from_bytes(one.encode())
        except CertoriginError as fault:
            yield Asked(line, fault=fault.code)
            continue
        yield _declared(line, found)


def _declared(line: int, found: GoodsDeclaration) -> Asked:
    cited = {item.claim.certificate: None for item in found.items if item.claim}
    return Asked(line, tuple(cited), found)


def _filled(text: str) -> Iterator[tuple[int, str]]:
    for line, one in enumerate(text.split("\n"), 1):
        if one.strip():
            yield line, one


def _numbers(text: str) -> Iterator[Asked]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    count = 0
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not names:
                names = [cell.strip().lower() for cell in row]
                _check_columns(names)
                continue
            _check_count(count)
            count += 1
            cells = dict(zip(names, (unguarded(cell.strip()) for cell in row), strict=False))
            yield _number(reader.line_num, cells)
    except csv.Error:
        line = str(reader.line_num)
        raise MalformedError("batch.not_a_table", place="", line=line) from None


def _check_columns(names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise MalformedError("batch.columns_missing", place="", missing=", ".join(missing))


def _check_count(count: int) -> None:
    if count >= MOST_LINES:
        raise LimitError("batch.too_many_lines", place="", limit=str(MOST_LINES))


def _number(line: int, cells: dict[str, str]) -> Asked:
    try:
        day = date.fromisoformat(cells.get("date", "")).isoformat()
        data = {"form": cells.get("form", ""), "number": cells.get("number", ""), "date": day}
        record = Record(data | {"issuingCountry": cells.get("state", "")})
        reference = CertificateReference.from_record(record)
    except ValueError:
        return Asked(line, fault="day.malformed")
    except CertoriginError as fault:
        return Asked(line, fault=fault.code)
    return Asked(line, (reference,))
