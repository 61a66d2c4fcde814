"""Goods as they stand in boxes 6 to 11 of a certificate, one item a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from certorigin.vocabulary.record import Record

_COUNT = re.compile(r"0|[1-9][0-9]{0,6}")
_SEQUENCE = re.compile(r"[1-9][0-9]{0,6}")
_PACKAGE = re.compile(r"[A-Z0-9]{2}")


@dataclass(frozen=True)
class Packages:
    """Number of places and kind of packing (box 7); the kind is a code of Recommendation 21."""

    count: int
    kind: str
    marks: str = ""

    @classmethod
    def from_record(cls, record: Record) -> Packages:
        """Read `{"count": "20", "kind": "BX"}`. Raises MalformedError."""
        return cls(
            count=int(record.text("count", pattern=_COUNT)),
            kind=record.text("kind", pattern=_PACKAGE),
            marks=record.text_or("marks"),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the packages; the inverse of reading."""
        data = {"count": str(self.count), "kind": self.kind}
        return data | ({"marks": self.marks} if self.marks else {})


@dataclass(frozen=True)
class DocumentReference:
    """A document by number and date: an invoice, a pro-forma, a contract (box 11)."""

    number: str
    date: date

    @classmethod
    def from_record(cls, record: Record) -> DocumentReference:
        """Read `{"number": "17", "date": "2026-05-16"}`. Raises MalformedError."""
        return cls(number=record.text("number"), date=record.day("date"))

    def to_data(self) -> dict[str, Any]:
        """Write the reference; the inverse of reading."""
        return {"number": self.number, "date": self.date.isoformat()}


@dataclass(frozen=True)
class GoodsItem:
    """One line of the certificate: boxes 6 to 11.

    `quantity` is in the nomenclature's unit, `gross` and `net` are masses (R28). `criterion` is
    None only in the cases in which the Rules put a dash into box 9. A quantity of 0 is an empty
    box 10: periodicals under a long-term contract (R24).
    """

    sequence: int
    packages: Packages
    description: str
    tariff_code: TariffCode
    criterion: Criterion | None
    quantity: Quantity
    gross: Quantity
    net: Quantity
    invoice: DocumentReference | None

    @property
    def is_counted(self) -> bool:
        """Whether box 10 states how much there is, so that uses can be counted against it."""
        return self.quantity.value > 0

    @classmethod
    def from_record(cls, record: Record) -> GoodsItem:
        """Read an item. Raises MalformedError with the member's place."""
        code, criterion = record.text("tariffCode"), record.text("originCriterion")
        place = record.at("originCriterion")
        return cls(
            sequence=int(record.text("sequence", pattern=_SEQUENCE)),
            packages=record.part("packages", Packages.from_record),
            description=record.text("description"),
            tariff_code=TariffCode.from_text(code, place=record.at("tariffCode")),
            criterion=None if criterion == "-" else Criterion.from_text(criterion, place=place),
            quantity=record.part("quantity", Quantity.from_record),
            gross=record.part("grossWeight", Quantity.from_record),
            net=record.part("netWeight", Quantity.from_record),
            invoice=record.part_or_none("invoice", DocumentReference.from_record),
        )

    def to_data(self) -> dict[str, Any]:
        """Write the item; the inverse of reading."""
        data: dict[str, Any] = {
            "sequence": str(self.sequence),
            "packages": self.packages.to_data(),
            "description": self.description,
            "tariffCode": str(self.tariff_code),
            "originCriterion": str(self.criterion) if self.criterion else "-",
            "quantity": self.quantity.to_data(),
            "grossWeight": self.gross.to_data(),
            "netWeight": self.net.to_data(),
        }
        return data | ({"invoice": self.invoice.to_data()} if self.invoice else {})


class Numbered(Protocol):
    """A line of goods, before or after its assessment."""

    @property
    def sequence(self) -> int:
        """The number in box 6."""


def check_sequence(items: Sequence[Numbered], *, place: str) -> None:
    """Refuse items that are not numbered 1, 2, 3 … across all sheets (box 6).

    Raises MalformedError (`goods.sequence_broken`) with the place of the first one.
    """
    for index, item in enumerate(items):
        if item.sequence != index + 1:
            at, value = f"{place}[{index}].sequence", str(item.sequence)
            raise MalformedError("goods.sequence_broken", place=at, value=value)
