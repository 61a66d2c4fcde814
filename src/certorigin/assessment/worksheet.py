"""The worksheet: the facts of production of the goods of one consignment.

Every amount is an exact decimal, and what is not known is left out: an absent fact makes a rule
undetermined, it is never filled in. Format: docs/spec/worksheet.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.assessment.material import (
    CODE,
    ExpertAct,
    Material,
    WhollyObtainedClaim,
    present,
    read_country,
    read_tariff_code,
    read_weight,
)
from certorigin.assessment.trade import Lots, Trade
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.quantity import CURRENCY, Money
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from certorigin.vocabulary.tariff import TariffCode

FORMAT = "certorigin-worksheet/v1"
MOST_MATERIALS = 10_000

_AGREEMENT = re.compile(r"[A-Z][A-Z0-9-]{1,30}")
_SEQUENCE = re.compile(r"[1-9]\d{0,6}")
_PART = re.compile(r"[0-9a-z-]{4,40}")


@dataclass(frozen=True)
class Rate:
    """How much of one currency a number of units of another is worth, and who says so."""

    source_currency: str
    target_currency: str
    rate: Decimal
    per: Decimal
    source: str
    date: date

    @classmethod
    def from_record(cls, record: Record) -> Rate:
        """Read a rate. Raises MalformedError, also for a rate of zero."""
        rate = cls(
            source_currency=record.text("from", pattern=CURRENCY),
            target_currency=record.text("to", pattern=CURRENCY),
            rate=record.decimal("rate"),
            per=record.decimal("per") if record.has("per") else Decimal(1),
            source=record.text("source"),
            date=record.day("date"),
        )
        if not rate.rate or not rate.per:
            raise MalformedError("worksheet.rate_zero", place=record.at("rate"))
        return rate

    def to_data(self) -> dict[str, Any]:
        """Write the rate; the inverse of reading."""
        return {
            "from": self.source_currency,
            "to": self.target_currency,
            "rate": decimal_to_text(self.rate),
            "per": decimal_to_text(self.per),
            "source": self.source,
            "date": self.date.isoformat(),
        }


@dataclass(frozen=True)
class SetElement:
    """A thing in a set (4.1): as it was bought, or with the facts of its own production."""

    bought: Material
    production: ItemWorksheet | None = None

    @classmethod
    def from_record(cls, record: Record) -> SetElement:
        """Read an element. Raises MalformedError."""
        bought = Material.from_record(record)
        if not record.has("production"):
            return cls(bought)
        code = read_tariff_code(record)

        def read(inner: Record) -> ItemWorksheet:
            return ItemWorksheet(sequence=1, tariff_code=code, **_production(inner))

        return cls(bought, record.part("production", read))

    def to_data(self) -> dict[str, Any]:
        """Write the element; the inverse of reading."""
        made = self.production
        return self.bought.to_data() | ({} if made is None else {"production": made.production()})


@dataclass(frozen=True)
class ItemWorksheet:
    """The facts about one item. `operations` is None while nobody has listed them."""

    sequence: int
    tariff_code: TariffCode
    description: str = ""
    ex_works_price: Money | None = None
    wholly_obtained: WhollyObtainedClaim | None = None
    materials: tuple[Material, ...] = ()
    operations: tuple[str, ...] | None = None
    not_applicable: tuple[str, ...] = ()
    attested: tuple[str, ...] = ()
    refuted: tuple[str, ...] = ()
    within_named_part: bool | None = None
    named_part: str = ""
    expert_act: ExpertAct | None = None
    elements: tuple[SetElement, ...] = ()
    lots: Lots | None = None
    free_on_board_price: Money | None = None
    net_weight: Decimal | None = None

    @classmethod
    def from_record(cls, record: Record) -> ItemWorksheet:
        """Read an item. Raises MalformedError with the member's place."""
        item = cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            tariff_code=read_tariff_code(record),
            description=record.text_or("description"),
            elements=record.parts("elements", SetElement.from_record),
            lots=record.part_or_none("lots", Lots.from_record),
            **_production(record),
        )
        if item.elements and (item.materials or item.wholly_obtained):
            raise MalformedError("worksheet.set_with_materials", place=record.at("elements"))
        return item

    def production(self) -> dict[str, Any]:
        """Write the facts of production alone."""
        optional: dict[str, Any] = {
            "exWorksPrice": self.ex_works_price and self.ex_works_price.to_data(),
            "whollyObtained": self.wholly_obtained and self.wholly_obtained.to_data(),
            "materials": [material.to_data() for material in self.materials] or None,
            "operations": None if self.operations is None else list(self.operations),
            "operationsNotApplicable": list(self.not_applicable) or None,
            "attested": list(self.attested) or None,
            "refuted": list(self.refuted) or None,
            "withinNamedPart": self.within_named_part,
            "namedPart": self.named_part or None,
            "expertAct": self.expert_act and self.expert_act.to_data(),
            "freeOnBoardPrice": self.free_on_board_price and self.free_on_board_price.to_data(),
            "netWeight": self.net_weight and decimal_to_text(self.net_weight),
        }
        return present(optional)

    def to_data(self) -> dict[str, Any]:
        """Write the item; the inverse of reading."""
        data: dict[str, Any] = {
            "sequence": str(self.sequence),
            "tariffCode": str(self.tariff_code),
            "description": self.description or None,
            "elements": [element.to_data() for element in self.elements] or None,
            "lots": self.lots and self.lots.to_data(),
        }
        return present(data) | self.production()

    def all_materials(self) -> Iterator[Material]:
        """Yield the materials of the item, and of the elements if it is a set."""
        yield from self.materials
        for element in self.elements:
            yield element.bought
            if element.production is not None:
                yield from element.production.materials


