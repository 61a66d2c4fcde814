"""What is asked for when a certificate is made from another one: the terms, as data.

The members are those of the certificate; what is left out stays as it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from certorigin.certification.events import PartTaken
from certorigin.errors import MalformedError
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.record import Record

_SEQUENCE = re.compile(r"[1-9][0-9]{0,6}")


@dataclass(frozen=True)
class SubstituteTerms:
    """For whom a part of the goods is, on what they travel, and how much of which item it takes."""

    importer: Party
    transport: Transport | None
    parts: tuple[PartTaken, ...]


def read_substitute(record: Record) -> SubstituteTerms:
    """Read the terms of a substitute (R48). Raises MalformedError with the place."""
    parts = record.parts("items", _part)
    if not parts:
        raise MalformedError("division.without_goods", place=record.at("items"))
    terms = SubstituteTerms(
        importer=record.part("importer", Party.from_record),
        transport=record.part_or_none("transport", Transport.from_record),
        parts=parts,
    )
    record.finish()
    return terms


def read_re_export(record: Record) -> tuple[str, SubstituteTerms]:
    """Read to which state goods are sent on, and the terms as those of a substitute (R48).

    Raises MalformedError with the place.
    """
    return country_from_text(record.text("presentedIn")), read_substitute(record)


def read_correction(record: Record, old: Certificate) -> Certificate:
    """Read the boxes that a correction writes anew (R32). Raises MalformedError with the place."""
    by_number = {item.sequence: item for item in old.items}
    for fix in record.parts("items", lambda one: _corrected_item(one, by_number)):
        by_number[fix.sequence] = fix
    new = replace(
        old,
        exporter=record.part_or_none("exporter", Party.from_record) or old.exporter,
        importer=record.part_or_none("importer", Party.from_record) or old.importer,
        transport=record.part_or_none("transport", Transport.from_record) or old.transport,
        items=tuple(by_number[item.sequence] for item in old.items),
    )
    record.finish()
    return new


def _part(record: Record) -> PartTaken:
    return PartTaken(
        sequence=_sequence(record),
        packages=record.part("packages", Packages.from_record),
        quantity=record.part("quantity", Quantity.from_record),
        gross=record.part("grossWeight", Quantity.from_record),
        net=record.part("netWeight", Quantity.from_record),
        invoice=record.part_or_none("invoice", DocumentReference.from_record),
    )


def _corrected_item(record: Record, by_number: dict[int, GoodsItem]) -> GoodsItem:
    number = _sequence(record)
    if number not in by_number:
        raise MalformedError("standing.item_unknown", place=record.at("sequence"), item=str(number))
    item = by_number[number]
    return replace(
        item,
        description=record.text_or("description") or item.description,
        packages=record.part_or_none("packages", Packages.from_record) or item.packages,
        invoice=record.part_or_none("invoice", DocumentReference.from_record) or item.invoice,
    )


def _sequence(record: Record) -> int:
    return int(record.text("sequence", pattern=_SEQUENCE))
