"""The national term within which an application is to be decided and certified (R51)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True)
class Term:
    """A number of days; working days leave out Saturdays and Sundays. Holidays are not known."""

    days: int
    working: bool = False

    def due(self, start: date) -> date:
        """Return the last day of the term; the day of submission itself is not counted."""
        if not self.working:
            return start + timedelta(days=self.days)
        day, left = start, self.days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < _SATURDAY
        return day


# Azerbaijan: three days. Belarus: its own term is not known; Russia's is five working days (R51).
_TERMS = {"AZ": Term(3), "BY": Term(5, working=True)}
_USUAL = Term(5, working=True)


def term_of(state: str) -> Term:
    """Return the term of a state."""
    return _TERMS.get(state, _USUAL)
