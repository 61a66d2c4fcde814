"""Exact figures: sums that round nothing, and fractions written as texts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from certorigin.vocabulary.number import decimal_to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from certorigin.vocabulary.quantity import Money


def exact(amount: Decimal) -> Fraction:
    """Return an amount as a fraction."""
    return Fraction(*amount.as_integer_ratio())


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """Add exactly. Whole numbers are added for each denominator, which is what makes it fast."""
    sums: dict[int, int] = {}
    for value in values:
        below = value.denominator
        sums[below] = sums.get(below, 0) + value.numerator
    return sum((Fraction(above, below) for below, above in sums.items()), Fraction(0))


def exact_text(value: Fraction) -> str:
    """Write a fraction as a decimal when it ends, else as `numerator/denominator`."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def money_text(value: Fraction) -> str:
    """Write an amount of money exactly, with at least two places."""
    text = exact_text(value)
    if "/" in text:
        return text
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(2, '0')}"


def percent_text(value: Fraction) -> str:
    """Write a fraction as a percentage, rounded half to even at four places."""
    scaled = round(value * 1_000_000)  # Python rounds a Fraction half to even, exactly
    return f"{scaled // 10_000}.{scaled % 10_000:04d}"


def price_text(price: Money | None) -> dict[str, str]:
    """Write a price as figures, or nothing when it is not known."""
    if price is None:
        return {}
    return {"price": decimal_to_text(price.amount), "currency": price.currency}
