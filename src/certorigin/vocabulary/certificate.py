"""The certificate of origin: the boxes of its form as data (R3: the paper's data set, no less)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.goods import GoodsItem, check_sequence
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import FORM, NUMBER, URN

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.vocabulary.record import Record

MEDIA = ("electronic-only", "paper+record")
MOST_MARKS = 20
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Transport:
    """Means of transport and route, as far as known (box 3)."""

    means: str
    route: str

    @classmethod
    def from_record(cls, record: Record) -> Transport:
        """Read box 3. Raises MalformedError."""
        return cls(means=record.text("means"), route=record.text_or("route"))

    def to_data(self) -> dict[str, Any]:
        """Write box 3; the inverse of reading."""
        return {"means": self.means} | ({"route": self.route} if self.route else {})


@dataclass(frozen=True)
class Certification:
    """Box 12: the authorised body, the officer, the day. Stamp and signature are the proofs."""

    body: str
    body_name: str
    body_address: str
    officer: str
    officer_name: str
    date: date

    @classmethod
    def from_record(cls, record: Record) -> Certification:
        """Read box 12. Raises MalformedError."""
        return cls(
            body=record.text("body", pattern=URN),
            body_name=record.text("bodyName"),
            body_address=record.text("bodyAddress"),
            officer=record.text("officer", pattern=URN),
            officer_name=record.text("officerName"),
            date=record.day("date"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write box 12; the inverse of reading."""
        return {
            "body": self.body,
            "bodyName": self.body_name,
            "bodyAddress": self.body_address,
            "officer": self.officer,
            "officerName": self.officer_name,
            "date": self.date.isoformat(),
        }


@dataclass(frozen=True)
class Confirmation:
    """How the declaration of box 13 was confirmed without paper: of what, when, in what position.

    `digest` is the SHA-256 of the application's canonical bytes, as the declarant saw it.
    """

    digest: str
    moment: datetime
    position: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Confirmation:
        """Read a confirmation. Raises MalformedError."""
        return cls(
            digest=record.text("digest", pattern=DIGEST),
            moment=record.moment("moment"),
            position=record.text_or("position"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the confirmation; the inverse of reading."""
        data = {"digest": self.digest, "moment": moment_to_text(self.moment)}
        return data | ({"position": self.position} if self.position else {})


@dataclass(frozen=True)
class ApplicantDeclaration:
    """Box 13: the applicant declares where the goods were produced."""

    country: str
    declarant: str
    date: date
    confirmation: Confirmation | None = None

    @classmethod
    def from_record(cls, record: Record) -> ApplicantDeclaration:
        """Read box 13. Raises MalformedError."""
        return cls(
            country=country_from_text(record.text("country"), place=record.at("country")),
            declarant=record.text("declarant"),
            date=record.day("date"),
            confirmation=record.part_or_none("confirmation", Confirmation.from_record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write box 13; the inverse of reading."""
        data: dict[str, Any] = {
            "country": self.country,
            "declarant": self.declarant,
            "date": self.date.isoformat(),
        }
        return data | ({"confirmation": self.confirmation.to_data()} if self.confirmation else {})


@dataclass(frozen=True)
class Certificate:
    """The certificate as it is sealed. Boxes are named in the form's page of docs/spec."""

    form: str
    medium: str
    number: str
    issued_in: str
    presented_in: str
    exporter: Party
    importer: Party
    items: tuple[GoodsItem, ...]
    certification: Certification
    declaration: ApplicantDeclaration
    consignor: Party | None = None
    consignee: Party | None = None
    transport: Transport | None = None
    marks: tuple[str, ...] = ()
    consignee_mark: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Certificate:
        """Read a certificate. Raises MalformedError with the member's place."""
        items = record.parts("items", GoodsItem.from_record)
        if not items:
            raise MalformedError("certificate.without_goods", place=record.at("items"))
        check_sequence(items, place=record.at("items"))
        states = {
            name: country_from_text(record.text(name), place=record.at(name))
            for name in ("issuingCountry", "destinationCountry")
        }
        return cls(
            form=record.text("form", pattern=FORM),
            medium=record.choice("medium", MEDIA),
            number=record.text("number", pattern=NUMBER),
            issued_in=states["issuingCountry"],
            presented_in=states["destinationCountry"],
            exporter=record.part("exporter", Party.from_record),
            importer=record.part("importer", Party.from_record),
            items=items,
            certification=record.part("certification", Certification.from_record),
            declaration=record.part("applicantDeclaration", ApplicantDeclaration.from_record),
            consignor=record.part_or_none("consignor", Party.from_record),
            consignee=record.part_or_none("consignee", Party.from_record),
            transport=record.part_or_none("transport", Transport.from_record),
            marks=record.texts("officialMarks", limit=MOST_MARKS),
            consignee_mark=record.text_or("consigneeMark"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the certificate; the inverse of reading."""
        data: dict[str, Any] = {
            "form": self.form,
            "medium": self.medium,
            "number": self.number,
            "issuingCountry": self.issued_in,
            "destinationCountry": self.presented_in,
            "exporter": self.exporter.to_data(),
            "importer": self.importer.to_data(),
            "items": [item.to_data() for item in self.items],
            "certification": self.certification.to_data(),
            "applicantDeclaration": self.declaration.to_data(),
        }
        optional = {
            "consignor": self.consignor and self.consignor.to_data(),
            "consignee": self.consignee and self.consignee.to_data(),
            "transport": self.transport and self.transport.to_data(),
            "officialMarks": list(self.marks),
            "consigneeMark": self.consignee_mark,
        }
        return data | {name: value for name, value in optional.items() if value}
