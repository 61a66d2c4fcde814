"""The two clocks of a verification request (R53; Rules 9-1): three calendar months each.

The Rules count from the day on which customs registered the request. A clock begins with that day,
or with the one on which both states' heads first covered the request, whichever is later: nobody
is silent about what did not reach him, and no request is made older than it is. It ends when its
last day is over in both states. Days are those of the state that asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from certorigin.standing.validity import months_later
from certorigin.vocabulary.calendar import day_over, local_day

if TYPE_CHECKING:
    from datetime import date

MONTHS = 3
# How long before its end a term is told of.
WARNING = timedelta(days=14)


@dataclass(frozen=True)
class Term:
    """Three months: the day from which they are counted, the last one, and when that is over."""

    begins: date
    last_day: date
    ends: datetime

    def is_over(self, at: datetime) -> bool:
        """Say whether the last day is over in both states."""
        return at >= self.ends

    def is_near(self, at: datetime) -> bool:
        """Say whether it is time to remind people of it."""
        return self.ends - WARNING <= at < self.ends


def term_of(registered: date, reached: datetime, *, asking: str, asked: str) -> Term:
    """Return the term of a request or a repeat; `reached` is the legal time of its act.

    Where the month has no such day the term ends with the month: 30 November and three months is
    the last day of February.
    """
    begins = max(registered, local_day(reached, asking))
    last_day = months_later(begins, MONTHS)
    return Term(begins, last_day, max(day_over(last_day, state) for state in (asking, asked)))


def last_day_to_restore(declared: date, months: int = 12) -> date:
    """Return the last day on which a refused preference may be restored (R58; Rules 9-2)."""
    return months_later(declared, months)
