"""The loops of a system that lives through a plan, turned by hand at the moment of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.log.worker import Sequencer
from certorigin_server.mirror.worker import Follower
from certorigin_server.returns.worker import Returner
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.worker import SealLoop

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.mirror.http import HttpLine
    from certorigin_server.operate.generate.partner import PlayedPartner

NAME = "generator"


class Clock:
    """The moment of the walk; every loop reads it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now


class _Follower(Follower):
    """Our own follower, on a line without a wire."""

    line: HttpLine

    def _open_line(self) -> HttpLine:
        return self.line


class Loops:
    """What waits is sealed, logged, followed and told by the loops of the system itself."""

    def __init__(self, partner: PlayedPartner, clock: Clock) -> None:
        keyring, (corridor,) = get_keyring(), settings.SYSTEM.corridors
        self._partner = partner
        self._returner = Returner(keyring=keyring, clock=clock)
        self._sealing = SealLoop(keyring=keyring, clock=clock)
        self._sequencer = Sequencer(corridor, keyring=keyring, clock=clock, holder=NAME)
        self._follower = _Follower(corridor, keyring=keyring, clock=clock, holder=NAME)
        self._follower.line = partner.line(keyring.named("exchange"))

    def publish(self) -> None:
        """Seal and log what waits."""
        idle = 0
        while idle < 2:  # opening a term prepares an act after the loop of the seal has turned
            idle = 0 if self._sealing.turn() + self._sequencer.turn() else idle + 1

    def follow(self) -> None:
        """Follow the partner's log, and take back what it countersigned."""
        while self._follower.turn():
            pass

    def tell(self) -> None:
        """Prepare what tells the partner what customs decided, and take what it asks to a desk."""
        while self._returner.turn():
            pass

    def settle(self) -> None:
        """Let everything that is under way come to rest."""
        for _ in range(2):
            self.tell()
            self.publish()
            self._partner.follow()
            self.follow()

    def end(self) -> None:
        """Let go of our log and of the partner's."""
        self._sequencer.end()
        self._partner.close()
