"""The worksheet: the facts of production of the goods of one consignment.

Every amount is an exact decimal, and what is not known is left out: an absent fact makes a rule
undetermined, it is never filled in. Format: docs/spec/worksheet.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.quantity import CURRENCY, Money
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FORMAT = "certorigin-worksheet/v1"
MOST_MATERIALS = 10_000

# The bases on which Rules 2.4 let a foreign material be valued.
VALUE_BASES = ("customs_value", "first_sale_price")

# What a claim of "wholly obtained" may state (Rules 2.2): where something happened, and whether.
COUNTRY_FACTS = (
    "bornIn",
    "chartererCountry",
    "collectedIn",
    "craftCountry",
    "exclusiveRightsOf",
    "extractedIn",
    "gatheredIn",
    "grownIn",
    "obtainedIn",
    "raisedIn",
    "takenIn",
    "vesselCountry",
)
FLAG_FACTS = ("onlyForRawMaterial", "onlyFromSeaProducts")

_AGREEMENT = re.compile(r"[A-Z][A-Z0-9-]{1,30}")
_SEQUENCE = re.compile(r"[1-9]\d{0,6}")
_CODE = re.compile(r"[a-z][a-z0-9_.]{1,79}")
_PART = re.compile(r"[0-9a-z-]{4,40}")


@dataclass(frozen=True)
class WhollyObtainedClaim:
    """A category of Rules 2.2 and the facts on which it rests."""

    category: str
    countries: Mapping[str, str]
    flags: Mapping[str, bool]

    @classmethod
    def from_record(cls, record: Record) -> WhollyObtainedClaim:
        """Read `{"category": "plants", "grownIn": "AZ"}`. Raises MalformedError."""
        countries = {name: _country(record, name) for name in COUNTRY_FACTS if record.has(name)}
        flags = {name: record.flag(name) for name in FLAG_FACTS if record.has(name)}
        return cls(record.text("category", pattern=_CODE), countries, flags)

    def to_data(self) -> dict[str, Any]:
        """Write the claim; the inverse of reading."""
        return {"category": self.category, **self.countries, **self.flags}


@dataclass(frozen=True)
class Material:
    """A material, part or ingredient. An absent origin is unknown, which counts as foreign."""

    description: str
    tariff_code: TariffCode | None = None
    origin: str | None = None
    value: Money | None = None
    value_basis: str | None = None
    certificate: CertificateReference | None = None
    wholly_obtained: bool | None = None

    @classmethod
    def from_record(cls, record: Record) -> Material:
        """Read a material. Raises MalformedError."""
        return cls(
            description=record.text("description"),
            tariff_code=_tariff_code(record) if record.has("tariffCode") else None,
            origin=_country(record, "originCountry") if record.has("originCountry") else None,
            value=record.part_or_none("value", Money.from_record),
            value_basis=(
                record.choice("valueBasis", VALUE_BASES) if record.has("valueBasis") else None
            ),
            certificate=record.part_or_none("certificate", CertificateReference.from_record),
            wholly_obtained=(
                record.flag("whollyObtained") if record.has("whollyObtained") else None
            ),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the material; the inverse of reading."""
        optional: dict[str, Any] = {
            "tariffCode": self.tariff_code and str(self.tariff_code),
            "originCountry": self.origin,
            "value": self.value and self.value.to_data(),
            "valueBasis": self.value_basis,
            "certificate": self.certificate and self.certificate.to_data(),
            "whollyObtained": self.wholly_obtained,
        }
        return {"description": self.description} | _present(optional)


@dataclass(frozen=True)
class ExpertAct:
    """An act of expertise or a conclusion about origin, by number and date (Rules 2.6)."""

    number: str
    date: date
    issuer: str = ""
    confirms_necessary: bool | None = None

    @classmethod
    def from_record(cls, record: Record) -> ExpertAct:
        """Read an expert act. Raises MalformedError."""
        name = "confirmsNecessaryComponents"
        return cls(
            number=record.text("number"),
            date=record.day("date"),
            issuer=record.text_or("issuer"),
            confirms_necessary=record.flag(name) if record.has(name) else None,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the expert act; the inverse of reading."""
        data: dict[str, Any] = {"number": self.number, "date": self.date.isoformat()}
        optional = {
            "issuer": self.issuer or None,
            "confirmsNecessaryComponents": self.confirms_necessary,
        }
        return data | _present(optional)


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

    @classmethod
    def from_record(cls, record: Record) -> ItemWorksheet:
        """Read an item. Raises MalformedError with the member's place."""
        name = "withinNamedPart"
        item = cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            tariff_code=_tariff_code(record),
            description=record.text_or("description"),
            ex_works_price=record.part_or_none("exWorksPrice", _price),
            wholly_obtained=record.part_or_none("whollyObtained", WhollyObtainedClaim.from_record),
            materials=record.parts("materials", Material.from_record),
            operations=_codes(record, "operations") if record.has("operations") else None,
            not_applicable=_codes(record, "operationsNotApplicable"),
            attested=_codes(record, "attested"),
            refuted=_codes(record, "refuted"),
            within_named_part=record.flag(name) if record.has(name) else None,
            named_part=record.text("namedPart", pattern=_PART) if record.has("namedPart") else "",
            expert_act=record.part_or_none("expertAct", ExpertAct.from_record),
        )
        item.refuse_contradictions(record)
        return item

    def refuse_contradictions(self, record: Record) -> None:
        """Refuse an item that says two things at once. Raises MalformedError."""
        done = set(self.operations or ())
        for member, both in (
            ("operationsNotApplicable", done & set(self.not_applicable)),
            ("refuted", set(self.attested) & set(self.refuted)),
        ):
            if both:
                raise MalformedError(
                    "worksheet.contradiction", place=record.at(member), value=min(both)
                )

    def to_data(self) -> dict[str, Any]:
        """Write the item; the inverse of reading."""
        optional: dict[str, Any] = {
            "description": self.description or None,
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
        }
        data = {"sequence": str(self.sequence), "tariffCode": str(self.tariff_code)}
        return data | _present(optional)


@dataclass(frozen=True)
class Worksheet:
    """The facts of production of the items of one consignment."""

    agreement: str
    production_country: str
    items: tuple[ItemWorksheet, ...]
    rates: tuple[Rate, ...] = ()

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
        if sum(len(item.materials) for item in items) > MOST_MATERIALS:
            raise LimitError(
                "record.list_too_long", place=record.at("items"), limit=str(MOST_MATERIALS)
            )
        return cls(
            agreement=record.text("agreement", pattern=_AGREEMENT),
            production_country=_country(record, "productionCountry"),
            items=items,
            rates=record.parts("rates", Rate.from_record),
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
        }
        return data | ({"rates": [rate.to_data() for rate in self.rates]} if self.rates else {})


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _country(record: Record, name: str) -> str:
    return country_from_text(record.text(name), place=record.at(name))


def _tariff_code(record: Record) -> TariffCode:
    return TariffCode.from_text(record.text("tariffCode"), place=record.at("tariffCode"))


def _price(record: Record) -> Money:
    price = Money.from_record(record)
    if not price.amount:
        raise MalformedError("worksheet.price_zero", place=record.at("amount"))
    return price


def _codes(record: Record, name: str) -> tuple[str, ...]:
    codes = record.texts(name)
    for index, code in enumerate(codes):
        if not _CODE.fullmatch(code) or code in codes[:index]:
            place = f"{record.at(name)}[{index}]"
            raise MalformedError("worksheet.code_malformed", place=place, value=code[:60])
    return codes
