"""Parties: who exports, imports, consigns and receives (boxes 1 and 2 of ST-1)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from certorigin.late import dataclass
from certorigin.vocabulary.country import country_from_text

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record

# Loaded when a number is judged: a verifier that starts does not wait for them.
_JUDGES = {"UNP": "stdnum.by.unp", "VOEN": "stdnum.az.voen"}
SCHEMES = ("UNP", "VOEN", "OTHER")


@dataclass(frozen=True)
class Identifier:
    """A number in a register: `UNP` (Belarus), `VOEN` (Azerbaijan), `OTHER` as free text (R64)."""

    scheme: str
    value: str

    @classmethod
    def from_record(cls, record: Record) -> Identifier:
        """Read `{"scheme": "UNP", "value": "200988541"}`; the check digit is judged apart."""
        return cls(record.choice("scheme", SCHEMES), record.text("value"))

    def to_data(self) -> dict[str, str]:
        """Write the identifier; the inverse of reading."""
        return {"scheme": self.scheme, "value": self.value}

    def is_valid(self) -> bool:
        """Say whether length and check digit are right; free identifiers always are (R64)."""
        judge = _JUDGES.get(self.scheme)
        return judge is None or bool(import_module(judge).is_valid(self.value))


@dataclass(frozen=True)
class Party:
    """A name, an address, a country, and an identifier where there is one."""

    name: str
    address: str
    country: str
    identifier: Identifier | None = None

    @classmethod
    def from_record(cls, record: Record) -> Party:
        """Read a party. Raises MalformedError."""
        return cls(
            name=record.text("name"),
            address=record.text("address"),
            country=country_from_text(record.text("country"), place=record.at("country")),
            identifier=record.part_or_none("identifier", Identifier.from_record),
        )

    def to_data(self) -> dict[str, object]:
        """Write the party; the inverse of reading."""
        data: dict[str, object] = {
            "name": self.name,
            "address": self.address,
            "country": self.country,
        }
        if self.identifier is not None:
            data["identifier"] = self.identifier.to_data()
        return data
