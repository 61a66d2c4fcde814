"""A body's schedule of fees: lines with amounts, the tax on them, and who need not pay.

Amounts are without tax and have at most two decimals. A line is for one thing of one kind: no two
lines may answer the same question, so that what is due never depends on their order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.vocabulary.form import form_names
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.quantity import CURRENCY
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from typing import Any

# What is paid for.
EVENTS = ("original", "duplicate", "substitute", "correction")
# What an amount is for: one certificate, each additional sheet, each hour of an expert.
UNITS = ("certificate", "sheet", "hour")
MOST_LINES = 200
HUNDRED = Decimal(100)
# The currency in which a state's bodies are paid: proposed when a schedule is entered.
CURRENCIES = {"AM": "AMD", "AZ": "AZN", "BY": "BYN", "KG": "KGS", "KZ": "KZT", "MD": "MDL"} | {
    "RU": "RUB",
    "TJ": "TJS",
    "UZ": "UZS",
}

_NUMBER = re.compile(r"[^\W_][\w./()-]{0,19}")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,29}")


@dataclass(frozen=True)
class Line:
    """One line: its number and name in the schedule, what it is for, and the amount without tax.

    An empty `form` or `event` stands for every one; a line with either is preferred to one without.
    """

    number: str
    name: str
    unit: str
    amount: Decimal
    form: str = ""
    event: str = ""
    urgent: bool = False
    taxed: bool = False

    @classmethod
    def from_record(cls, record: Record) -> Line:
        """Read a line. Raises MalformedError."""
        form = record.text_or("form")
        if form and form not in form_names():
            raise MalformedError("form.unknown", place=record.at("form"), form=form[:40])
        return cls(
            number=record.text("number", pattern=_NUMBER),
            name=_name(record),
            unit=record.choice("unit", UNITS),
            amount=_money(record, "amount"),
            form=form,
            event=record.choice("event", EVENTS) if record.has("event") else "",
            urgent=record.flag("urgent"),
            taxed=record.flag("taxed"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the line; the inverse of reading."""
        data: dict[str, Any] = {
            "number": self.number,
            "name": self.name,
            "unit": self.unit,
            "amount": decimal_to_text(self.amount),
        }
        data |= {name: getattr(self, name) for name in ("form", "event") if getattr(self, name)}
        return data | {name: True for name in ("urgent", "taxed") if getattr(self, name)}


@dataclass(frozen=True)
class Exemption:
    """Who pays less or nothing: by what clause, and how many per cent are taken off."""

    code: str
    name: str
    clause: str
    percent: Decimal = HUNDRED

    @classmethod
    def from_record(cls, record: Record) -> Exemption:
        """Read an exemption. Raises MalformedError."""
        percent = _percent(record) if record.has("percent") else HUNDRED
        if not percent:
            raise MalformedError("fees.percent_wrong", place=record.at("percent"), value="0")
        return cls(
            record.text("code", pattern=_CODE), _name(record), _name(record, "clause"), percent
        )

    def to_data(self) -> dict[str, str]:
        """Write the exemption; the inverse of reading."""
        return {
            "code": self.code,
            "name": self.name,
            "clause": self.clause,
            "percent": decimal_to_text(self.percent),
        }


@dataclass(frozen=True)
class Schedule:
    """The fees of a body: by what act they were set, in what currency, with how much tax."""

    act: str
    currency: str
    lines: tuple[Line, ...]
    tax: Decimal = Decimal(0)
    exemptions: tuple[Exemption, ...] = field(default=())

    @classmethod
    def from_data(cls, data: object) -> Schedule:
        """Read a schedule to its last member. Raises MalformedError, LimitError, UnknownError."""
        record = Record(data)
        found = cls(
            act=_name(record, "act"),
            currency=record.text("currency", pattern=CURRENCY),
            lines=record.parts("lines", Line.from_record, limit=MOST_LINES),
            tax=_percent(record, "tax") if record.has("tax") else Decimal(0),
            exemptions=record.parts("exemptions", Exemption.from_record, limit=MOST_LINES),
        )
        record.finish()
        found.require_plain()
        return found

    def to_data(self) -> dict[str, Any]:
        """Write the schedule; the inverse of reading."""
        return {
            "act": self.act,
            "currency": self.currency,
            "tax": decimal_to_text(self.tax),
            "lines": [line.to_data() for line in self.lines],
            "exemptions": [one.to_data() for one in self.exemptions],
        }

    def require_plain(self) -> None:
        """Let no two lines be for the same, and no number stand twice. Raises MalformedError."""
        if not self.lines:
            raise MalformedError("record.member_missing", place="lines")
        kinds: set[tuple[str, str, str, bool]] = set()
        numbers: set[str] = set()
        for index, line in enumerate(self.lines):
            kind = (line.unit, line.form, line.event, line.urgent)
            if kind in kinds or line.number in numbers:
                place = f"lines[{index}].number"
                raise MalformedError("fees.line_twice", place=place, value=line.number)
            kinds.add(kind)
            numbers.add(line.number)
        codes: set[str] = set()
        for index, one in enumerate(self.exemptions):
            if one.code in codes:
                place = f"exemptions[{index}].code"
                raise MalformedError("fees.line_twice", place=place, value=one.code)
            codes.add(one.code)


def _name(record: Record, member: str = "name") -> str:
    text = record.text(member)
    if len(text) > 300:
        raise MalformedError("record.text_too_long", place=record.at(member), limit="300")
    return text


def _money(record: Record, name: str) -> Decimal:
    """Read an amount of at most two decimals. Raises MalformedError."""
    amount = record.decimal(name)
    if amount != round(amount, 2) or amount >= 10**9:
        value = record.text(name)[:40]
        raise MalformedError("fees.amount_wrong", place=record.at(name), value=value)
    return round(amount, 2)


def _percent(record: Record, name: str = "percent") -> Decimal:
    percent = record.decimal(name)
    if percent > HUNDRED:
        value = record.text(name)[:40]
        raise MalformedError("fees.percent_wrong", place=record.at(name), value=value)
    return percent
