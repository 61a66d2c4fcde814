"""Lets the processes of a story live ahead of the machine: Python imports this before all else.

The file that `JOURNEY_CLOCK` names holds how many seconds; both states read the same one, so that
terms of months end within a test. What is made of a moment is an ordinary one.
"""

import datetime as dt
import os
import time
from pathlib import Path

REAL, REAL_TIME = dt.datetime, time.time


def ahead() -> float:
    """How many seconds the story is ahead; nothing where no story says so."""
    named = os.environ.get("JOURNEY_CLOCK")
    return float(Path(named).read_text("ascii")) if named else 0.0


class _AnyMoment(type):
    def __instancecheck__(cls, moment: object) -> bool:
        return isinstance(moment, REAL)


class Ahead(REAL, metaclass=_AnyMoment):
    """A `datetime` whose present lies ahead."""

    def __new__(cls, *args, **kwargs):
        return REAL(*args, **kwargs)

    @classmethod
    def now(cls, tz=None):
        return REAL.now(tz) + dt.timedelta(seconds=ahead())


if "JOURNEY_CLOCK" in os.environ:
    dt.datetime = Ahead
    time.time = lambda: REAL_TIME() + ahead()
