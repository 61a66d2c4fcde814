"""A list of payments from a bank or a treasury, as CSV or XLSX: every fault told by its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.assessment.goods_list import read_cells, read_header
from certorigin.errors import LimitError, MalformedError
from certorigin.fees.reference import find_reference
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.number import decimal_from_text
from certorigin.vocabulary.quantity import CURRENCY

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 2_000_000
MOST_PAYMENTS = 5_000
LONGEST_NUMBER = 60

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
    """One payment: the line it stands on, the reference found in it (or none), day, sum, number."""

    line: int
    reference: str
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
        reference=find_reference(said.get("reference", "")),
        day=_day(said.get("date", "")),
        amount=read_amount(said.get("amount", "")),
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


def _day(text: str) -> date:
    """Read 2026-11-23 or 23.11.2026."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isdecimal() for part in parts):
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    return day_from_text(text, place="date")
