"""Exact decimals as they are written in sealed documents: `0`, `12`, `1250.50`, never a float."""

from __future__ import annotations

import re
from decimal import Decimal

from certorigin.errors import MalformedError

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")


def decimal_from_text(text: str, *, place: str = "") -> Decimal:
    """Read a decimal that is not negative: at most 15 digits before and 6 after the point.

    Raises MalformedError for signs, exponents, spaces, commas and leading zeros.
    """
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise MalformedError("number.malformed", place=place, value=str(text)[:40])
    return Decimal(text)


def decimal_to_text(value: Decimal) -> str:
    """Write a decimal without exponent, keeping the places that it has. The inverse of reading."""
    text = format(value, "f")
    if not _DECIMAL.fullmatch(text):
        raise MalformedError("number.malformed", place="", value=text[:40])
    return text
