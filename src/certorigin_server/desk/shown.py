"""Values as people write them in their language; made by the library, which prints them too."""

from certorigin.vocabulary.written import (
    amount_in,
    money_in,
    packages_in,
    plain,
    quantity_in,
    state_in,
    unit_in,
)

__all__ = [
    "amount_in",
    "money_in",
    "packages_in",
    "plain",
    "quantity_in",
    "state_in",
    "unit_in",
]