@dataclass(frozen=True)
class Worksheet:
    """The facts of production of the items of one consignment."""

    agreement: str
    production_country: str
    items: tuple[ItemWorksheet, ...]
    rates: tuple[Rate, ...] = ()
    trade: Trade | None = None

    @classmethod
    def from_record(cls, record: Record) -> Worksheet:
        """Read a worksheet. Raises MalformedError with the member's place."""
        record.choice("format", (FORMAT,))
        items = record.parts("items", ItemWorksheet.from_record)
        if not items:
            raise MalformedError("worksheet.without_items", place=record.at("items"))
        for index, item in enumerate(items):
            if item.sequence != index + 1:
                place = f"{record.at('items')}[{index}].sequence"
                raise MalformedError("goods.sequence_broken", place=place, value=str(item.sequence))
        if sum(1 for item in items for _ in item.all_materials()) > MOST_MATERIALS:
            raise LimitError(
                "record.list_too_long", place=record.at("items"), limit=str(MOST_MATERIALS)
            )
        return cls(
            agreement=record.text("agreement", pattern=_AGREEMENT),
            production_country=read_country(record, "productionCountry"),
            items=items,
            rates=record.parts("rates", Rate.from_record),
            trade=record.part_or_none("trade", Trade.from_record),
        )

    @classmethod
    def from_data(cls, data: object) -> Worksheet:
        """Read a whole document to its last member. Raises MalformedError."""
        record = Record(data)
        worksheet = cls.from_record(record)
        record.finish()
        return worksheet

    def to_data(self) -> dict[str, Any]:
        """Write the worksheet; the inverse of reading."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "agreement": self.agreement,
            "productionCountry": self.production_country,
            "items": [item.to_data() for item in self.items],
            "rates": [rate.to_data() for rate in self.rates] or None,
            "trade": self.trade and self.trade.to_data(),
        }
        return present(data)


def _production(record: Record) -> dict[str, Any]:
    """Read the facts of production. Raises MalformedError, also when two contradict each other."""
    name = "withinNamedPart"
    facts: dict[str, Any] = {
        "ex_works_price": record.part_or_none("exWorksPrice", _price),
        "wholly_obtained": record.part_or_none("whollyObtained", WhollyObtainedClaim.from_record),
        "materials": record.parts("materials", Material.from_record),
        "operations": _codes(record, "operations") if record.has("operations") else None,
        "not_applicable": _codes(record, "operationsNotApplicable"),
        "attested": _codes(record, "attested"),
        "refuted": _codes(record, "refuted"),
        "within_named_part": record.flag(name) if record.has(name) else None,
        "named_part": record.text("namedPart", pattern=_PART) if record.has("namedPart") else "",
        "expert_act": record.part_or_none("expertAct", ExpertAct.from_record),
        "free_on_board_price": record.part_or_none("freeOnBoardPrice", _price),
        "net_weight": read_weight(record),
    }
    for member, both in (
        ("operationsNotApplicable", {*(facts["operations"] or ())} & {*facts["not_applicable"]}),
        ("refuted", {*facts["attested"]} & {*facts["refuted"]}),
    ):
        if both:
            raise MalformedError(
                "worksheet.contradiction", place=record.at(member), value=min(both)
            )
    return facts


def _price(record: Record) -> Money:
    price = Money.from_record(record)
    if not price.amount:
        raise MalformedError("worksheet.price_zero", place=record.at("amount"))
    return price


def _codes(record: Record, name: str) -> tuple[str, ...]:
    codes = record.texts(name)
    for index, code in enumerate(codes):
        if not CODE.fullmatch(code) or code in codes[:index]:
            place = f"{record.at(name)}[{index}]"
            raise MalformedError("worksheet.code_malformed", place=place, value=code[:60])
    return codes
