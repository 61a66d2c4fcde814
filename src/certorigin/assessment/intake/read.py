"""Any file of an invoice, read into a draft application: what it says, and what was left open.

    found = read_file(raw)
    found.application; found.findings; found.columns

Nothing is filled in that the file does not state; `given` is what the person who brings it adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.application.draft import FORMAT, Application
from certorigin.application.invoice import read_ubl_invoice
from certorigin.assessment.goods_list import MOST_LINES
from certorigin.assessment.intake.header import find_header, is_numbering
from certorigin.assessment.intake.labels import Around
from certorigin.assessment.intake.rows import RowReader, is_goods, is_sum, marks_of, told_cells
from certorigin.assessment.intake.sheets import read_sheets
from certorigin.assessment.intake.words import (
    AMOUNT,
    CURRENCY,
    PACKING,
)
from certorigin.assessment.reading import read_json
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certorigin.application.draft import ApplicationItem
    from certorigin.assessment.intake.header import Header
    from certorigin.assessment.intake.sheets import Sheet

    Row = tuple[int, Sequence[str]]

UBL, TABLE, APPLICATION = "ubl", "table", "application"
_MOST_NOTES = 100


@dataclass(frozen=True)
class ReadFile:
    """What a file gave. `columns` are those of a table: the name, and the member that it fills.

    `kind` is `ubl`, `table` or `application`; `sheet` names the one of several that was read.
    """

    kind: str
    application: Application
    findings: tuple[Finding, ...]
    columns: tuple[tuple[str, str], ...] = ()
    sheet: str = ""


def read_file(
    raw: bytes, *, currency: str = "", packing: str = "", whole: bool = False
) -> ReadFile:
    """Read a UBL invoice, a spreadsheet, a CSV file or pasted rows.

    `currency` and `packing` hold where a table names none. With `whole`, an application as JSON is
    read as well. Raises MalformedError for what is none of them (`intake.no_goods` for a table
    without a row that names columns), LimitError.
    """
    start = raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or raw.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        invoice = read_ubl_invoice(raw)
        return ReadFile(UBL, invoice.application, invoice.findings)
    if whole and start.startswith(b"{"):
        data = read_json(raw)
        record = Record(data if isinstance(data, dict) else {})
        application = Application.from_record(record)
        record.finish()
        return ReadFile(APPLICATION, application, ())
    given = {CURRENCY: currency, PACKING: packing}
    return _read_table(read_sheets(raw), {name: text for name, text in given.items() if text})


def _read_table(sheets: list[Sheet], given: dict[str, str]) -> ReadFile:
    headers = [(sheet, header) for sheet in sheets if (header := find_header(sheet))]
    if not headers:
        raise MalformedError("intake.no_goods", place="")
    sheet, header = max(headers, key=lambda one: (one[1].score, len(one[0].rows)))
    findings = _passed_sheets(sheet, headers)
    above, under = sheet.rows[: header.first], sheet.rows[header.last + 1 :]
    goods = [row for row in under if is_goods(header, row[1])]
    if len(goods) > MOST_LINES:
        raise LimitError("worksheet.too_many_rows", place="", limit=str(MOST_LINES))
    if not goods:
        raise MalformedError("goods_list.without_rows", place=f"line {sheet.rows[header.last][0]}")
    around = Around()
    around.read([*above, *(row for row in under if row not in goods)])
    around.finish()
    if around.currency:
        given = given | {CURRENCY: around.currency}
    reader = RowReader(header, marks_of(header, goods), given)
    items = [reader.read(line, row, at) for at, (line, row) in enumerate(goods, start=1)]
    findings += [*around.findings, *_left_columns(header), *_left_rows(header, under, goods)]
    findings += reader.findings
    data: dict[str, Any] = {"format": FORMAT, **around.data}
    application, faults = _whole(data, items)
    total, told = _total(header, under, reader, items)
    if total is not None:
        application = Application.from_record(
            Record(application.to_data() | {"invoiceTotal": total})
        )
    columns = tuple((one.name, one.member) for one in header.columns if one.member not in {"", "-"})
    return ReadFile(TABLE, application, (*faults, *told, *findings), columns, sheet.name)


def _passed_sheets(taken: Sheet, headers: list[tuple[Sheet, Header]]) -> list[Finding]:
    others = [sheet.name for sheet, _ in headers if sheet is not taken]
    if not others:
        return []
    facts = {"value": taken.name[:80], "others": ", ".join(others)[:200]}
    return [Finding("intake.sheet_taken", "", Grade.WARNING, "", facts)]


def _left_columns(header: Header) -> list[Finding]:
    return [
        Finding("intake.column_passed", "", Grade.NOTE, "", {"value": one.name})
        for one in header.columns
        if not one.member
    ]


def _left_rows(header: Header, under: Sequence[Row], goods: Sequence[Row]) -> list[Finding]:
    """Name the rows between lines of goods that are none: headings, remarks, sums apart."""
    last = goods[-1][0]
    left = []
    for line, row in under:
        text = told_cells(header, row).get("description", "")
        is_within = line < last and (line, row) not in goods and not is_numbering(row)
        if is_within and text and not is_sum(row):
            facts = {"line": str(line), "value": text[:80]}
            left.append(Finding("intake.row_passed", "", Grade.NOTE, "", facts))
    return left[:_MOST_NOTES]


def _whole(
    data: dict[str, Any], items: Sequence[ApplicationItem]
) -> tuple[Application, list[Finding]]:
    """Put the application together; what can't be read of a party or paper is left out, told."""
    goods = [item.to_data() for item in items]
    faults = []
    kept: dict[str, Any] = {}
    for name, value in data.items():
        try:
            Application.from_record(Record({name: value}))
        except MalformedError as error:
            faults.append(Finding(error.code, name, Grade.WARNING, "", error.facts))
        else:
            kept[name] = value
    return Application.from_record(Record({**kept, "items": goods})), faults


def _total(
    header: Header, under: Sequence[Row], reader: RowReader, items: Sequence[ApplicationItem]
) -> tuple[Mapping[str, str] | None, list[Finding]]:
    """Return the sum that the table states, and a finding where the lines come to another one."""
    values = [item.value for item in items if item.value is not None]
    currencies = {value.currency for value in values}
    column = header.members.get(AMOUNT)
    rows = [row for _, row in under if is_sum(row)]
    if column is None or len(currencies) != 1 or len(values) != len(items):
        return None, []
    stated = [
        figure
        for row in rows
        if column.index < len(row) and (figure := reader.amount(row[column.index])) is not None
    ]
    if not stated:
        return None, []
    total = sum((value.amount for value in values), Decimal(0))
    found = next((one for one in stated if Decimal(one) == total), stated[-1])
    money = {"amount": found, "currency": currencies.pop()}
    if Decimal(found) == total:
        return money, []
    facts = {"sum": f"{total:f}", "value": found}
    return money, [Finding("invoice.sum_differs", "invoiceTotal", Grade.WARNING, "", facts)]
