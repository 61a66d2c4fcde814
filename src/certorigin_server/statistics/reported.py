"""The yearly report in words: the same figures as the page has, of one calendar year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.statistics.report import LEGAL, Report, Table, report_pdf
from certorigin.terminal.sentences import say
from certorigin.vocabulary.quantity import Money
from certorigin.vocabulary.written import amount_in, money_in, state_in
from certorigin_server.statistics.asked import INTO
from certorigin_server.statistics.queries import EVERYTHING, Period, target_of
from certorigin_server.statistics.sections import Maker
from certorigin_server.statistics.shown import body_names, chart_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin_server.statistics.sections import Overview, Section

_CENT = Decimal("0.01")


def report_of(year: int, *, language: str, at: datetime) -> bytes:
    """Return the report of a year as PDF/A, with the year's target for its currency."""
    target = target_of(year)
    period = Period(date(year, 1, 1), date(year, 12, 1))
    into = target.currency if target else INTO
    overview = Maker(EVERYTHING, period, into).overview()
    return report_pdf(_report(overview, year, language, at), at=at.replace(microsecond=0))


def _report(overview: Overview, year: int, language: str, at: datetime) -> Report:
    own, bodies = state_in(settings.SYSTEM.state, language), body_names()
    day = f"{timezone.localdate(at):%d.%m.%Y}"
    whole = [one for one in overview.sections if not one.is_empty]
    notes = [say("web.stat_report_basis", {"day": day}, language)]
    if overview.left:
        sums = "; ".join(_money(amount, currency, language) for currency, amount in overview.left)
        notes.append(say("web.stat_left_is", {"sums": sums}, language))
    return Report(
        language=language,
        title=say("web.stat_report_title", {"year": str(year), "state": own}, language),
        author=settings.SYSTEM.name,
        subtitle=say("web.stat_report_for", {}, language),
        copy="" if language == LEGAL else say("web.stat_report_copy", {}, language),
        facts=tuple(_facts(overview, language)),
        tables=tuple(_table(one, overview.into, language, bodies) for one in whole),
        notes=tuple(notes),
        footer=f"{settings.SYSTEM.name} · {settings.SYSTEM.installation} · {day}",
    )


def _facts(overview: Overview, language: str) -> list[tuple[str, str]]:
    trade = next(one for one in overview.sections if one.key == "months")
    facts = []
    for place, (code, kind) in enumerate(zip(trade.columns, trade.holds, strict=True)):
        told = sum((Decimal(line.numbers[place] or 0) for line in trade.lines), Decimal(0))
        if kind == "money":
            name = say(code, {"currency": overview.into}, language)
            facts.append((name, _money(told, overview.into, language)))
        else:
            facts.append((say(code, {}, language), amount_in(str(told), language)))
    for one in overview.targets:
        aimed = _money(one.target, one.currency, language)
        share = f"{amount_in(str(one.share), language)} %"
        facts.append((say("web.stat_target", {}, language), aimed))
        facts.append((say("web.stat_reached", {}, language), share))
    return facts


def _table(section: Section, into: str, language: str, bodies: Mapping[str, str]) -> Table:
    chart = chart_of(section, language, into=into, bodies=bodies)
    firsts = [Decimal(line.numbers[0] or 0) for line in section.lines]
    most = max(firsts, default=Decimal(0))
    note = ""
    if chart.middle:
        facts = {"class": chart.middle, "hours": chart.mean}
        note = say("web.stat_middle", facts, language)
    return Table(
        title=chart.title,
        columns=(chart.names, *(title for title, _ in chart.columns)),
        rows=tuple((row.name, *row.cells) for row in chart.rows),
        parts=tuple(int(one * 1000 / most) if most else 0 for one in firsts),
        note=note,
    )


def _money(amount: Decimal, currency: str, language: str) -> str:
    return money_in(Money(amount.quantize(_CENT), currency), language)
