"""What one act adds to the figures of a month: cells, each a count and a sum.

A cell without a currency counts certificates; one with a currency holds the value of those whose
value is stated in it. Sums of different currencies are never one cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from certorigin.application.draft import Application
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.goods import GoodsItem
    from certorigin.vocabulary.quantity import Money

# What is counted. A measure's name is what its cells are told apart by.
ISSUED, AGAIN = "issued", "again"
CHAPTER, CRITERION, TERM = "chapter", "criterion", "term"
USED, ENDED, DECLINED, REFUSED = "used", "ended", "declined", "refused"
ASKED, ANSWERED = "asked", "answered"
MEASURES = (
    *(ISSUED, AGAIN, CHAPTER, CRITERION, TERM, USED, ENDED, DECLINED, REFUSED, ASKED, ANSWERED),
)

# Upper ends of what a duration is sorted into, in days; what takes longer is `MORE`.
DAYS = (1, 2, 3, 5, 10, 15, 30, 60, 180)
MORE = "more"
# Value of a certificate that several chapters or criteria share, where no line states its own.
UNDIVIDED = ""


@dataclass(frozen=True)
class Cell:
    """What one act adds to one figure."""

    measure: str
    name: str = ""
    currency: str = ""
    count: int = 1
    total: Decimal = Decimal(0)


def cells_of_issue(
    certificate: Certificate, application: Application | None, waited: timedelta | None
) -> list[Cell]:
    """Return what an issued certificate adds; `waited` is the time from application to issue.

    One that stands in place of another (box 5 says so) is counted, and its value is not: it was
    counted with the first.
    """
    if certificate.marks:
        return [Cell(AGAIN, certificate.form)]
    cells = [Cell(ISSUED, certificate.form)]
    cells += [Cell(CHAPTER, name) for name in sorted({_chapter(one) for one in certificate.items})]
    letters = sorted({_criterion(one) for one in certificate.items})
    cells += [Cell(CRITERION, letter) for letter in letters]
    if waited is not None:
        cells.append(cell_of_time(TERM, waited))
    if application is not None:
        cells += _values(certificate, application)
    return cells


def cell_of_time(measure: str, passed: timedelta) -> Cell:
    """Return the cell of a duration: the class of its days, and its hours."""
    hours = max(Decimal(0), Decimal(int(passed.total_seconds())) / 3600).quantize(Decimal("0.01"))
    name = next((str(days) for days in DAYS if hours <= days * 24), MORE)
    return Cell(measure, name, total=hours)


def middle_of(counts: dict[str, int]) -> str:
    """Return the class in which the middle one of all durations lies, or nothing without any."""
    order = [*(str(days) for days in DAYS), MORE]
    whole, passed = sum(counts.values()), 0
    for name in order:
        passed += counts.get(name, 0)
        if whole and 2 * passed >= whole:
            return name
    return ""


def _values(certificate: Certificate, application: Application) -> Iterator[Cell]:
    """Tell the value of a certificate: as its lines state it, else as the invoice does."""
    lines = {one.sequence: one.value for one in application.items if one.value is not None}
    is_whole = bool(lines) and all(item.sequence in lines for item in certificate.items)
    if is_whole:
        stated = [(item, lines[item.sequence]) for item in certificate.items]
        yield from _sums(ISSUED, ((certificate.form, value) for _, value in stated))
        yield from _sums(CHAPTER, ((_chapter(item), value) for item, value in stated))
        yield from _sums(CRITERION, ((_criterion(item), value) for item, value in stated))
        return
    total = application.invoice_total
    if total is None:
        return
    yield Cell(ISSUED, certificate.form, total.currency, 1, total.amount)
    for measure, name_of in ((CHAPTER, _chapter), (CRITERION, _criterion)):
        names = {name_of(item) for item in certificate.items}
        name = names.pop() if len(names) == 1 else UNDIVIDED
        yield Cell(measure, name, total.currency, 1, total.amount)


def _sums(measure: str, stated: Iterable[tuple[str, Money]]) -> Iterator[Cell]:
    sums: dict[tuple[str, str], Decimal] = {}
    for name, value in stated:
        key = (name, value.currency)
        sums[key] = sums.get(key, Decimal(0)) + value.amount
    for (name, currency), amount in sorted(sums.items()):
        yield Cell(measure, name, currency, 1, amount)


def _chapter(item: GoodsItem) -> str:
    return str(item.tariff_code)[:2]


def _criterion(item: GoodsItem) -> str:
    return item.criterion.letter if item.criterion else "-"
