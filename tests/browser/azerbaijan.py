"""The other state of the browser tests: what it issues is in our mirror, as our loop took it."""

import time
from contextlib import contextmanager
from datetime import UTC, datetime

from tests.server.partner import Clock, Partner, pin
from tests.server.turns import Turns


class ClockBehind(Clock):
    """A clock that waits for the real one: the live system's own moments are real ones."""

    def tick(self, seconds: float = 1) -> datetime:
        """Go on, and wait until the live system would not take the moment for one to come."""
        moment = super().tick(seconds)
        time.sleep(max(0, (moment - datetime.now(UTC)).total_seconds()))
        return moment


@contextmanager
def azerbaijan(folder, system):
    """Yield the partner, linked with the live system, and the turns of our own loops."""
    clock = ClockBehind()
    pin(system / "trust")
    partner = Partner(folder / "az", system, clock)
    turns = Turns(clock)
    try:
        yield partner, turns
    finally:
        turns.close()
        for log in partner.logs.values():
            log.close()
