"""What goes into goods: materials, claims of "wholly obtained", acts of expertise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.number import decimal_to_text
from certorigin.vocabulary.quantity import Money
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from certorigin.vocabulary.record import Record

# The bases on which Rules 2.4 let a foreign material be valued.
VALUE_BASES = ("customs_value", "first_sale_price")

# What a material is used for. Energy, machines and tools are neutral (4.3); packing for retail sale
# counts, packing for transport does not (4.5); accessories follow the machine (4.4).
NEUTRAL, TRANSPORT_PACKING = "neutral", "transport_packing"
RETAIL_PACKING, ACCESSORY = "retail_packing", "accessory"
USES = (NEUTRAL, TRANSPORT_PACKING, RETAIL_PACKING, ACCESSORY)

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

CODE = re.compile(r"[a-z][a-z0-9_.]{1,79}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_country(record: Record, name: str) -> str:
    """Read a member that names a state. Raises MalformedError."""
    return country_from_text(record.text(name), place=record.at(name))


def read_tariff_code(record: Record) -> TariffCode:
    """Read the member `tariffCode`. Raises MalformedError."""
    return TariffCode.from_text(record.text("tariffCode"), place=record.at("tariffCode"))


def read_weight(record: Record) -> Decimal | None:
    """Read the member `netWeight` in kilograms, if it is there. Raises MalformedError."""
    if not record.has("netWeight"):
        return None
    weight = record.decimal("netWeight")
    if not weight:
        raise MalformedError("worksheet.weight_zero", place=record.at("netWeight"))
    return weight


def present(members: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {name: value for name, value in members.items() if value is not None}


@dataclass(frozen=True)
class WhollyObtainedClaim:
    """A category of Rules 2.2 and the facts on which it rests."""

    category: str
    countries: Mapping[str, str]
    flags: Mapping[str, bool]

    @classmethod
    def from_record(cls, record: Record) -> WhollyObtainedClaim:
        """Read `{"category": "plants", "grownIn": "AZ"}`. Raises MalformedError."""
        countries = {name: read_country(record, name) for name in COUNTRY_FACTS if record.has(name)}
        flags = {name: record.flag(name) for name in FLAG_FACTS if record.has(name)}
        return cls(record.text("category", pattern=CODE), countries, flags)

    def to_data(self) -> dict[str, Any]:
        """Write the claim; the inverse of reading."""
        return {"category": self.category, **self.countries, **self.flags}


@dataclass(frozen=True)
class SupplierReference:
    """A supplier's declaration by its id, and the SHA-256 of its sealed bytes where known."""

    id: str
    digest: str = ""

    @classmethod
    def from_record(cls, record: Record) -> SupplierReference:
        """Read a reference. Raises MalformedError."""
        digest = record.text("digest", pattern=_DIGEST) if record.has("digest") else ""
        return cls(record.text("id", pattern=_URN), digest)

    def to_data(self) -> dict[str, Any]:
        """Write the reference; the inverse of reading."""
        return {"id": self.id} | ({"digest": self.digest} if self.digest else {})


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
    use: str = ""
    sold_together: bool | None = None
    usual_quantity: bool | None = None
    net_weight: Decimal | None = None
    supplier: SupplierReference | None = None

    @classmethod
    def from_record(cls, record: Record) -> Material:
        """Read a material. Raises MalformedError."""
        together, usual = "soldTogether", "usualQuantity"
        return cls(
            description=record.text("description"),
            tariff_code=read_tariff_code(record) if record.has("tariffCode") else None,
            origin=read_country(record, "originCountry") if record.has("originCountry") else None,
            value=record.part_or_none("value", Money.from_record),
            value_basis=(
                record.choice("valueBasis", VALUE_BASES) if record.has("valueBasis") else None
            ),
            certificate=record.part_or_none("certificate", CertificateReference.from_record),
            wholly_obtained=(
                record.flag("whollyObtained") if record.has("whollyObtained") else None
            ),
            use=record.choice("use", USES) if record.has("use") else "",
            sold_together=record.flag(together) if record.has(together) else None,
            usual_quantity=record.flag(usual) if record.has(usual) else None,
            net_weight=read_weight(record),
            supplier=record.part_or_none("supplierDeclaration", SupplierReference.from_record),
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
            "use": self.use or None,
            "soldTogether": self.sold_together,
            "usualQuantity": self.usual_quantity,
            "netWeight": self.net_weight and decimal_to_text(self.net_weight),
            "supplierDeclaration": self.supplier and self.supplier.to_data(),
        }
        return {"description": self.description} | present(optional)


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
        return data | present(optional)
