"""The figures of a period in sections: one question of a reader each, the same for page and file.

A section holds names and exact figures; `shown.py` puts them into words and pictures. A value is in
one currency: what has no recorded rate stands apart, by currency, and is never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certorigin.statistics.cells import (
    AGAIN,
    ANSWERED,
    ASKED,
    CHAPTER,
    CRITERION,
    DAYS,
    DECLINED,
    ENDED,
    ISSUED,
    MORE,
    REFUSED,
    TERM,
    USED,
    middle_of,
)
from certorigin.statistics.convert import Converted, convert, months_between
from certorigin_server.statistics.queries import (
    counts_by,
    figures,
    hours_by,
    quotes_for,
    target_of,
    values_by,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from certorigin.statistics.convert import Quote
    from certorigin_server.statistics.queries import Period, Scope

Number = int | Decimal | None
# How the names of a section's lines are told in words.
MONTH, STATE, BODY, HEADING = "month", "state", "body", "chapter"
LETTER, DURATION, GROUND, FORM = "letter", "duration", "ground", "form"
# What a column holds.
COUNT, MONEY, SHARE = "count", "money", "share"
_CLASSES = (*(str(days) for days in DAYS), MORE)


@dataclass(frozen=True)
class Line:
    """One line: its name, and a figure for each column; None where there is nothing to tell."""

    name: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Section:
    """One table. `columns` are codes of titles, `holds` what each of them holds."""

    key: str
    title: str
    names: str
    columns: tuple[str, ...]
    holds: tuple[str, ...]
    lines: tuple[Line, ...]
    middle: str = ""
    mean: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing in it but noughts."""
        return not any(number for line in self.lines for number in line.numbers)


@dataclass(frozen=True)
class Against:
    """Certified trade of a year against what a ministry aims at."""

    year: int
    target: Decimal
    currency: str
    reached: Converted

    @property
    def share(self) -> Decimal:
        """How much of the target is reached, in per cent."""
        return _percent(self.reached.amount, self.target)


@dataclass(frozen=True)
class Overview:
    """Everything of a period; `left` are the values for which there is no rate, by currency."""

    period: Period
    into: str
    sections: tuple[Section, ...]
    left: tuple[tuple[str, Decimal], ...]
    targets: tuple[Against, ...]


