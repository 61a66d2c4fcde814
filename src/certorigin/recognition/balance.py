"""What is left of each item: exact sums over all uses, the 5 % once over all of them (R28)."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin.late import dataclass
from certorigin.standing.quantities import largest_use, left, plus, tally
from certorigin.standing.validity import endless_items
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certorigin.recognition.declaration import DeclaredItem
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem

# How an overuse is named among the things that came after a decision.
OVERUSE = "urn:certorigin:overuse:"


@dataclass(frozen=True)
class Balance:
    """One item: what was certified, what is used, what is left, and what may still be taken.

    `left` leaves the tolerance out, `allowed` has it in, once over all uses (Rules 7.4, box 10).
    """

    sequence: int
    certified: Quantity
    used: Quantity
    left: Quantity
    allowed: Quantity

    def is_within(self, amount: Quantity) -> bool:
        """Say whether this much more may be taken. Raises MalformedError for another dimension."""
        return amount.to_unit(self.allowed.unit).value <= self.allowed.value

    def is_within_certified(self, amount: Quantity) -> bool:
        """Say whether it may be taken without the tolerance. Raises as `is_within`."""
        return amount.to_unit(self.left.unit).value <= self.left.value


def balance_of(item: GoodsItem, used: Quantity | None, tolerance: Decimal) -> Balance:
    """Return the balance of one item. Raises MalformedError when `used` is of another dimension."""
    unit = item.quantity.unit
    taken = used.to_unit(unit) if used is not None else Quantity(Decimal(0), unit)
    return Balance(
        sequence=item.sequence,
        certified=item.quantity,
        used=taken,
        left=left(item.quantity, taken),
        allowed=left(largest_use(item, tolerance), taken),
    )


def balances(
    certificate: Certificate, used: Mapping[int, Quantity], form: Form
) -> tuple[Balance, ...]:
    """Return the balance of every item. Raises as `balance_of`."""
    return tuple(
        balance_of(item, used.get(item.sequence), form.quantity_tolerance)
        for item in certificate.items
    )


def total(amounts: Iterable[Quantity], unit: str) -> Quantity:
    """Add amounts of one dimension exactly. Raises MalformedError when one is of another."""
    result = Quantity(Decimal(0), unit)
    for amount in amounts:
        result = plus(result, amount.to_unit(unit))
    return result


@dataclass(frozen=True)
class Overuse:
    """More was used of an item than it allows: all who took of it have to know, not the last alone.

    Who was first can't be told between posts that worked each on its own, so `acts` has no order
    but that of their ids, and is the same in whichever order the acts arrived.
    """

    sequence: int
    limit: Quantity
    used: Quantity
    acts: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name this overuse: another use of the item makes another one."""
        told = f"{self.sequence} {' '.join(self.acts)}"
        return f"{OVERUSE}{sha256(told.encode()).hexdigest()[:32]}"


def find_overuse(standing: Standing) -> tuple[Overuse, ...]:
    """Return the items of which all uses together took more than their quantity and 5 % (R28)."""
    certificate = standing.certificate
    if certificate is None:
        return ()
    uncounted = {entry.act.id for entry in standing.uncounted}
    tolerance = get_form(certificate.form).quantity_tolerance
    found = []
    for item in certificate.items:
        used, limit = standing.used_of(item.sequence), largest_use(item, tolerance)
        if used.value <= limit.value or not standing.is_counted(item.sequence):
            continue
        acts = {
            use.entry.act.id
            for use in standing.uses
            if item.sequence in {one.sequence for one in use.body.items}
        }
        found.append(Overuse(item.sequence, limit, used, tuple(sorted(acts - uncounted))))
    return tuple(found)


def items_taken(lines: Iterable[DeclaredItem], certificate: Certificate) -> tuple[ItemUse, ...]:
    """Return what lines take of each item of a certificate, in its unit, item by item.

    Of one whose box 10 is empty by right, in the unit of its first line (R24). Raises UnknownError
    for an item that it does not have, MalformedError for units that differ.
    """
    endless = endless_items(certificate, get_form(certificate.form))
    units = {item.sequence: item.quantity.unit for item in certificate.items}
    taken: dict[int, list[Quantity]] = {}
    for line in lines:
        if line.claim is not None:
            taken.setdefault(line.claim.item, []).append(line.quantity)
    for item in taken:
        if item not in units:
            raise UnknownError("standing.item_unknown", item=str(item))
    sums = {
        item: reduce(tally, amounts) if item in endless else total(amounts, units[item])
        for item, amounts in taken.items()
    }
    return tuple(ItemUse(item, sums[item]) for item in sorted(sums))
