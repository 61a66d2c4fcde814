"""The national terms of the procedure, and the clock that runs and stands still (R51)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_SATURDAY = 5
_DAY = timedelta(days=1)

# From which day until which day the clock stands still; None: it still does.
Stop = tuple[date, date | None]


@dataclass(frozen=True)
class Clock:
    """How a term stands on a day.

    `due` is its last day, None while it stands still since `suspended_since`. `days_left` counts
    the days that are still to come, below zero those by which it is over.
    """

    due: date | None
    days_left: int
    suspended_since: date | None = None

    @property
    def is_overdue(self) -> bool:
        """Say whether the term is over."""
        return self.days_left < 0


@dataclass(frozen=True)
class Term:
    """A number of days; working days leave out Saturdays and Sundays. Holidays are not known."""

    days: int
    working: bool = False

    def due(self, start: date) -> date:
        """Return the last day of the term; the day of submission itself is not counted."""
        return self._due(start, ())

    def clock(self, start: date, *, today: date, stops: tuple[Stop, ...] = ()) -> Clock:
        """Return how the term stands today.

        The day of a question still counts, that of its answer does not: whatever happens on a day,
        the next day is the first to feel it.
        """
        open_since = min((since for since, until in stops if until is None), default=None)
        if open_since is not None:
            return Clock(None, self.days - self._counted(start, today, stops), open_since)
        due = self._due(start, stops)
        if today <= due:
            return Clock(due, self._counted(today, due, stops))
        return Clock(due, -self._counted(due, today, stops) or -1)

    def _due(self, start: date, stops: tuple[Stop, ...]) -> date:
        day, left = start, self.days
        while left:
            day += _DAY
            left -= self._counts(day, stops)
        return day

    def _counted(self, after: date, until: date, stops: tuple[Stop, ...]) -> int:
        days = (until - after).days
        return sum(self._counts(after + _DAY * number, stops) for number in range(1, days + 1))

    def _counts(self, day: date, stops: tuple[Stop, ...]) -> bool:
        if self.working and day.weekday() >= _SATURDAY:
            return False
        return not any(since < day and (until is None or day <= until) for since, until in stops)


# Azerbaijan: three days. Belarus: its own term is not known; Russia's is five working days (R51).
_TERMS = {"AZ": Term(3), "BY": Term(5, working=True)}
_USUAL = Term(5, working=True)
# Within which a refusal may be appealed to the body. National laws were not at hand: a setting of
# ours, until a lawyer confirms it (docs/limitations.md).
_APPEAL = Term(30)


def term_of(state: str) -> Term:
    """Return the term of a state within which an application is decided."""
    return _TERMS.get(state, _USUAL)


def appeal_term_of(state: str) -> Term:
    """Return the term of a state within which a refusal can be appealed."""
    del state
    return _APPEAL


@lru_cache(maxsize=4_096)
def clock_of(state: str, start: date, today: date, stops: tuple[Stop, ...] = ()) -> Clock:
    """Return how the term of a case stands; a long work list asks the same again and again."""
    return term_of(state).clock(start, today=today, stops=stops)
