"""Our own loops, each turned when a test says so, by the test's clock."""

from contextlib import contextmanager

from django.conf import settings

from certorigin import crash
from certorigin_server.log.worker import Sequencer
from certorigin_server.mirror.worker import Follower
from certorigin_server.returns.worker import Returner
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.worker import SealLoop
from tests.server.partner import origin_of

OURS = origin_of("BY-1")
THEIRS = origin_of("AZ-1")


class Crash(BaseException):
    """Not caught by anything on the way, like the end of a process."""


@contextmanager
def crash_at(point):
    def hook(name):
        if name == point:
            raise Crash

    crash.arm(hook)
    try:
        yield
    finally:
        crash.disarm()


class Turns:
    """The loops of BY-1. Each call is one turn, a second after the one before."""

    def __init__(self, clock):
        self.clock, self.keyring = clock, get_keyring()
        self._sequencers, self._followers = {}, {}

    def seal(self):
        self.clock.tick()
        return SealLoop(keyring=self.keyring, clock=self.clock).turn()

    def log(self, holder="first"):
        self.clock.tick()
        return self.sequencer(holder).turn()

    def publish(self):
        """Seal and log until nothing waits; return how many acts were entered."""
        entered = idle = 0
        while idle < 2:  # opening a term prepares an act after the loop of the seal has turned
            sealed, done = self.seal(), self.log()
            entered += done
            idle = 0 if sealed + done else idle + 1
        return entered

    def follow(self, partner, holder="first"):
        self.clock.tick()
        return self.follower(partner, holder).turn()

    def give_back(self):
        self.clock.tick()
        return Returner(keyring=self.keyring, clock=self.clock).turn()

    def sequencer(self, holder="first"):
        if holder not in self._sequencers:
            (corridor,) = settings.SYSTEM.corridors
            self._sequencers[holder] = Sequencer(
                corridor, keyring=self.keyring, clock=self.clock, holder=holder
            )
        return self._sequencers[holder]

    def follower(self, partner, holder="first"):
        if holder not in self._followers:
            (corridor,) = settings.SYSTEM.corridors
            made = Follower(corridor, keyring=self.keyring, clock=self.clock, holder=holder)
            made._line = partner.line(self.keyring)
            self._followers[holder] = made
        return self._followers[holder]

    def close(self):
        for one in self._sequencers.values():
            one.close()
