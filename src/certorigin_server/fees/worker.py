"""The loop that charges what was handed in, and sees whose term was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin_server.fees.queries import ended, to_judge
from certorigin_server.fees.services import A_TURN, charge_new, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime


class FeeLoop:
    """Takes from the first two stops. A fee exists once, whoever makes it first."""

    name = "fees"

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None

    def turn(self) -> int:
        """Do what waits and return how much it was."""
        at = self._clock()
        done = charge_new(at=at)
        done += sum(judge(fee, at=at) for fee in ended(to_judge())[:A_TURN])
        day = timezone.localdate(at)
        if day != self._day:  # a term ends with a day of this state
            done += sum(judge(fee, at=at) for fee in list(to_judge()))
            self._day = day
        return done

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
