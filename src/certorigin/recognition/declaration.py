"""The goods declaration, as far as a certificate of origin has to fit it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import LimitError, MalformedError
from certorigin.late import dataclass
from certorigin.recognition.document_codes import form_cited
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

FORMAT = "certorigin-goods-declaration/v1"
MAX_DECLARATION = 4 << 20

_SEQUENCE = re.compile(r"[1-9]\d{0,6}", re.ASCII)


@dataclass(frozen=True)
class Claim:
    """The certificate, and the item of it, that a line of the declaration rests on (R21).

    `document_code` is the code of its kind in the classifier of documents, where one was given.
    """

    certificate: CertificateReference
    item: int
    document_code: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Claim:
        """Read a claim: a reference to a certificate with `item`. Raises MalformedError.

        Where `documentCode` is given, `form` may be left out.
        """
        code, form = record.text_or("documentCode"), record.text_or("form")
        if code:
            form = form_cited(code, form, place=record.at("documentCode"))
        return cls(
            certificate=CertificateReference.from_record(record, form if code else ""),
            item=int(record.text("item", pattern=_SEQUENCE)),
            document_code=code,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the claim; the inverse of reading."""
        code = {"documentCode": self.document_code} if self.document_code else {}
        return {**self.certificate.to_data(), **code, "item": str(self.item)}


@dataclass(frozen=True)
class DeclaredItem:
    """One line of goods as declared; only what a certificate speaks of.

    `duty` is what is at stake: the duty that the preference saves on this line, if it is known.
    A line rests on a certificate (`claim`), on a declaration of origin, or asks for no preference.
    """

    sequence: int
    tariff_code: TariffCode
    description: str
    quantity: Quantity
    net: Quantity | None = None
    gross: Quantity | None = None
    packages: Packages | None = None
    origin_country: str = ""
    invoice: DocumentReference | None = None
    claim: Claim | None = None
    duty: Money | None = None
    value: Money | None = None
    origin_declaration: DocumentReference | None = None

    @classmethod
    def from_record(cls, record: Record) -> DeclaredItem:
        """Read a line. Raises MalformedError with the member's place."""
        code = TariffCode.from_text(record.text("tariffCode"), place=record.at("tariffCode"))
        origin = record.text_or("originCountry")
        if origin:
            country_from_text(origin, place=record.at("originCountry"))
        if record.has("certificate") and record.has("originDeclaration"):
            place = record.at("originDeclaration")
            raise MalformedError("declaration.two_documents_of_origin", place=place)
        return cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            tariff_code=code,
            description=record.text("description"),
            quantity=record.part("quantity", Quantity.from_record),
            net=record.part_or_none("netWeight", Quantity.from_record),
            gross=record.part_or_none("grossWeight", Quantity.from_record),
            packages=record.part_or_none("packages", Packages.from_record),
            origin_country=origin,
            invoice=record.part_or_none("invoice", DocumentReference.from_record),
            claim=record.part_or_none("certificate", Claim.from_record),
            duty=record.part_or_none("dutyAtStake", Money.from_record),
            value=record.part_or_none("goodsValue", Money.from_record),
            origin_declaration=record.part_or_none(
                "originDeclaration", DocumentReference.from_record
            ),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the line; the inverse of reading."""
        data: dict[str, Any] = {
            "sequence": str(self.sequence),
            "tariffCode": str(self.tariff_code),
            "description": self.description,
            "quantity": self.quantity.to_data(),
        }
        optional = {
            "netWeight": self.net and self.net.to_data(),
            "grossWeight": self.gross and self.gross.to_data(),
            "packages": self.packages and self.packages.to_data(),
            "originCountry": self.origin_country,
            "invoice": self.invoice and self.invoice.to_data(),
            "certificate": self.claim and self.claim.to_data(),
            "dutyAtStake": self.duty and self.duty.to_data(),
            "goodsValue": self.value and self.value.to_data(),
            "originDeclaration": self.origin_declaration and self.origin_declaration.to_data(),
        }
        return data | {name: value for name, value in optional.items() if value}


@dataclass(frozen=True)
class GoodsDeclaration:
    """A declaration for release: number, day, post, destination, parties, goods."""

    number: str
    date: date
    post: str
    destination: str
    exporter: Party
    importer: Party
    items: tuple[DeclaredItem, ...]
    declarant: Party | None = None
    transport: Transport | None = None

    @classmethod
    def from_record(cls, record: Record) -> GoodsDeclaration:
        """Read a declaration. Raises MalformedError with the member's place."""
        record.choice("format", (FORMAT,))
        destination = record.text("destinationCountry")
        items = record.parts("items", DeclaredItem.from_record)
        if not items:
            raise MalformedError("declaration.without_goods", place=record.at("items"))
        if len({item.sequence for item in items}) != len(items):
            raise MalformedError("declaration.sequence_repeated", place=record.at("items"))
        return cls(
            number=record.text("number"),
            date=record.day("date"),
            post=record.text("post"),
            destination=country_from_text(destination, place=record.at("destinationCountry")),
            exporter=record.part("exporter", Party.from_record),
            importer=record.part("importer", Party.from_record),
            items=items,
            declarant=record.part_or_none("declarant", Party.from_record),
            transport=record.part_or_none("transport", Transport.from_record),
        )

    @classmethod
    def from_bytes(cls, raw: bytes) -> GoodsDeclaration:
        """Read a declaration from JSON in any layout. Raises MalformedError, LimitError."""
        if len(raw) > MAX_DECLARATION:
            raise LimitError("declaration.too_large", place="", limit=str(MAX_DECLARATION))
        try:
            record = Record(orjson.loads(raw))
        except orjson.JSONDecodeError as fault:
            raise MalformedError("declaration.not_json", place=f"character {fault.pos}") from None
        declaration = cls.from_record(record)
        record.finish()
        return declaration

    def to_data(self) -> dict[str, Any]:
        """Write the declaration; the inverse of reading."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "number": self.number,
            "date": self.date.isoformat(),
            "post": self.post,
            "destinationCountry": self.destination,
            "exporter": self.exporter.to_data(),
            "importer": self.importer.to_data(),
            "items": [item.to_data() for item in self.items],
        }
        optional = {"declarant": self.declarant, "transport": self.transport}
        return data | {name: one.to_data() for name, one in optional.items() if one is not None}


def duty_of(lines: Iterable[DeclaredItem]) -> tuple[Money, ...]:
    """Return what is at stake on some lines: one sum for each currency, in their order."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.duty is not None:
            sums[line.duty.currency] = sums.get(line.duty.currency, Decimal(0)) + line.duty.amount
    return tuple(Money(amount, currency) for currency, amount in sums.items())
