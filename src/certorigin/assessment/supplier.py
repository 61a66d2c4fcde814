"""Supplier declarations: who supplied a material says, under seal, where it originates.

    declaration = SupplierDeclaration.read_sealed(raw, keys={...})
    backed = judge_backing(worksheet, {reference: Stated(declaration, withdrawn=False)}, at=day)
    assess(worksheet, agreement=..., at=day, suppliers=backed)

A declaration speaks for a material of the producing country. For one of another party only a
certificate does (Rules 2.3). Whether it stands is looked up and passed in, as with certificates.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError, UntrustedKeyError
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.party import Party
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from certorigin.assessment.material import Material, SupplierReference
    from certorigin.assessment.worksheet import Worksheet

FORMAT = "certorigin-supplier-declaration/v1"
CONTEXT = ("https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1")
MOST_GOODS = 500
# Who holds the key of the seal: the supplier, or the system on behalf of a person signed in.
BY_SUPPLIER, ON_BEHALF = "supplier", "system_on_behalf"

_ID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class DeclaredGoods:
    """Goods of which the supplier speaks: code, description, origin, criterion where known."""

    tariff_code: TariffCode
    description: str
    origin: str
    criterion: Criterion | None = None

    @classmethod
    def from_record(cls, record: Record) -> DeclaredGoods:
        """Read goods. Raises MalformedError."""
        criterion, place = record.text_or("criterion"), record.at("criterion")
        return cls(
            tariff_code=TariffCode.from_text(
                record.text("tariffCode"), place=record.at("tariffCode")
            ),
            description=record.text("description"),
            origin=country_from_text(
                record.text("originCountry"), place=record.at("originCountry")
            ),
            criterion=Criterion.from_text(criterion, place=place) if criterion else None,
        )

    def to_data(self) -> dict[str, Any]:
        """Write the goods; the inverse of reading."""
        data: dict[str, Any] = {
            "tariffCode": str(self.tariff_code),
            "description": self.description,
            "originCountry": self.origin,
        }
        return data | ({"criterion": str(self.criterion)} if self.criterion else {})


@dataclass(frozen=True)
class SupplierDeclaration:
    """What a supplier declares of goods delivered within a period."""

    id: str
    supplier: Party
    declarant: str
    issued_at: datetime
    valid_from: date
    valid_until: date
    sealed_by: str
    goods: tuple[DeclaredGoods, ...]

    @classmethod
    def from_record(cls, record: Record) -> SupplierDeclaration:
        """Read a declaration without its proof. Raises MalformedError."""
        record.choice("format", (FORMAT,))
        record.texts("@context")
        goods = record.parts("goods", DeclaredGoods.from_record, limit=MOST_GOODS)
        if not goods:
            raise MalformedError("supplier.without_goods", place=record.at("goods"))
        found = cls(
            id=record.text("id", pattern=_ID),
            supplier=record.part("supplier", Party.from_record),
            declarant=record.text("declarant"),
            issued_at=record.moment("issuedAt"),
            valid_from=record.day("validFrom"),
            valid_until=record.day("validUntil"),
            sealed_by=record.choice("sealedBy", (BY_SUPPLIER, ON_BEHALF)),
            goods=goods,
        )
        if found.valid_until < found.valid_from:
            raise MalformedError("supplier.ends_before_it_begins", place=record.at("validUntil"))
        return found

    @classmethod
    def from_data(cls, data: object) -> SupplierDeclaration:
        """Read a declaration to its last member. Raises MalformedError."""
        record = Record(data)
        found = cls.from_record(record)
        record.finish()
        return found

    @classmethod
    def read_sealed(cls, raw: bytes, *, keys: Collection[str]) -> SupplierDeclaration:
        """Read a sealed declaration; every proof must be by one of the keys.

        Raises MalformedError, SignatureError, and UntrustedKeyError (`supplier.other_key`).
        """
        sealed = verify_sealed(raw)
        for proof in sealed.proofs:
            if proof.key not in keys:
                raise UntrustedKeyError("supplier.other_key", key=proof.key)
        return cls.from_data({k: v for k, v in sealed.document.items() if k != "proof"})

    def to_data(self) -> dict[str, Any]:
        """Write the declaration without a proof; the inverse of reading."""
        return {
            "@context": list(CONTEXT),
            "format": FORMAT,
            "id": self.id,
            "supplier": self.supplier.to_data(),
            "declarant": self.declarant,
            "issuedAt": moment_to_text(self.issued_at),
            "validFrom": self.valid_from.isoformat(),
            "validUntil": self.valid_until.isoformat(),
            "sealedBy": self.sealed_by,
            "goods": [one.to_data() for one in self.goods],
        }

    def covers(self, material: Material, *, at: date) -> bool | None:
        """Say whether it speaks for a material on a day; None when the material lacks its code."""
        if not self.valid_from <= at <= self.valid_until:
            return False
        near = [one for one in self.goods if one.origin == material.origin]
        if not near:
            return False
        if material.tariff_code is None:
            return None
        return any(material.tariff_code.is_within(one.tariff_code.digits) for one in near)


@dataclass(frozen=True)
class Stated:
    """A declaration as the installation found it: its content, its digest, whether it fell."""

    declaration: SupplierDeclaration
    digest: str
    withdrawn: bool = False

    @classmethod
    def of_sealed(cls, raw: bytes, *, keys: Collection[str], withdrawn: bool = False) -> Stated:
        """Read sealed bytes. Raises as `SupplierDeclaration.read_sealed`."""
        declaration = SupplierDeclaration.read_sealed(raw, keys=keys)
        return cls(declaration, hashlib.sha256(raw).hexdigest(), withdrawn)


def judge_backing(
    worksheet: Worksheet, found: Mapping[str, Stated], *, at: date
) -> dict[Material, bool]:
    """Say of each material that names a declaration whether it stands for that material.

    `found` holds declarations by id; one that is not in it leaves its material open, and so does a
    material whose code is not known.
    """
    backed: dict[Material, bool] = {}
    for item in worksheet.items:
        for material in item.all_materials():
            reference = material.supplier
            stated = found.get(reference.id) if reference else None
            if stated is None or reference is None:
                continue
            fits = _fits(stated, reference)
            covers = stated.declaration.covers(material, at=at)
            if not fits or stated.withdrawn or covers is False:
                backed[material] = False
            elif covers:
                backed[material] = True
    return backed


def _fits(stated: Stated, reference: SupplierReference) -> bool:
    """Say whether the reference means this very declaration: a digest, if given, is its own."""
    return reference.digest in {"", stated.digest}
