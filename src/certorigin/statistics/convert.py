"""Sums of a month in one currency, at recorded rates; what has no rate stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# A rate that is older at the end of the month says nothing about it.
OLDEST = timedelta(days=45)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Quote:
    """What so many units of a currency cost on a day, in another one."""

    currency: str
    day: date
    units: Decimal
    price: Decimal
    price_currency: str


@dataclass(frozen=True)
class Converted:
    """A sum in the wanted currency, and the sums for which there was no rate."""

    amount: Decimal
    left: Mapping[str, Decimal]

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is left out."""
        return not self.left


def convert(
    sums: Mapping[tuple[date, str], Decimal], *, into: str, quotes: Sequence[Quote]
) -> Converted:
    """Convert sums by month (its first day) and currency.

    The newest rate up to the end of the month counts, of both currencies in the same third one;
    of one day the later in the list.
    """
    amount, left = Decimal(0), dict[str, Decimal]()
    for (month, currency), value in sums.items():
        rate = _rate(currency, into, last_day_of(month), quotes)
        if rate is None:
            left[currency] = left.get(currency, Decimal(0)) + value
        else:
            amount += value * rate
    return Converted(amount.quantize(_CENT, ROUND_HALF_UP), left)


def last_day_of(month: date) -> date:
    """Return the last day of the month that begins on a day."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """Return the first days of the months from one to the other, both included."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = last_day_of(month) + timedelta(days=1)
    return found


def _rate(currency: str, into: str, day: date, quotes: Sequence[Quote]) -> Decimal | None:
    if currency == into:
        return Decimal(1)
    known = [one for one in quotes if day - OLDEST <= one.day <= day]
    for own in dict.fromkeys(one.price_currency for one in known):
        prices = [_price(code, own, known) for code in (currency, into)]
        if prices[0] is not None and prices[1] is not None:
            return prices[0] / prices[1]
    return None


def _price(currency: str, own: str, known: Iterable[Quote]) -> Decimal | None:
    """Return what one unit costs in the own currency of a state."""
    if currency == own:
        return Decimal(1)
    found: Quote | None = None
    for one in known:
        fits = (one.currency, one.price_currency) == (currency, own)
        if fits and (found is None or one.day >= found.day):
            found = one
    return found.price / found.units if found else None
