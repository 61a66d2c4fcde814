"""What a certificate costs by a schedule, item by item.

Each item is reckoned and rounded by itself, to two decimals, halves away from zero: first what is
left of the amount after an exemption, then the tax on that. The sum is the sum of what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError, UnknownError
from certorigin.fees.schedule import EVENTS, HUNDRED, UNITS
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from typing import Any

    from certorigin.fees.schedule import Exemption, Line, Schedule

CENT = Decimal("0.01")
MOST_HOURS = Decimal(1_000)
NONE = Decimal("0.00")


@dataclass(frozen=True)
class Order:
    """What is paid for: a form, what happens to it, whether it hurries, sheets and hours."""

    form: str
    event: str = "original"
    urgent: bool = False
    sheets: int = 0
    hours: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Take no order that makes no sense. Raises MalformedError."""
        if self.event not in EVENTS:
            raise MalformedError("fees.event_unknown", place="event", value=self.event[:40])
        if not 0 <= self.hours <= MOST_HOURS or self.hours != round(self.hours, 2):
            value = format(self.hours, "f")[:40]
            raise MalformedError("fees.hours_wrong", place="hours", value=value)

    def count(self, unit: str) -> Decimal:
        """Return how many of a unit are paid for."""
        return {"certificate": Decimal(1), "sheet": Decimal(self.sheets), "hour": self.hours}[unit]


@dataclass(frozen=True)
class Item:
    """One item: the line of the schedule, how many, what it comes to, and the tax on it."""

    number: str
    name: str
    unit: str
    count: Decimal
    amount: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What is paid for it."""
        return self.net + self.tax

    @classmethod
    def from_record(cls, record: Record) -> Item:
        """Read an item. Raises MalformedError."""
        figures = {name: record.decimal(name) for name in ("count", "amount", "net", "tax")}
        return cls(
            record.text("number"), record.text("name"), record.choice("unit", UNITS), **figures
        )

    def to_data(self) -> dict[str, str]:
        """Write the item; the inverse of reading."""
        texts = {name: getattr(self, name) for name in ("number", "name", "unit")}
        figures = ("count", "amount", "net", "tax")
        return texts | {name: decimal_to_text(getattr(self, name)) for name in figures}


@dataclass(frozen=True)
class Reckoning:
    """What is due, in a currency; `exemption` names the code and the clause of what was let off.

    `not_urgent` says that urgency was asked for, and that the schedule knows none.
    """

    currency: str
    items: tuple[Item, ...]
    exemption: str = ""
    clause: str = ""
    not_urgent: bool = False

    @property
    def net(self) -> Decimal:
        """The sum without tax."""
        return sum((item.net for item in self.items), NONE)

    @property
    def tax(self) -> Decimal:
        """The tax."""
        return sum((item.tax for item in self.items), NONE)

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return self.net + self.tax

    @classmethod
    def from_data(cls, data: object) -> Reckoning:
        """Read a reckoning to its last member. Raises MalformedError."""
        record = Record(data)
        found = cls(
            currency=record.text("currency"),
            items=record.parts("items", Item.from_record),
            exemption=record.text_or("exemption"),
            clause=record.text_or("clause"),
            not_urgent=record.flag("notUrgent"),
        )
        record.finish()
        return found

    def to_data(self) -> dict[str, Any]:
        """Write the reckoning; the inverse of reading."""
        data: dict[str, Any] = {
            "currency": self.currency,
            "items": [item.to_data() for item in self.items],
        }
        if self.exemption:
            data |= {"exemption": self.exemption, "clause": self.clause}
        return data | ({"notUrgent": True} if self.not_urgent else {})


def reckon(schedule: Schedule, order: Order, *, exemption: str = "") -> Reckoning:
    """Return what an order costs by a schedule; what has no line costs nothing.

    Where the schedule has no urgent line for the certificate, the ordinary one holds. Raises
    UnknownError (`fees.exemption_unknown`).
    """
    let_off = _exemption(schedule, exemption) if exemption else None
    items = []
    not_urgent = False
    for unit in UNITS:
        count = order.count(unit)
        line = _line_for(schedule, order, unit) if count else None
        if line is not None:
            items.append(_item(line, count, schedule.tax, let_off))
            not_urgent |= unit == "certificate" and order.urgent and not line.urgent
    return Reckoning(
        currency=schedule.currency,
        items=tuple(items),
        exemption=let_off.code if let_off else "",
        clause=let_off.clause if let_off else "",
        not_urgent=not_urgent,
    )


def round_money(amount: Decimal) -> Decimal:
    """Round to two decimals, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _line_for(schedule: Schedule, order: Order, unit: str) -> Line | None:
    """Return the line that fits best: of this form, for this event, and as urgent as was asked."""
    fitting = [
        line
        for line in schedule.lines
        if line.unit == unit
        and line.form in {"", order.form}
        and line.event in {"", order.event}
        and (order.urgent or not line.urgent)
    ]
    # No two lines agree in all three, so there is one that is best.
    return max(
        fitting, key=lambda line: (line.urgent, bool(line.event), bool(line.form)), default=None
    )


def _item(line: Line, count: Decimal, tax: Decimal, let_off: Exemption | None) -> Item:
    left = HUNDRED - let_off.percent if let_off else HUNDRED
    net = round_money(line.amount * count * left / HUNDRED)
    due = round_money(net * tax / HUNDRED) if line.taxed else NONE
    return Item(line.number, line.name, line.unit, count, line.amount, net, due)


def _exemption(schedule: Schedule, code: str) -> Exemption:
    for one in schedule.exemptions:
        if one.code == code:
            return one
    raise UnknownError("fees.exemption_unknown", value=code[:40])
