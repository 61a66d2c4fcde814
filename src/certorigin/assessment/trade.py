"""Facts about the trade in goods: what the conditions of preference (5.1) and lots (4.2) ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from certorigin.assessment.material import present, read_country
from certorigin.vocabulary.quantity import Money

if TYPE_CHECKING:
    from datetime import date

    from certorigin.vocabulary.record import Record

BUSINESS, NATURAL_PERSON = "business", "natural_person"
EXHIBITION, LATER_SALE = "exhibition", "later_sale"
CERTIFICATE, DECLARATION = "certificate", "declaration"
PRODUCTION, MISTAKE = "production_or_transport", "mistake"

# Facts of 5.1 that name a state, with their members in the document.
STATES = {
    "exported_from": "exportedFrom",
    "imported_into": "importedInto",
    "seller_resident_of": "sellerResidentOf",
    "buyer_resident_of": "buyerResidentOf",
    "owner_resident_of": "ownerResidentOf",
    "person_resident_of": "personResidentOf",
}
# ... and those that are true or false.
FLAGS = {
    "leaves_parties": "leavesParties",
    "customs_control_documented": "customsControlDocumented",
    "unaltered": "unaltered",
}


@dataclass(frozen=True)
class Trade:
    """How the goods are traded. What is not known is None or empty."""

    carried_by: str = ""
    exported_from: str | None = None
    imported_into: str | None = None
    seller_resident_of: str | None = None
    buyer_resident_of: str | None = None
    contract_later: str = ""
    owner_resident_of: str | None = None
    person_resident_of: str | None = None
    leaves_parties: bool | None = None
    customs_control_documented: bool | None = None
    unaltered: bool | None = None
    document: str = ""
    consignment_value: Money | None = None

    @classmethod
    def from_record(cls, record: Record) -> Trade:
        """Read the facts. Raises MalformedError."""
        later, documents = (EXHIBITION, LATER_SALE), (CERTIFICATE, DECLARATION)
        states: dict[str, Any] = {
            name: read_country(record, member)
            for name, member in STATES.items()
            if record.has(member)
        }
        flags: dict[str, Any] = {
            name: record.flag(member) for name, member in FLAGS.items() if record.has(member)
        }
        return cls(
            carried_by=_choice(record, "carriedBy", (BUSINESS, NATURAL_PERSON)),
            contract_later=_choice(record, "contractLater", later),
            document=_choice(record, "document", documents),
            consignment_value=record.part_or_none("consignmentValue", Money.from_record),
            **states,
            **flags,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the facts; the inverse of reading."""
        told: dict[str, Any] = {
            member: getattr(self, name) for name, member in (STATES | FLAGS).items()
        }
        told |= {
            "carriedBy": self.carried_by or None,
            "contractLater": self.contract_later or None,
            "document": self.document or None,
            "consignmentValue": self.consignment_value and self.consignment_value.to_data(),
        }
        return present(told)


@dataclass(frozen=True)
class Lots:
    """One good, taken apart or not put together, that travels in several lots (4.2)."""

    cause: str
    notice_given: bool | None = None
    specification_given: bool | None = None
    mistake_documented: bool | None = None
    one_country: bool | None = None
    one_exporter: bool | None = None
    one_customs_office: bool | None = None
    declaration_accepted: date | None = None
    last_lot: date | None = None

    @classmethod
    def from_record(cls, record: Record) -> Lots:
        """Read the facts. Raises MalformedError."""
        flags: dict[str, Any] = {
            name: record.flag(member) for name, member in LOT_FLAGS.items() if record.has(member)
        }
        accepted, last = "declarationAccepted", "lastLot"
        return cls(
            cause=record.choice("cause", (PRODUCTION, MISTAKE)),
            declaration_accepted=record.day(accepted) if record.has(accepted) else None,
            last_lot=record.day(last) if record.has(last) else None,
            **flags,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the facts; the inverse of reading."""
        told: dict[str, Any] = {member: getattr(self, name) for name, member in LOT_FLAGS.items()}
        told |= {
            "cause": self.cause,
            "declarationAccepted": _day(self.declaration_accepted),
            "lastLot": _day(self.last_lot),
        }
        return present(told)


LOT_FLAGS = {
    "notice_given": "noticeGiven",
    "specification_given": "specificationGiven",
    "mistake_documented": "mistakeDocumented",
    "one_country": "oneCountry",
    "one_exporter": "oneExporter",
    "one_customs_office": "oneCustomsOffice",
}


def _choice(record: Record, name: str, choices: tuple[str, ...]) -> str:
    return record.choice(name, choices) if record.has(name) else ""


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
