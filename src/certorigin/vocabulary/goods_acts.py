"""The bodies of acts about a certificate's goods: parts that a substitute takes, a sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.bodies import CertificateReference, ItemUse
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import URN

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record


@dataclass(frozen=True)
class Division:
    """Goods of a certificate that a substitute covers from now on (R48; Rules 8.4)."""

    certificate: CertificateReference
    substitute: CertificateReference
    substitute_subject: str
    items: tuple[ItemUse, ...]
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Division:
        """Read a division. Raises MalformedError."""
        items = record.parts("items", ItemUse.from_record)
        if not items:
            raise MalformedError("division.without_goods", place=record.at("items"))
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            substitute=record.part("substitute", CertificateReference.from_record),
            substitute_subject=record.text("substituteSubject", pattern=URN),
            items=items,
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the division; the inverse of reading."""
        return {
            "certificate": self.certificate.to_data(),
            "substitute": self.substitute.to_data(),
            "substituteSubject": self.substitute_subject,
            "items": [item.to_data() for item in self.items],
            "officer": self.officer,
        }


@dataclass(frozen=True)
class Sale:
    """The contract under which goods were sold that had left without one (R49; Rules 8.5, 8.6)."""

    certificate: CertificateReference
    contract: DocumentReference
    buyer: Party
    officer: str

    @classmethod
    def from_record(cls, record: Record) -> Sale:
        """Read a sale. Raises MalformedError."""
        return cls(
            certificate=record.part("certificate", CertificateReference.from_record),
            contract=record.part("contract", DocumentReference.from_record),
            buyer=record.part("buyer", Party.from_record),
            officer=record.text("officer", pattern=URN),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the sale; the inverse of reading."""
        return {
            "certificate": self.certificate.to_data(),
            "contract": self.contract.to_data(),
            "buyer": self.buyer.to_data(),
            "officer": self.officer,
        }
