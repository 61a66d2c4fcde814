"""Values as people write them in their language: figures, quantities, packages, states.

Documents keep codes and exact figures. Here a unit gets its sign, a state and a kind of package
their name; what has no name keeps its code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.vocabulary.code_names import name_of

if TYPE_CHECKING:
    from decimal import Decimal

    from certorigin.vocabulary.goods import Packages
    from certorigin.vocabulary.quantity import Money, Quantity

# Languages that write a comma before the decimals and a space between thousands.
COMMA_LANGUAGES = frozenset({"ru", "az", "be"})

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_NARROW_SPACE = "\u202f"


def amount_in(value: object, language: str) -> str:
    """Write a decimal with the marks of a language: 42240.00 → 42 240,00."""
    found = _DECIMAL.fullmatch(str(value))
    if found is None:
        return str(value)
    sign, whole, rest = found.groups()
    mark = "," if language in COMMA_LANGUAGES else "."
    grouped = f"{int(whole):,}".replace(",", _NARROW_SPACE)
    return f"{sign}{grouped}" + (f"{mark}{rest}" if rest else "")


def plain(value: Decimal) -> str:
    """Write an exact figure without exponent and idle zeros, for `amount`: 1E+4 → 10000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def state_in(code: str, language: str) -> str:
    """Return the name of a state; a code without a name stays."""
    return name_of("states", code, language) or code


def unit_in(code: str, language: str) -> str:
    """Return the sign of a unit; one without a sign keeps its code, beside the name if any."""
    sign, name = name_of("symbols", code, language), name_of("units", code, language)
    return sign or (f"{code} ({name})" if name else code)


def quantity_in(quantity: Quantity | None, language: str) -> str:
    """Write a quantity: 13 500 л."""
    if quantity is None:
        return ""
    return f"{amount_in(plain(quantity.value), language)} {unit_in(quantity.unit, language)}"


def money_in(money: Money | None, language: str) -> str:
    """Write money. It keeps its decimals: 40 000.00 is how an invoice writes it."""
    return f"{amount_in(format(money.amount, 'f'), language)} {money.currency}" if money else ""


def packages_in(packages: Packages | None, language: str) -> str:
    """Write a number of places with the name and the code of their kind, without the marks."""
    if packages is None:
        return ""
    name = name_of("packages", packages.kind, language)
    kind = f"{name} ({packages.kind})" if name else packages.kind
    return f"{amount_in(packages.count, language)} × {kind}"
