"""The loop that charges what was handed in, and sees whose term was missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.fees.services import charge_new, judge_terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class FeeLoop:
    """Takes from the first two stops. A fee exists once, whoever makes it first."""

    name = "fees"

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def turn(self) -> int:
        """Do what waits and return how much it was."""
        at = self._clock()
        return charge_new(at=at) + judge_terms(at=at)

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
