"""A list of payments from a bank or a treasury, as CSV or XLSX: every fault told by its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.assessment.goods_list import read_cells, read_header
from certorigin.assessment.spreadsheet import EPOCH
from certorigin.errors import LimitError, MalformedError
from certorigin.fees.reference import find_references
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.number import decimal_from_text
from certorigin.vocabulary.quantity import CURRENCY

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 2_000_000
MOST_PAYMENTS = 5_000
LONGEST_NUMBER = 60

# A cell of a spreadsheet may hold a day as so many days, and a sum with a binary fraction's tail.
_SERIAL = re.compile(r"([0-9]{5})(\.[0-9]{1,20})?")
_BINARY = re.compile(r"[0-9]{1,12}\.[0-9]{7,20}")
_TAIL = Decimal("1e-9")

# Each column by its member, and its usual names.
_WORDS = """
reference: reference, details, назначение, назначение платежа, референс, təyinat, прызначэнне
date: date, дата, tarix
amount: amount, сумма, məbləğ, сума
currency: currency, валюта, valyuta
number: number, номер, номер документа, nömrə, нумар
"""
_MEMBERS = {
    member: names.split(", ")
    for member, _, names in (line.partition(": ") for line in _WORDS.strip().splitlines())
}
_NAMES = {name: member for member, names in _MEMBERS.items() for name in names}


@dataclass(frozen=True)
class Payment:
    """One payment: the line it stands on, each reading of its reference, day, sum, number."""

    line: int
    references: tuple[str, ...]
    day: date
    amount: Decimal
    currency: str
    number: str


@dataclass(frozen=True)
class PaymentList:
    """What a file tells. What can't be read is a fault of its line; the rest may be used."""

    payments: tuple[Payment, ...]
    faults: tuple[Finding, ...]


def read_payments(raw: bytes) -> PaymentList:
    """Read a file of payments.

    Raises LimitError when it is too long, MalformedError when it is no table, or lacks a column
    (`fees.column_missing`).
    """
    if len(raw) > MOST_BYTES:
        raise LimitError("worksheet.too_large", place="", limit=str(MOST_BYTES))
    cells = read_cells(raw)
    (line, header), *rows = cells.rows
    names, _ = read_header(header, line, _NAMES, tuple(_MEMBERS))  # other columns are passed over
    missing = [name for name in _MEMBERS if name not in names]
    if missing:
        raise MalformedError("fees.column_missing", place="", columns=", ".join(missing))
    told = [(at, row) for at, row in rows if any(str(cell).strip() for cell in row)]
    if len(told) > MOST_PAYMENTS:
        raise LimitError("worksheet.too_many_rows", place="", limit=str(MOST_PAYMENTS))
    payments, faults = [], [*cells.faults]
    for at, row in told:
        try:
            payments.append(_payment(at, _members(names, row)))
        except MalformedError as error:
            place = f"line {at}, {error.facts.get('place', '')}"
            faults.append(Finding(error.code, place, facts=error.facts | {"place": place}))
    return PaymentList(tuple(payments), tuple(faults))


def _members(names: Sequence[str], row: Sequence[str | bool]) -> dict[str, str]:
    return {name: str(cell).strip() for name, cell in zip(names, row, strict=False) if name}


def _payment(line: int, said: dict[str, str]) -> Payment:
    currency, number = said.get("currency", "").upper(), said.get("number", "")
    if not CURRENCY.fullmatch(currency):
        raise MalformedError("record.text_misshaped", place="currency", value=currency[:40])
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise MalformedError("record.text_misshaped", place="number", value=number[:40])
    return Payment(
        line=line,
        references=find_references(said.get("reference", "")),
        day=_day(said.get("date", "")),
        amount=read_amount(_plain(said.get("amount", ""))),
        currency=currency,
        number=number,
    )


def read_amount(text: str, *, place: str = "amount") -> Decimal:
    """Read a sum as people write it: `1 234,50` or `1234.5`. Raises MalformedError."""
    joined = "".join(text.split()).replace("\u202f", "").replace("\u00a0", "")
    amount = decimal_from_text(joined.replace(",", "."), place=place)
    if not amount or amount != round(amount, 2) or amount >= 10**12:
        raise MalformedError("fees.amount_wrong", place=place, value=text[:40])
    return round(amount, 2)


def _plain(text: str) -> str:
    """Take off the tail of a binary fraction: 20.100000000000001 is 20.10."""
    if not _BINARY.fullmatch(text):
        return text
    amount = Decimal(text)
    cents = round(amount, 2)
    return format(cents, "f") if abs(amount - cents) < _TAIL else text


def _day(text: str) -> date:
    """Read 2026-11-23, 23.11.2026, or 46349: the days of a spreadsheet's calendar."""
    serial = _SERIAL.fullmatch(text)
    if serial:
        return EPOCH + timedelta(days=int(serial[1]))
    parts = text.split(".")
    if len(parts) == 3 and all(part.isdecimal() for part in parts):
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    return day_from_text(text, place="date")
