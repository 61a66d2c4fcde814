"""The bodies of acts other than certificates: what each kind says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.record import FORM, NUMBER, URN

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.vocabulary.record import Record

_SEQUENCE = re.compile(r"[1-9][0-9]{0,6}")
_SIZE = re.compile(r"[1-9][0-9]{0,14}")
_CODE = re.compile(r"[a-z0-9_.]{2,80}")


@dataclass(frozen=True)
class CertificateReference:
    """How people name a certificate: form, number, date and issuing state (R21)."""

    form: str
    number: str
    date: date
    issued_in: str

    @classmethod
    def from_record(cls, record: Record, form: str = "") -> CertificateReference:
        """Read a reference, of a form that may be known otherwise. Raises MalformedError."""
        return cls(
            form=form or record.text("form", pattern=FORM),
            number=record.text("number", pattern=NUMBER),
            date=record.day("date"),
            issued_in=country_from_text(
                record.text("issuingCountry"), place=record.at("issuingCountry")
            ),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the reference; the inverse of reading."""
        return {
            "form": self.form,
            "number": self.number,
            "date": self.date.isoformat(),
            "issuingCountry": self.issued_in,
        }


@dataclass(frozen=True)
class Annulment:
    """An annulment with its ground and the moment from which it holds (R50; Rules 9.4)."""

    certificate: CertificateReference
    ground: str
    remark: str
    effective: datetime
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Annulment:
        """Read an annulment. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            ground=record.text("ground", pattern=_CODE),
            remark=record.text_or("remark"),
            effective=record.moment("effective"),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the annulment; the inverse of reading."""
        data = {
            "certificate": self.certificate.to_data(),
            "ground": self.ground,
            "effective": moment_to_text(self.effective),
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True)
class Replacement:
    """One certificate stands in place of another, which is annulled by it (R47; Rules 8.3)."""

    certificate: CertificateReference
    by: CertificateReference
    by_subject: str
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Replacement:
        """Read a replacement. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            by=record.part("replacedBy", CertificateReference.from_record),
            by_subject=record.text("replacedBySubject", pattern=URN),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the replacement; the inverse of reading."""
        return {
            "certificate": self.certificate.to_data(),
            "replacedBy": self.by.to_data(),
            "replacedBySubject": self.by_subject,
            "officer": self.officer,
        }


@dataclass(frozen=True)
class TermOpening:
    """The first entry of a log's term; it embeds the closing head of the term before."""

    origin: str
    predecessor: str
    predecessor_head: str

    @classmethod
    def from_record(cls, record: Record) -> TermOpening:
        """Read an opening entry. Raises MalformedError; a predecessor needs its closing head."""
        follows = record.has("predecessor") or record.has("predecessorHead")
        return cls(
            origin=record.text("origin"),
            predecessor=record.text("predecessor") if follows else "",
            predecessor_head=record.text("predecessorHead") if follows else "",
        )

    def to_data(self) -> dict[str, Any]:
        """Write the opening entry; the inverse of reading."""
        data = {"origin": self.origin}
        if self.predecessor:
            data |= {"predecessor": self.predecessor, "predecessorHead": self.predecessor_head}
        return data


@dataclass(frozen=True)
class TermClosing:
    """The last entry of a log's term; it names the successor, so silence is never the end."""

    origin: str
    successor: str

    @classmethod
    def from_record(cls, record: Record) -> TermClosing:
        """Read a closing entry. Raises MalformedError."""
        return cls(origin=record.text("origin"), successor=record.text("successor"))

    def to_data(self) -> dict[str, Any]:
        """Write the closing entry; the inverse of reading."""
        return {"origin": self.origin, "successor": self.successor}


@dataclass(frozen=True)
class ItemUse:
    """How much of one item of the certificate a goods declaration takes."""

    sequence: int
    quantity: Quantity

    @classmethod
    def from_record(cls, record: Record) -> ItemUse:
        """Read the use of one item. Raises MalformedError."""
        return cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            quantity=record.part("quantity", Quantity.from_record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the use of one item; the inverse of reading."""
        return {"sequence": str(self.sequence), "quantity": self.quantity.to_data()}


@dataclass(frozen=True)
class Utilisation:
    """Use at import: what customs accepted under which goods declaration (R10)."""

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    items: tuple[ItemUse, ...]
    head_size: int
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Utilisation:
        """Read a utilisation. Raises MalformedError."""
        items = record.parts("items", ItemUse.from_record)
        if not items:
            raise MalformedError("utilisation.without_goods", place=record.at("items"))
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            items=items,
            head_size=int(record.text("headSize", pattern=_SIZE)),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the utilisation; the inverse of reading."""
        return {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "items": [item.to_data() for item in self.items],
            "headSize": str(self.head_size),
            "officer": self.officer,
        }


@dataclass(frozen=True)
class Refusal:
    """A refusal of preference on a ground of the closed list (R57; Rules 9.1, 9.2)."""

    certificate: CertificateReference
    declaration: DocumentReference
    post: str
    ground: str
    remark: str
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Refusal:
        """Read a refusal. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            declaration=record.part("goodsDeclaration", DocumentReference.from_record),
            post=record.text("post"),
            ground=record.text("ground", pattern=_CODE),
            remark=record.text_or("remark"),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the refusal; the inverse of reading."""
        data: dict[str, Any] = {
            "certificate": self.certificate.to_data(),
            "goodsDeclaration": self.declaration.to_data(),
            "post": self.post,
            "ground": self.ground,
            "officer": self.officer,
        }
        return data | ({"remark": self.remark} if self.remark else {})
