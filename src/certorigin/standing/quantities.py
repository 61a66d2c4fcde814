"""How much is used: exact sums over all uses, and the 5 % that an item has once."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.bodies import ItemUse, Utilisation
    from certorigin.vocabulary.goods import GoodsItem

BOX_10 = "Rules 7.4, box 10"


@dataclass(frozen=True)
class Use:
    """One registered use at import, with its body read."""

    entry: LoggedAct
    body: Utilisation


@dataclass
class Count:
    """The running count: what is used of each item, by which acts, and what is wrong about it."""

    items: Mapping[int, GoodsItem]
    tolerance: Decimal
    used: dict[int, Quantity] = field(default_factory=dict)
    users: dict[int, list[str]] = field(default_factory=dict)
    uncounted: list[LoggedAct] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    exhausted_at: datetime | None = None

    def add(self, use: Use) -> None:
        """Count one use: all its items, or none of them where one cannot be counted."""
        try:
            amounts = [(taken.sequence, self._amount(taken)) for taken in use.body.items]
        except MalformedError as fault:
            self.uncounted.append(use.entry)
            facts = {"act": use.entry.act.id, "fault": fault.code} | fault.facts
            self.findings.append(Finding("standing.use_uncounted", clause=BOX_10, facts=facts))
            return
        for sequence, amount in amounts:
            self._take(sequence, amount, use.entry.act.id)
        if self.exhausted_at is None and self.is_used_up():
            self.exhausted_at = use.entry.legal_time

    def is_used_up(self) -> bool:
        """Say whether nothing is left of any item (the tolerance is not counted as left)."""
        return all(
            self.used[number].value >= item.quantity.value for number, item in self.items.items()
        )

    def _amount(self, taken: ItemUse) -> Quantity:
        item = self.items.get(taken.sequence)
        if item is None:
            raise MalformedError("standing.item_unknown", item=str(taken.sequence))
        return taken.quantity.to_unit(item.quantity.unit)

    def _take(self, sequence: int, amount: Quantity, act: str) -> None:
        used = plus(self.used[sequence], amount)
        limit = largest_use(self.items[sequence], self.tolerance)
        earlier = [user for user in self.users.setdefault(sequence, []) if user != act]
        self.used[sequence] = used
        if act not in self.users[sequence]:
            self.users[sequence].append(act)
        if used.value <= limit.value:
            return
        facts = {
            "item": str(sequence),
            "used": shown(used),
            "limit": shown(limit),
            "unit": used.unit,
            "act": act,
        }
        code = "standing.used_twice" if earlier else "standing.used_beyond"
        facts |= {"earlier": ", ".join(earlier)} if earlier else {}
        self.findings.append(
            Finding(code, f"items[{sequence - 1}].quantity", clause=BOX_10, facts=facts)
        )


def count_uses(items: Iterable[GoodsItem], uses: Iterable[Use], tolerance: Decimal) -> Count:
    """Count uses in their order. What goes beyond an item's limit is counted too, and flagged."""
    by_number = {item.sequence: item for item in items}
    count = Count(by_number, tolerance)
    for number, item in by_number.items():
        count.used[number] = Quantity(Decimal(0), item.quantity.unit)
    for use in uses:
        count.add(use)
    return count


def largest_use(item: GoodsItem, tolerance: Decimal) -> Quantity:
    """Return what all uses of an item may reach together: the tolerance is in it once (R28)."""
    return Quantity(item.quantity.value * (1 + tolerance), item.quantity.unit)


def plus(first: Quantity, second: Quantity) -> Quantity:
    """Add two amounts of one unit exactly."""
    return Quantity(first.value + second.value, first.unit)


def left(total: Quantity, used: Quantity) -> Quantity:
    """Return what is left of a total, never less than nothing."""
    return Quantity(max(total.value - used.value, Decimal(0)), total.unit)


def shown(quantity: Quantity) -> str:
    """Write an amount for a fact: no exponent, no idle zeros."""
    text = format(quantity.value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
