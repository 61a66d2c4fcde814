"""Quantities in the units of UNECE Recommendation 20, and money in ISO 4217 currencies."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, Inexact, localcontext
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.vocabulary.number import decimal_to_text

if TYPE_CHECKING:
    from certorigin.vocabulary.record import Record

UNIT = re.compile(r"[A-Z0-9]{2,3}")
CURRENCY = re.compile(r"[A-Z]{3}")

# Exact factors between units of one dimension (Recommendation 20).
_KILOGRAMS = {"KGM": Decimal(1), "TNE": Decimal(1000), "GRM": Decimal("0.001"), "DTN": Decimal(100)}
_LITRES = {"LTR": Decimal(1), "HLT": Decimal(100), "MTQ": Decimal(1000), "MLT": Decimal("0.001")}
_PIECES = dict.fromkeys(("H87", "C62", "NAR", "EA"), Decimal(1))
_PIECES |= {"DZN": Decimal(12), "CEN": Decimal(100), "GRO": Decimal(144), "MIL": Decimal(1000)}
_METRES = {"MTR": Decimal(1), "KMT": Decimal(1000), "CMT": Decimal("0.01"), "MMT": Decimal("0.001")}
_SQUARES = {"MTK": Decimal(1), "CMK": Decimal("0.0001"), "HAR": Decimal(10_000)}
_ENERGY = {"KWH": Decimal(1), "MWH": Decimal(1000)}
_DIMENSIONS = (_KILOGRAMS, _LITRES, _PIECES, _METRES, _SQUARES, _ENERGY)


@dataclass(frozen=True)
class Quantity:
    """An exact amount of a unit."""

    value: Decimal
    unit: str

    @classmethod
    def from_record(cls, record: Record) -> Quantity:
        """Read `{"unit": "KGM", "value": "12.5"}`. Raises MalformedError."""
        return cls(record.decimal("value"), record.text("unit", pattern=UNIT))

    def to_data(self) -> dict[str, str]:
        """Write the quantity; the inverse of reading."""
        return {"unit": self.unit, "value": decimal_to_text(self.value)}

    def to_unit(self, unit: str) -> Quantity:
        """Express the quantity in another unit of its dimension.

        Raises MalformedError (`quantity.units_differ`) when the two can't be converted exactly.
        """
        if unit == self.unit:
            return self
        for factors in _DIMENSIONS:
            if unit in factors and self.unit in factors:
                with localcontext() as context, suppress(Inexact):
                    context.traps[Inexact] = True
                    return Quantity(self.value * factors[self.unit] / factors[unit], unit)
        raise MalformedError("quantity.units_differ", place="", ours=self.unit, theirs=unit)


@dataclass(frozen=True)
class Money:
    """An exact amount of a currency."""

    amount: Decimal
    currency: str

    @classmethod
    def from_record(cls, record: Record) -> Money:
        """Read `{"amount": "100.00", "currency": "USD"}`. Raises MalformedError."""
        return cls(record.decimal("amount"), record.text("currency", pattern=CURRENCY))

    def to_data(self) -> dict[str, str]:
        """Write the money; the inverse of reading."""
        return {"amount": decimal_to_text(self.amount), "currency": self.currency}