class Maker:
    """Makes the sections of a period as far as somebody may see them."""

    def __init__(self, scope: Scope, period: Period, into: str) -> None:
        self.scope, self.period, self.into = scope, period, into
        self.quotes: Sequence[Quote] = quotes_for(period)
        self.left: dict[str, Decimal] = {}

    def overview(self) -> Overview:
        """Return every section that concerns the directions somebody may see."""
        made = [*self._trade()]
        if self.scope.exports:
            made += [*self._export()]
        made += [self._months("used", "web.stat_used", USED), *self._requests()]
        made += [*self._grounds()]
        left = tuple(sorted(self.left.items()))
        targets = tuple(self._against())
        return Overview(self.period, self.into, tuple(made), left, targets)

    # -- sections ---------------------------------------------------------------------------------

    def _trade(self) -> Iterable[Section]:
        yield self._months("months", "web.stat_by_month", ISSUED)
        yield self._named("directions", "web.stat_by_state", ISSUED, "partner", STATE)
        yield self._named("chapters", "web.stat_by_chapter", CHAPTER, "name", HEADING)
        yield self._named("criteria", "web.stat_by_criterion", CRITERION, "name", LETTER)

    def _export(self) -> Iterable[Section]:
        found = figures(self.scope, self.period, ISSUED, is_import=False)
        counts, values = counts_by(found, "body"), self._values(ISSUED, "body")
        lines = [Line(name, (counts[name], values.get(name))) for name in _largest(counts)]
        columns = ("web.stat_exports", "web.stat_value")
        yield Section("bodies", "web.stat_by_body", BODY, columns, (COUNT, MONEY), tuple(lines))
        yield self._durations("terms", "web.stat_term", TERM)

    def _months(self, key: str, title: str, measure: str) -> Section:
        """Return a line for each month; for uses the share of the month's certificates."""
        issued = [self._counts(ISSUED, "month", is_import=one) for one in self.scope.directions]
        columns: list[str] = []
        holds: list[str] = []
        parts: list[Mapping[Any, Number]] = []
        for is_import, whole in zip(self.scope.directions, issued, strict=True):
            if measure == ISSUED:
                columns.append("web.stat_imports" if is_import else "web.stat_exports")
                parts.append(whole)
                holds.append(COUNT)
            else:
                used = self._counts(measure, "month", is_import=is_import)
                columns.append("web.stat_used_here" if is_import else "web.stat_used_there")
                parts.append({one: _percent(used.get(one, 0), whole[one]) for one in whole})
                holds.append(SHARE)
        if measure == ISSUED and self.scope.exports:
            columns.append("web.stat_value")
            parts.append(self._values(ISSUED, "month", keep=True))
            holds.append(MONEY)
        months = months_between(self.period.first, self.period.last)
        empty: Number = 0 if measure == ISSUED else None
        lines = [
            Line(one.isoformat()[:7], tuple(part.get(one, empty) for part in parts))
            for one in months
        ]
        return Section(key, title, MONTH, tuple(columns), tuple(holds), tuple(lines))

    def _named(self, key: str, title: str, measure: str, by: str, names: str) -> Section:
        """Return a line for each name, the most frequent first: both directions and the value."""
        parts: list[Mapping[str, Number]] = [
            self._counts(measure, by, is_import=one) for one in self.scope.directions
        ]
        columns = [
            "web.stat_imports" if one else "web.stat_exports" for one in self.scope.directions
        ]
        holds = [COUNT] * len(parts)
        sums: dict[str, int] = {}
        for part in parts:
            for name, count in part.items():
                sums[name] = sums.get(name, 0) + int(count or 0)
        if self.scope.exports:
            parts.append(self._values(measure, by))
            columns.append("web.stat_value")
            holds.append(MONEY)
            sums |= {name: 0 for name in parts[-1] if name not in sums}
        lines = [Line(name, tuple(part.get(name, 0) for part in parts)) for name in _largest(sums)]
        return Section(key, title, names, tuple(columns), tuple(holds), tuple(lines))

    def _durations(self, key: str, title: str, measure: str) -> Section:
        """Return a line for each class of days; the middle one, and the mean in hours."""
        sums, hours = dict[str, int](), Decimal(0)
        for is_import in self.scope.directions:
            found = figures(self.scope, self.period, measure, is_import=is_import)
            for name, count in counts_by(found, "name").items():
                sums[name] = sums.get(name, 0) + count
            hours += sum(hours_by(found, "name").values(), Decimal(0))
        whole = sum(sums.values())
        lines = tuple(Line(name, (sums.get(name, 0),)) for name in _CLASSES)
        mean = (hours / whole).quantize(Decimal("0.1")) if whole else None
        made = Section(key, title, DURATION, ("web.stat_count",), (COUNT,), lines if whole else ())
        return Section(**{**vars(made), "middle": middle_of(sums), "mean": mean})

    def _requests(self) -> Iterable[Section]:
        parts = [self._counts(ASKED, "month", is_import=one) for one in self.scope.directions]
        columns = tuple(
            "web.stat_we_asked" if one else "web.stat_asked_of_us" for one in self.scope.directions
        )
        lines = tuple(
            Line(one.isoformat()[:7], tuple(part.get(one, 0) for part in parts))
            for one in months_between(self.period.first, self.period.last)
        )
        holds = (COUNT,) * len(columns)
        yield Section("requests", "web.stat_requests", MONTH, columns, holds, lines)
        yield self._durations("answers", "web.stat_answers", ANSWERED)

    def _grounds(self) -> Iterable[Section]:
        kinds = [("declined", "web.stat_declined", DECLINED), ("ended", "web.stat_ended", ENDED)]
        if self.scope.exports:
            kinds.insert(0, ("refused", "web.stat_refused", REFUSED))
            kinds.append(("again", "web.stat_again", AGAIN))
        for key, title, measure in kinds:
            sums: dict[str, int] = {}
            for is_import in self.scope.directions:
                for name, count in self._counts(measure, "name", is_import=is_import).items():
                    sums[name] = sums.get(name, 0) + count
            lines = tuple(Line(name, (sums[name],)) for name in _largest(sums))
            names = FORM if measure == AGAIN else GROUND
            yield Section(key, title, names, ("web.stat_count",), (COUNT,), lines)

    def _against(self) -> Iterable[Against]:
        """Tell the value of each whole or begun year of the period against its target."""
        if self.scope.bodies is not None or not self.scope.exports or self.period.body:
            return
        found = figures(self.scope, self.period, ISSUED, is_import=False)
        sums = values_by(found, "is_import").get(False, {})
        for year in range(self.period.first.year, self.period.last.year + 1):
            target = target_of(year)
            if target is None:
                continue
            of_year = {key: value for key, value in sums.items() if key[0].year == year}
            reached = convert(of_year, into=target.currency, quotes=self.quotes)
            yield Against(year, target.amount, target.currency, reached)

    # -- figures ----------------------------------------------------------------------------------

    def _counts(self, measure: str, by: str, *, is_import: bool) -> dict[Any, int]:
        return counts_by(figures(self.scope, self.period, measure, is_import=is_import), by)

    def _values(self, measure: str, by: str, *, keep: bool = False) -> dict[Any, Number]:
        """Return the converted values of exports; what has no rate is kept apart, once."""
        found = figures(self.scope, self.period, measure, is_import=False)
        made: dict[Any, Number] = {}
        for name, sums in values_by(found, by).items():
            converted = convert(sums, into=self.into, quotes=self.quotes)
            made[name] = converted.amount
            for currency, amount in converted.left.items() if keep else ():
                self.left[currency] = self.left.get(currency, Decimal(0)) + amount
        return made


def _largest(sums: Mapping[str, int]) -> list[str]:
    return sorted(sums, key=lambda name: (-sums[name], name))


def _percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    if not whole:
        return Decimal(0)
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))
