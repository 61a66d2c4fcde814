"""Which figures somebody asks for: from an address, as far as that person may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from certorigin.statistics.convert import months_between
from certorigin.vocabulary.code_list import CodeStatus, get_currencies
from certorigin.vocabulary.finding import Finding
from certorigin_server.statistics.queries import Period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin_server.statistics.queries import Scope

MOST_MONTHS = 60
INTO = "USD"


@dataclass(frozen=True)
class Asked:
    """Period and currency, and what was wrong with what was typed."""

    period: Period
    into: str
    faults: tuple[Finding, ...]


def read_asked(data: Mapping[str, Any], *, scope: Scope, at: datetime) -> Asked:
    """Read what is asked for; without days it is the last twelve months, the running one too."""
    today = timezone.localdate(at)
    last, faults = _day(data, "to", today)
    first, more = _day(data, "from", _year_before(last))
    faults += more
    into = str(data.get("into", "")).upper() or INTO
    if get_currencies().status(into) is not CodeStatus.CURRENT:
        faults.append(Finding("rate.currency_unknown", "into", facts={"value": into[:20]}))
        into = INTO
    if last < first:
        faults.append(Finding("administration.period_crosswise", "to"))
        first = _year_before(last)
    if len(months_between(first, last)) > MOST_MONTHS:
        facts = {"limit": str(MOST_MONTHS)}
        faults.append(Finding("statistics.period_too_long", "from", facts=facts))
        first = _year_before(last)
    body = str(data.get("body", ""))
    if scope.bodies is not None and body not in scope.bodies:
        body = ""
    period = Period(first.replace(day=1), last.replace(day=1), body[:60])
    return Asked(period, into, tuple(faults))


def _day(data: Mapping[str, Any], name: str, otherwise: date) -> tuple[date, list[Finding]]:
    text = str(data.get(name, ""))
    if not text:
        return otherwise, []
    try:
        found = date.fromisoformat(text)
        if 2000 <= found.year <= 2100:
            return found, []
    except ValueError:
        pass
    facts = {"place": name, "value": text[:40]}
    return otherwise, [Finding("day.malformed", name, facts=facts)]


def _year_before(last: date) -> date:
    """Return the first day of the month eleven months before."""
    months = last.year * 12 + last.month - 1 - 11
    return date(months // 12, months % 12 + 1, 1)
