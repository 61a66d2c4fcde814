"""Fees as people read them: items in words, amounts as they are written here, what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.vocabulary.quantity import Money
from certorigin.vocabulary.written import money_in
from certorigin_server.fees.forms import EVENT_LABELS, UNIT_LABELS
from certorigin_server.fees.queries import (
    balance_of,
    fees_for,
    movements_of,
    quotes_for,
    reckoning_of,
    schedule_of,
)

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.fees.reckon import Item, Reckoning
    from certorigin.fees.schedule import Exemption, Schedule
    from certorigin_server.application.queries import Application
    from certorigin_server.fees.queries import Fee, Movement
    from certorigin_server.users.queries import Organisation


@dataclass(frozen=True)
class ShownItem:
    """One item: `unit` is a code, the figures are texts."""

    number: str
    name: str
    unit: str
    count: str
    amount: str
    net: str
    tax: str
    total: str


@dataclass(frozen=True)
class ShownSums:
    """What is due, item by item."""

    items: tuple[ShownItem, ...]
    total: str
    tax: str
    clause: str
    not_urgent: bool


@dataclass(frozen=True)
class ShownQuote:
    """What something would cost at one body."""

    body: Organisation
    act: str
    valid_from: date
    sums: ShownSums
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True)
class ShownFee:
    """A fee with all that moved on it."""

    row: Fee
    event: str
    act: str
    sums: ShownSums
    status: str
    held: str
    outstanding: str
    over: str
    to_give_back: str
    waived: bool
    movements: tuple[tuple[Movement, str], ...]


@dataclass(frozen=True)
class ShownLine:
    """One line of a schedule, for reading."""

    number: str
    name: str
    form: str
    event: str
    unit: str
    amount: str
    urgent: bool
    taxed: bool


def quotes_in(application: Application, language: str, *, at: datetime) -> tuple[ShownQuote, ...]:
    """Return what an application would cost, in words."""
    return tuple(
        ShownQuote(
            body=one.body,
            act=one.schedule.act,
            valid_from=one.entry.valid_from,
            sums=sums_in(one.reckoning, language),
            exemptions=one.schedule.exemptions,
        )
        for one in quotes_for(application, at=at)
    )


def fees_in(application: Application, language: str) -> tuple[ShownFee, ...]:
    """Return the fees of an application, in words."""
    return tuple(fee_in(one, language) for one in fees_for(application.pk))


def fee_in(fee: Fee, language: str) -> ShownFee:
    """Return a fee in words."""
    balance = balance_of(fee)

    def money(amount: Decimal) -> str:
        return money_in(Money(amount, fee.currency), language) if amount else ""

    return ShownFee(
        row=fee,
        event=EVENT_LABELS.get(fee.event, "web.act_other"),
        act=schedule_of(fee.schedule).act,
        sums=sums_in(reckoning_of(fee), language),
        status=f"fees.status.{balance.status}",
        held=money(balance.held),
        outstanding=money(balance.outstanding),
        over=money(balance.over),
        to_give_back=money(balance.goes_back),
        waived=balance.waived,
        movements=tuple((one, _moved(one, fee, language)) for one in movements_of(fee)),
    )


def sums_in(reckoning: Reckoning, language: str) -> ShownSums:
    """Return a reckoning in words."""

    def money(amount: Decimal) -> str:
        return money_in(Money(amount, reckoning.currency), language)

    def shown(item: Item) -> ShownItem:
        figures = (item.amount, item.net, item.tax, item.total)
        amount, net, tax, total = (money(one) for one in figures)
        unit, count = UNIT_LABELS[item.unit], format(item.count, "f")
        return ShownItem(item.number, item.name, unit, count, amount, net, tax, total)

    return ShownSums(
        items=tuple(shown(item) for item in reckoning.items),
        total=money(reckoning.total),
        tax=money(reckoning.tax) if reckoning.tax else "",
        clause=reckoning.clause,
        not_urgent=reckoning.not_urgent,
    )


def lines_in(schedule: Schedule, language: str) -> tuple[ShownLine, ...]:
    """Return the lines of a schedule in words."""
    return tuple(
        ShownLine(
            number=line.number,
            name=line.name,
            form=line.form,
            event=EVENT_LABELS.get(line.event, ""),
            unit=UNIT_LABELS[line.unit],
            amount=money_in(Money(line.amount, schedule.currency), language),
            urgent=line.urgent,
            taxed=line.taxed,
        )
        for line in schedule.lines
    )


def _moved(one: Movement, fee: Fee, language: str) -> str:
    amount = Decimal(one.amount)  # none for a waiver and for its recall
    return money_in(Money(amount, fee.currency), language) if amount else ""
