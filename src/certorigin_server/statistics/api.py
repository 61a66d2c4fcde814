"""The figures for machines: the same as the page shows, under the same rights."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ninja import Router, Schema

from certorigin.errors import FindingsError
from certorigin_server.statistics.asked import read_asked
from certorigin_server.statistics.files import data_of
from certorigin_server.statistics.queries import scope_of
from certorigin_server.statistics.sections import Maker
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router(tags=["statistics"])


class LineOut(Schema):
    """One line: its name and its figures, exact; an empty text where there is nothing to tell."""

    name: str
    figures: list[str]


class SectionOut(Schema):
    """One table; of durations also the middle class and the mean in hours."""

    key: str
    columns: list[str]
    lines: list[LineOut]
    middle: str
    hours: str


class MoneyOut(Schema):
    """A sum for which there is no rate."""

    currency: str
    amount: str


class TargetOut(Schema):
    """A target; `complete` is `no` where a part of the trade could not be converted."""

    year: str
    amount: str
    currency: str
    reached: str
    complete: str


class StatisticsOut(Schema):
    """The figures of a period. There is no party in them."""

    format: str
    start: str
    end: str
    body: str
    currency: str
    sections: list[SectionOut]
    unconverted: list[MoneyOut]
    targets: list[TargetOut]


@router.get("", response=StatisticsOut)
def read_statistics(
    request: HttpRequest,
    *,
    start: date | None = None,
    end: date | None = None,
    body: Text = "",
    currency: Text = "",
) -> dict[str, Any]:
    """Return the figures of the months from one day to another, as far as the caller sees them."""
    caller = Caller.of(request, Right.STATISTICS_READ)
    scope = scope_of(caller.user, at=caller.at)
    wanted = {
        "from": start.isoformat() if start else "",
        "to": end.isoformat() if end else "",
        "body": body,
        "into": currency,
    }
    asked = read_asked(wanted, scope=scope, at=caller.at)
    if asked.faults:
        raise FindingsError(asked.faults[0].code, list(asked.faults), **asked.faults[0].facts)
    return data_of(Maker(scope, asked.period, asked.into).overview())
