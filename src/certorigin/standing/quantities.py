"""How much is used: exact sums over all uses, and the 5 % that an item has once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.late import dataclass
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration
from certorigin.vocabulary.bodies import Utilisation
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods_acts import Division
from certorigin.vocabulary.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin.vocabulary.goods import GoodsItem

BOX_10 = "Rules 7.4, box 10"
RULES_8_4 = "Rules 8.4"


@dataclass(frozen=True)
class Use:
    """One registered use at import, with its body read: what it takes after its corrections."""

    entry: LoggedAct
    body: Utilisation
    correction: LoggedAct | None = None

    @property
    def since(self) -> datetime:
        """Since when it takes so much."""
        entries = (self.entry, self.correction or self.entry)
        return max(entry.registered_at for entry in entries)


@dataclass(frozen=True)
class Part:
    """Goods that a substitute took over, with its body read (R48). Their 5 % went with them."""

    entry: LoggedAct
    body: Division

    @property
    def since(self) -> datetime:
        """Since when it takes so much."""
        return self.entry.registered_at


def part_of(entry: LoggedAct) -> Part | None:
    """Return what a substitute took of a certificate, or None. Raises MalformedError."""
    if entry.act.kind is Kind.DIVIDED:
        return Part(entry, read_body(entry.act, Division.from_record))
    return None


def use_of(entry: LoggedAct) -> Use | None:
    """Return what an act takes of a certificate, or None: an acceptance, or one given back (R58).

    Raises MalformedError for an act that can't be read.
    """
    if entry.act.kind is Kind.UTILISED:
        return Use(entry, read_body(entry.act, Utilisation.from_record))
    if entry.act.kind is Kind.PREFERENCE_RESTORED:
        body = read_body(entry.act, PreferenceRestoration.from_record).use
        return Use(entry, body) if body else None
    return None


@dataclass
class Count:
    """The running count: what is used of each item, by which acts, and what is wrong about it."""

    items: Mapping[int, GoodsItem]
    tolerance: Decimal
    endless: frozenset[int] = frozenset()
    used: dict[int, Quantity] = field(default_factory=dict)
    users: dict[int, list[str]] = field(default_factory=dict)
    uncounted: list[LoggedAct] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    exhausted_at: datetime | None = None

    def add(self, use: Use | Part) -> None:
        """Count one use or part: all its items, or none where one cannot be counted."""
        try:
            amounts = [(taken.sequence, self._amount(taken)) for taken in use.body.items]
        except MalformedError as fault:
            self.uncounted.append(use.entry)
            facts = {"act": use.entry.act.id, "fault": fault.code} | fault.facts
            self.findings.append(Finding("standing.use_uncounted", clause=BOX_10, facts=facts))
            return
        for sequence, amount in amounts:
            self._take(sequence, amount, use)
        if self.exhausted_at is None and self.is_used_up():
            self.exhausted_at = use.since

    def is_used_up(self) -> bool:
        """Say whether nothing is left of any item (the tolerance is not counted as left).

        Of an item without a quantity it can't be known.
        """
        return all(
            number not in self.endless and self.used[number].value >= item.quantity.value
            for number, item in self.items.items()
        )

    def _amount(self, taken: ItemUse) -> Quantity:
        item = self.items.get(taken.sequence)
        if item is None:
            raise MalformedError("standing.item_unknown", item=str(taken.sequence))
        if taken.sequence in self.endless:
            return taken.quantity
        return taken.quantity.to_unit(item.quantity.unit)

    def _take(self, sequence: int, amount: Quantity, use: Use | Part) -> None:
        act, item = use.entry.act.id, self.items[sequence]
        is_part = isinstance(use, Part)
        used = tally(self.used[sequence], amount)
        limit = item.quantity if is_part else largest_use(item, self.tolerance)
        earlier = [user for user in self.users.setdefault(sequence, []) if user != act]
        self.used[sequence] = used
        if act not in self.users[sequence]:
            self.users[sequence].append(act)
        if used.value <= limit.value or (sequence in self.endless and not is_part):
            return
        facts = {
            "item": str(sequence),
            "used": shown(used),
            "limit": shown(limit),
            "unit": used.unit,
            "act": act,
        }
        code = "standing.used_twice" if earlier else "standing.used_beyond"
        if is_part:
            code = "standing.divided_beyond"
        elif earlier:
            facts["earlier"] = ", ".join(earlier)
        place, clause = f"items[{sequence - 1}].quantity", RULES_8_4 if is_part else BOX_10
        self.findings.append(Finding(code, place, clause=clause, facts=facts))


def count_uses(
    items: Iterable[GoodsItem],
    uses: Iterable[Use | Part],
    tolerance: Decimal,
    endless: frozenset[int] = frozenset(),
) -> Count:
    """Count uses and parts in their order. What goes beyond a limit is counted too, and flagged.

    Uses of `endless` items have none, nor a unit: their box 10 is empty by right (R24).
    """
    by_number = {item.sequence: item for item in items}
    count = Count(by_number, tolerance, endless)
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


def tally(total: Quantity, amount: Quantity) -> Quantity:
    """Add to the sum of what may be of any unit: the first amount brings its own.

    One of another dimension can't be added, and the sum stays what it is.
    """
    if not total.value:
        return amount
    for unit in (total.unit, amount.unit):
        with suppress(MalformedError):
            return plus(total.to_unit(unit), amount.to_unit(unit))
    return total


def left(total: Quantity, used: Quantity) -> Quantity:
    """Return what is left of a total, never less than nothing."""
    return Quantity(max(total.value - used.value, Decimal(0)), total.unit)


def shown(quantity: Quantity) -> str:
    """Write an amount for a fact: no exponent, no idle zeros."""
    text = format(quantity.value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
