"""The other state of the browser tests: what it issues is in our mirror, as our loop took it."""

from contextlib import contextmanager

from tests.server.partner import Clock, Partner, pin
from tests.server.turns import Turns


@contextmanager
def azerbaijan(folder, system):
    """Yield the partner, linked with the live system, and the turns of our own loops."""
    clock = Clock()
    pin(system / "trust")
    partner = Partner(folder / "az", system, clock)
    turns = Turns(clock)
    try:
        yield partner, turns
    finally:
        turns.close()
        for log in partner.logs.values():
            log.close()
