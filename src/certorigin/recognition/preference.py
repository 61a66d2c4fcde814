"""Conditions of preference that no certificate proves, and the limit of a declaration of origin.

The conditions of Rules 5.1 are found by customs from papers: contract between residents, ownership
by a resident, and goods that did not leave the parties' territory but under customs control. Small
consignments may rest on a declaration of origin instead of ST-1: the originating goods are worth no
more than 5,000 US dollars at the rate of the day on which the goods declaration is registered. The
official wording of that rule was not at hand (docs/limitations.md).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.vocabulary.quantity import Money

LIMIT = Decimal(5000)
LIMIT_CURRENCY = "USD"


class Condition(StrEnum):
    """What customs looks for in the papers (R42; Rules 5.1)."""

    CONTRACT = "contract"
    OWNERSHIP = "ownership"
    TRANSIT = "transit"


class Found(StrEnum):
    """What customs found about a condition."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_SHOWN = "not_shown"


def check_note(condition: str, found: str) -> None:
    """Raise UnknownError (`condition.unknown`) for what is not in the two closed lists."""
    for value, choices in ((condition, Condition), (found, Found)):
        if value not in {str(one) for one in choices}:
            told = ", ".join(str(one) for one in choices)
            raise UnknownError("condition.unknown", value=value[:40], choices=told)


@dataclass(frozen=True)
class Rate:
    """How much of the state's own currency so many units of another cost on a day."""

    currency: str
    day: date
    units: Decimal
    price: Decimal


class Worth(StrEnum):
    """Whether goods are worth little enough to rest on a declaration of origin."""

    WITHIN = "within"
    OVER = "over"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Judged:
    """The worth of the originating goods in dollars, where it is known, and what is missing."""

    worth: Worth
    dollars: Fraction | None
    missing: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The dollars as people read them; rounded up, so that 5,000.001 is never 5,000.00."""
        if self.dollars is None:
            return ""
        cents = -(-self.dollars * 100 // 1)
        return format(Decimal(int(cents)) / 100, ".2f")


def judge_worth(
    declaration: GoodsDeclaration, rates: Iterable[Rate], *, own_currency: str
) -> Judged | None:
    """Judge a goods declaration that rests on declarations of origin; None where it does not.

    All lines that ask for preference are originating goods of the consignment, and counted. The
    rates are those of the declaration's own day; rates of other days say nothing. What is over the
    limit by what is known is over; a value or a rate that is missing leaves the rest open.
    """
    if not any(line.origin_declaration for line in declaration.items):
        return None
    prices = {
        rate.currency: Fraction(rate.price) / Fraction(rate.units)
        for rate in rates
        if rate.day == declaration.date and rate.units > 0
    } | {own_currency: Fraction(1)}
    total, missing = Fraction(0), []
    for line in declaration.items:
        if line.origin_declaration is None and line.claim is None:
            continue
        dollars = _in_dollars(line.value, prices)
        if dollars is None:
            missing.append(line.value.currency if line.value else f"line {line.sequence}")
        else:
            total += dollars
    told = tuple(dict.fromkeys(missing))
    if total > LIMIT:
        return Judged(Worth.OVER, total, told)
    return Judged(Worth.UNDETERMINED if told else Worth.WITHIN, None if told else total, told)


def _in_dollars(value: Money | None, prices: Mapping[str, Fraction]) -> Fraction | None:
    """Return what a value is worth in dollars, exactly; None where the rates don't say."""
    if value is None:
        return None
    if value.currency == LIMIT_CURRENCY:
        return Fraction(value.amount)
    price, dollar = prices.get(value.currency), prices.get(LIMIT_CURRENCY)
    return Fraction(value.amount) * price / dollar if price and dollar else None
