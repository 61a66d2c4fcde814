"""The application for a certificate: what the exporter asks for, as far as it is filled in.

Every part may be lacking: an empty text or None says "not stated". What is there is strict. Whether
the whole suffices for a form is judged by `certorigin.application.completeness`, not while reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from certorigin.vocabulary.certificate import ApplicantDeclaration, Transport
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.goods import DocumentReference, Packages, check_sequence
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.record import FORM
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record

FORMAT = "certorigin-application/v1"
# Who may ask for a certificate (R60). A representative asks for one of them, and is none itself.
APPLICANTS = ("exporter", "consignor", "producer", "importer", "consignee")
_SEQUENCE = re.compile(r"[1-9][0-9]{0,6}")
_SHEETS = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class ApplicationItem:
    """One line of goods before its assessment: boxes 6 to 8, 10 and 11, value and claimed origin.

    The criterion of origin (box 9) is not the applicant's to state: it comes from the assessment.
    """

    sequence: int
    packages: Packages | None = None
    description: str = ""
    tariff_code: TariffCode | None = None
    quantity: Quantity | None = None
    gross: Quantity | None = None
    net: Quantity | None = None
    invoice: DocumentReference | None = None
    value: Money | None = None
    origin_country: str = ""

    @classmethod
    def from_record(cls, record: Record) -> ApplicationItem:
        """Read a line of goods. Raises MalformedError with the member's place."""
        return cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            packages=record.part_or_none("packages", Packages.from_record),
            description=record.text_or("description"),
            tariff_code=_tariff_code(record),
            quantity=record.part_or_none("quantity", Quantity.from_record),
            gross=record.part_or_none("grossWeight", Quantity.from_record),
            net=record.part_or_none("netWeight", Quantity.from_record),
            invoice=record.part_or_none("invoice", DocumentReference.from_record),
            value=record.part_or_none("value", Money.from_record),
            origin_country=_country(record, "originCountry"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the line; the inverse of reading."""
        parts = {
            "packages": self.packages,
            "quantity": self.quantity,
            "grossWeight": self.gross,
            "netWeight": self.net,
            "invoice": self.invoice,
            "value": self.value,
        }
        texts = {
            "description": self.description,
            "tariffCode": str(self.tariff_code or ""),
            "originCountry": self.origin_country,
        }
        return {"sequence": str(self.sequence)} | _present(texts, parts)


@dataclass(frozen=True)
class GoodsList:
    """A paper with the whole list of goods, in place of additional sheets (R29; Rules 7.4)."""

    document: DocumentReference
    sheets: int

    @classmethod
    def from_record(cls, record: Record) -> GoodsList:
        """Read `{"number": "17", "date": "2026-05-16", "sheets": "4"}`. Raises MalformedError."""
        sheets = int(record.text("sheets", pattern=_SHEETS))
        return cls(DocumentReference.from_record(record), sheets)

    def to_data(self) -> dict[str, Any]:
        """Write the paper; the inverse of reading."""
        return self.document.to_data() | {"sheets": str(self.sheets)}


@dataclass(frozen=True)
class Application:
    """What is asked for. `invoice_total` is the sum that the invoice states.

    `applicant` says which of the parties asks; an empty text means the exporter. `natural_person`
    says that a person, and no company, takes the goods along (Rules 5.1 and 7.4); `long_term` that
    they are delivered under a long-term contract, without an invoice (7.4, box 11).
    """

    form: str = ""
    presented_in: str = ""
    exporter: Party | None = None
    importer: Party | None = None
    consignor: Party | None = None
    consignee: Party | None = None
    transport: Transport | None = None
    invoice: DocumentReference | None = None
    invoice_total: Money | None = None
    contract: DocumentReference | None = None
    items: tuple[ApplicationItem, ...] = ()
    declaration: ApplicantDeclaration | None = None
    applicant: str = ""
    producer: Party | None = None
    natural_person: bool = False
    long_term: bool = False
    goods_list: GoodsList | None = None

    @classmethod
    def from_record(cls, record: Record) -> Application:
        """Read an application. Raises MalformedError with the member's place."""
        if record.has("format"):
            record.choice("format", (FORMAT,))
        items = record.parts("items", ApplicationItem.from_record)
        check_sequence(items, place=record.at("items"))
        return cls(
            form=record.text("form", pattern=FORM) if record.has("form") else "",
            presented_in=_country(record, "destinationCountry"),
            exporter=record.part_or_none("exporter", party_from_record),
            importer=record.part_or_none("importer", party_from_record),
            consignor=record.part_or_none("consignor", party_from_record),
            consignee=record.part_or_none("consignee", party_from_record),
            transport=record.part_or_none("transport", Transport.from_record),
            invoice=record.part_or_none("invoice", DocumentReference.from_record),
            invoice_total=record.part_or_none("invoiceTotal", Money.from_record),
            contract=record.part_or_none("contract", DocumentReference.from_record),
            items=items,
            declaration=record.part_or_none("declaration", _declaration),
            applicant=record.choice("applicant", APPLICANTS) if record.has("applicant") else "",
            producer=record.part_or_none("producer", party_from_record),
            natural_person=record.flag("naturalPerson"),
            long_term=record.flag("longTermContract"),
            goods_list=record.part_or_none("goodsList", GoodsList.from_record),
        )

    @property
    def asking_party(self) -> Party | None:
        """The party that asks, if it is stated."""
        party: Party | None = getattr(self, self.applicant or "exporter")
        return party

    def asking_for(self, form: str) -> Application:
        """Return the same application, asking for a form."""
        return replace(self, form=form)

    def to_data(self) -> dict[str, Any]:
        """Write the application; the inverse of reading."""
        parties = {
            "exporter": self.exporter,
            "importer": self.importer,
            "consignor": self.consignor,
            "consignee": self.consignee,
            "producer": self.producer,
        }
        parts = {
            "transport": self.transport,
            "invoice": self.invoice,
            "invoiceTotal": self.invoice_total,
            "contract": self.contract,
            "goodsList": self.goods_list,
            "declaration": self.declaration,
        }
        texts = {
            "form": self.form,
            "destinationCountry": self.presented_in,
            "applicant": self.applicant,
        }
        data: dict[str, Any] = {"format": FORMAT} | _present(texts, parts)
        if self.natural_person:
            data["naturalPerson"] = True
        if self.long_term:
            data["longTermContract"] = True
        data |= {name: party_to_data(party) for name, party in parties.items() if party}
        return data | ({"items": [item.to_data() for item in self.items]} if self.items else {})


def party_from_record(record: Record) -> Party:
    """Read a party that may still lack members; these are empty texts. Raises MalformedError."""
    return Party(
        name=record.text_or("name"),
        address=record.text_or("address"),
        country=_country(record, "country"),
        identifier=record.part_or_none("identifier", Identifier.from_record),
    )


def party_to_data(party: Party) -> dict[str, object]:
    """Write a party without the members that it lacks; the inverse of reading."""
    return {name: value for name, value in party.to_data().items() if value}


def _declaration(record: Record) -> ApplicantDeclaration:
    """Read what is declared; how it was confirmed is no part of what is asked for."""
    return ApplicantDeclaration(
        country=country_from_text(record.text("country"), place=record.at("country")),
        declarant=record.text("declarant"),
        date=record.day("date"),
    )


def _country(record: Record, name: str) -> str:
    text = record.text_or(name)
    return country_from_text(text, place=record.at(name)) if text else ""


def _tariff_code(record: Record) -> TariffCode | None:
    text = record.text_or("tariffCode")
    return TariffCode.from_text(text, place=record.at("tariffCode")) if text else None


def _present(texts: dict[str, str], parts: dict[str, Any]) -> dict[str, Any]:
    written = {name: part.to_data() for name, part in parts.items() if part is not None}
    return {name: text for name, text in texts.items() if text} | written
