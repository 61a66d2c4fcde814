"""Many applications from one table: rows with one value under `consignment` are one application.

What is stated for the consignment (importer, transport, documents) stands in its first row; later
rows repeat it or leave it empty. The other columns are those of a list of goods.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from certorigin.application.draft import FORMAT, Application
from certorigin.assessment.goods_list import (
    COLUMNS,
    MOST_LINES,
    NAMES,
    read_cells,
    read_header,
    read_line,
)
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = tuple[int, Sequence[str | bool]]

MOST_BYTES = 12_000_000
CONSIGNMENT = "consignment"

# Each column of a consignment by its member, and its usual names.
_WORDS = """
consignment: партия, partiya
form: форма, forma
destinationCountry: назначение, destination
importer.name: получатель, importer
importer.address: адрес получателя, importer address
importer.country: страна получателя, importer country
importer.identifier: номер получателя, importer number
transport.means: транспорт, transport
transport.route: маршрут, route
invoice.number: счет, invoice
invoice.date: дата счета, invoice date
contract.number: договор, contract
contract.date: дата договора, contract date
"""
_HEAD = {
    member: names.split(", ")
    for member, _, names in (line.partition(": ") for line in _WORDS.strip().splitlines())
}
HEAD = tuple(_HEAD)
_NAMES = NAMES | {name: member for member, names in _HEAD.items() for name in names}
_SCHEMES = {"BY": "UNP", "AZ": "VOEN"}
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass(frozen=True)
class Consignment:
    """One application of a table: the line where it begins, what it states, its faults.

    With faults there is no `draft`.
    """

    line: int
    name: str
    draft: Application | None
    faults: tuple[Finding, ...] = ()


def read_batch(raw: bytes, *, given: Mapping[str, Any]) -> Iterator[Consignment]:
    """Yield the applications of a table one after the other; `given` is what all of them state.

    Raises LimitError, MalformedError when it is no table, or a column is unknown, written twice
    or missing (`bulk.without_consignments`).
    """
    if len(raw) > MOST_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MOST_BYTES))
    cells = read_cells(raw)
    (line, header), *rows = cells.rows
    names, faults = read_header(header, line, _NAMES, (*HEAD, *COLUMNS))
    if faults:
        raise _as_error(faults[0])
    if cells.faults:
        raise _as_error(cells.faults[0])
    if CONSIGNMENT not in names:
        raise MalformedError("bulk.without_consignments", place=f"line {line}")
    return _consignments(names, rows, given)


def _consignments(
    names: list[str], rows: Sequence[Row], given: Mapping[str, Any]
) -> Iterator[Consignment]:
    told = (row for row in rows if any(str(cell).strip() for cell in row[1]))
    column, seen = names.index(CONSIGNMENT), set()
    for name, group in groupby(told, key=lambda row: _cell(row[1], column)):
        found = _consignment(name, names, list(group), given)
        if name in seen:
            fault = Finding("bulk.consignment_again", f"line {found.line}", facts={"name": name})
            found = Consignment(found.line, name, None, (*found.faults, fault))
        seen.add(name)
        yield found


def _consignment(
    name: str, names: list[str], rows: list[Row], given: Mapping[str, Any]
) -> Consignment:
    first = rows[0][0]
    faults: list[Finding] = []
    if not name:
        faults.append(Finding("bulk.consignment_unnamed", f"line {first}"))
    if len(rows) > MOST_LINES:
        faults.append(
            Finding("worksheet.too_many_rows", f"line {first}", facts={"limit": str(MOST_LINES)})
        )
        return Consignment(first, name, None, tuple(faults))
    head, found = _head(names, rows)
    faults += found
    goods = [name if name in COLUMNS else "" for name in names]
    items = []
    for number, (line, row) in enumerate(rows, start=1):
        item, found = read_line(goods, row, number, line)
        faults += found
        if item is not None:
            items.append(item.to_data())
    if faults:
        return Consignment(first, name, None, tuple(faults))
    try:
        record = Record({"format": FORMAT, **given, **head, "items": items})
        draft = Application.from_record(record)
        record.finish()
    except MalformedError as error:
        place = f"line {first}, {error.facts.get('place', '')}"
        fault = Finding(error.code, place, facts=error.facts | {"place": place})
        return Consignment(first, name, None, (fault,))
    return Consignment(first, name, draft)


def _head(names: list[str], rows: list[Row]) -> tuple[dict[str, Any], list[Finding]]:
    """Return what the rows state of the consignment as a whole, the same in each that states it."""
    stated: dict[str, str] = {}
    faults = []
    for line, row in rows:
        for index, member in enumerate(names):
            text = _cell(row, index)
            if member not in HEAD or member == CONSIGNMENT or not text:
                continue
            if stated.setdefault(member, text) != text:
                place = f"line {line}, {member}"
                faults.append(Finding("bulk.row_differs", place, facts={"value": text[:40]}))
    data: dict[str, Any] = {}
    for member, text in stated.items():
        outer, _, inner = member.partition(".")
        if inner:
            data.setdefault(outer, {})[inner] = _day(text) if inner == "date" else text
        else:
            data[outer] = text
    importer = data.get("importer", {})
    if "identifier" in importer:
        scheme = _SCHEMES.get(importer.get("country", ""), "OTHER")
        importer["identifier"] = {"scheme": scheme, "value": importer["identifier"]}
    return data, faults


def _as_error(fault: Finding) -> MalformedError:
    facts = {"place": fault.place} | dict(fault.facts)
    return MalformedError(fault.code, **facts)


def _cell(row: Sequence[str | bool], index: int) -> str:
    return str(row[index]).strip() if index < len(row) else ""


def _day(text: str) -> str:
    """Return a day as it is written in documents; another text stays, for its reader to refuse."""
    found = _DAY.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text
