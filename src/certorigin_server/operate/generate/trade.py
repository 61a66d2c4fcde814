"""A year of trade as a plan: who sends what to whom on which day, and what becomes of it.

The plan follows from its order alone: the same seed, size, state and last day give the same trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from certorigin_server.operate.generate.goods import kinds_of
from certorigin_server.operate.generate.traders import make_traders

if TYPE_CHECKING:
    from certorigin_server.operate.generate.goods import Kind
    from certorigin_server.operate.generate.traders import Trader

# A small test system lived through some weeks, a big one through most of a year.
_FEWEST_DAYS, _MOST_DAYS, _A_DAY = 18, 330, 8
OTHER = {"BY": "AZ", "AZ": "BY"}
# Of a hundred certificates, so many are ours; the others come from the partner.
_OURS = 60
_MOST_TRADERS = {"ours": 160, "theirs": 110, "importers": 90}
# Of those that nobody used yet, so many are replaced; of all, so many are asked about.
_REPLACED, _ASKED = 0.1, 0.015
_SATURDAY = 5


class Fate(StrEnum):
    """What becomes of an application of ours."""

    CERTIFIED = "certified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    WAITS_FOR_ASSESSMENT = "waits_for_assessment"
    WAITS_FOR_CERTIFICATION = "waits_for_certification"


class Use(StrEnum):
    """What customs at the other end make of a certificate."""

    WHOLE = "whole"
    IN_PARTS = "in_parts"
    REFUSED = "refused"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Line:
    """One line of goods."""

    kind: Kind
    packages: int
    quantity: int
    price: Decimal

    @property
    def value(self) -> Decimal:
        """The price of the line, in dollars and cents."""
        return (self.price * self.quantity).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Case:
    """One consignment. Days are None for what never happens to it."""

    number: int
    exporter: Trader
    importer: Trader
    lines: tuple[Line, ...]
    fate: Fate
    use: Use
    applied: date
    decided: date | None = None
    certified: date | None = None
    used: tuple[date, ...] = ()
    annulled: date | None = None
    replaced: date | None = None
    asked: date | None = None
    answered: date | None = None
    judged: date | None = None
    has_slip: bool = False
    lacks_fact: bool = False

    @property
    def invoice(self) -> str:
        """The number of the invoice; each case has its own."""
        return f"{self.exporter.slug.rsplit('-', 1)[-1]}/{self.number:05d}"


@dataclass(frozen=True)
class Order:
    """What a plan follows from."""

    state: str
    certificates: int
    seed: int
    until: date

    @property
    def days(self) -> int:
        """How long the trade lasts."""
        return min(_MOST_DAYS, _FEWEST_DAYS + self.certificates // _A_DAY)

    @property
    def begins(self) -> date:
        """The first day of the trade."""
        return self.until - timedelta(days=self.days)


@dataclass(frozen=True)
class Plan:
    """The traders and cases of both sides, in the order of their days."""

    order: Order
    exporters: tuple[Trader, ...]
    ours: tuple[Case, ...]
    theirs: tuple[Case, ...]


def make_plan(order: Order) -> Plan:
    """Make the plan of an order."""
    random = Random(f"certorigin {order.state} {order.certificates} {order.seed} {order.until}")  # noqa: S311 - a plan to be repeated, no secret
    state, other = order.state, OTHER[order.state]
    own = max(1, order.certificates * _OURS // 100)
    theirs = order.certificates - own
    exporters = make_traders(
        random, state, _traders("ours", own), slug="exporter", kinds=kinds_of(state)
    )
    partners = make_traders(
        random, other, _traders("theirs", theirs), slug="seller", kinds=kinds_of(other)
    )
    importers = {
        one: make_traders(random, one, _traders("importers", own), slug="buyer")
        for one in (state, other)
    }
    fates = [Fate.CERTIFIED] * own + _other_fates(own)
    random.shuffle(fates)
    ours = [
        _case(random, order, number, fate, (exporters, importers[other]))
        for number, fate in enumerate(fates, 1)
    ]
    received = [
        _case(random, order, number, Fate.CERTIFIED, (partners, importers[state]))
        for number in range(1, theirs + 1)
    ]
    return Plan(
        order, exporters, tuple(sorted(ours, key=_by_day)), tuple(sorted(received, key=_by_day))
    )


def _by_day(case: Case) -> tuple[date, int]:
    return case.applied, case.number


def _traders(who: str, cases: int) -> int:
    return min(_MOST_TRADERS[who], max(4, cases // 6))


def _other_fates(own: int) -> list[Fate]:
    """Return what else lies on the desks: refused, withdrawn, and open on the last day."""
    per_mille = {
        Fate.REFUSED: 25,
        Fate.WITHDRAWN: 20,
        Fate.DRAFT: 15,
        Fate.WAITS_FOR_ASSESSMENT: 20,
        Fate.WAITS_FOR_CERTIFICATION: 8,
    }
    return [fate for fate, share in per_mille.items() for _ in range(max(2, own * share // 1000))]


def _case(
    random: Random,
    order: Order,
    number: int,
    fate: Fate,
    traders: tuple[tuple[Trader, ...], tuple[Trader, ...]],
) -> Case:
    exporters, importers = traders
    # A few send much, many send little.
    exporter = exporters[min(int(random.expovariate(4) * len(exporters)), len(exporters) - 1)]
    importer = importers[min(int(random.expovariate(3) * len(importers)), len(importers) - 1)]
    applied = _day_of(random, order, fate, exporter)
    decided = working_day(applied + timedelta(days=random.choice((0, 1, 1, 2, 3))))
    certified = working_day(decided + timedelta(days=random.choice((0, 0, 1, 1, 2))))
    lines = _lines(random, exporter, applied.month)
    use, used = _use(random, lines, certified, order.until)
    is_certified = fate is Fate.CERTIFIED
    goes_back = is_certified and use is Use.NOT_YET and random.random() < 0.12
    annulled = working_day(certified + timedelta(days=random.randint(4, 20)))
    is_back = goes_back and annulled <= order.until
    later = _later(order, exporter, number, certified, use) if is_certified and not is_back else {}
    return Case(
        number=number,
        exporter=exporter,
        importer=importer,
        lines=lines,
        fate=fate,
        use=use,
        applied=applied,
        decided=decided if _is_decided(fate) else None,
        certified=certified if is_certified else None,
        used=used if is_certified else (),
        annulled=annulled if is_back else None,
        **later,
        has_slip=random.random() < 0.04,
        lacks_fact=fate is not Fate.WITHDRAWN and random.random() < 0.04,
    )


def _later(
    order: Order, exporter: Trader, number: int, certified: date, use: Use
) -> dict[str, date | None]:
    """Return the days of what seldom happens: replaced for an error; asked, answered, judged."""
    random = Random(f"certorigin later {order.seed} {exporter.slug} {number}")  # noqa: S311 - as above
    if use is Use.NOT_YET and random.random() < _REPLACED:
        return {"replaced": _until(order, certified, random.randint(4, 15))}
    if random.random() >= _ASKED:
        return {}
    asked = _until(order, certified, random.randint(4, 40))
    answered = asked and _until(order, asked, random.randint(3, 25))
    return {
        "asked": asked,
        "answered": answered,
        "judged": answered and _until(order, answered, random.randint(1, 4)),
    }


def _until(order: Order, day: date, later: int) -> date | None:
    found = working_day(day + timedelta(days=later))
    return found if found <= order.until else None


def _is_decided(fate: Fate) -> bool:
    return fate in {Fate.CERTIFIED, Fate.REFUSED, Fate.WAITS_FOR_CERTIFICATION}


def _day_of(random: Random, order: Order, fate: Fate, exporter: Trader) -> date:
    """Return a working day on which the exporter has something in season.

    What is open on the last day was begun shortly before it, but for some old drafts.
    """
    is_open = fate in {Fate.WAITS_FOR_ASSESSMENT, Fate.WAITS_FOR_CERTIFICATION}
    is_open = is_open or (fate is Fate.DRAFT and random.random() < 0.7)
    # A certificate must be there by the last day: five working days and a weekend before it.
    first, last = (order.days - 9, order.days - 3) if is_open else (1, order.days - 10)
    day = order.begins
    for _ in range(40):
        day = working_day(order.begins + timedelta(days=random.randint(first, last)))
        if any(day.month in kind.months for kind in exporter.assortment):
            break
    return day


def working_day(day: date) -> date:
    """Return the day, or the Monday after it."""
    late = day.weekday() - _SATURDAY
    return day + timedelta(days=2 - late) if late >= 0 else day


def _lines(random: Random, exporter: Trader, month: int) -> tuple[Line, ...]:
    in_season = [kind for kind in exporter.assortment if month in kind.months]
    kinds = in_season or list(exporter.assortment)
    wanted = random.choices((1, 2, 3, 5, 8), weights=(60, 22, 11, 5, 2))[0]
    return tuple(_line(random, kind) for kind in random.sample(kinds, min(wanted, len(kinds))))


def _line(random: Random, kind: Kind) -> Line:
    """Fill a part of a lorry: some three to eighteen tonnes, or a few big machines."""
    load = Decimal(random.randint(3_000, 18_000)) / 3
    units = max(1, int(min(load / kind.kilograms, Decimal(60_000) / kind.price)))
    packages = max(1, units // kind.in_package)
    price = (kind.price * Decimal(random.randint(88, 115)) / 100).quantize(Decimal("0.01"))
    price = max(price, Decimal("0.01"))
    return Line(kind, packages, packages * kind.in_package, price)


def _use(
    random: Random, lines: tuple[Line, ...], certified: date, until: date
) -> tuple[Use, tuple[date, ...]]:
    use = random.choices(tuple(Use), weights=(70, 14, 3, 13))[0]
    if use is Use.NOT_YET:
        return use, ()
    if use is Use.IN_PARTS and all(line.quantity == 1 for line in lines):
        use = Use.WHOLE
    first = working_day(certified + timedelta(days=random.randint(3, 25)))
    days = [first]
    if use is Use.IN_PARTS:
        days.append(working_day(first + timedelta(days=random.randint(5, 30))))
    past = tuple(day for day in days if day <= until)
    return (use if past else Use.NOT_YET), past
