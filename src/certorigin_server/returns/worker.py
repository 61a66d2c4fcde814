"""The loop that takes customs' decisions and prepares the acts that travel back.

It also brings what the logs hold of verification requests to the desks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin.errors import CertoriginError
from certorigin_server.recognition.queries import decisions_to_return
from certorigin_server.returns.requests.answered import take_act
from certorigin_server.returns.requests.queries import to_take
from certorigin_server.returns.services import return_decision

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.seal.keyring import Keyring


class Returner:
    """Prepares an act for each decision that has none. Decision and act join in one transaction."""

    name = "returns"

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock

    def turn(self) -> int:
        """Return what waits; say how much it was.

        A decision that can't be returned, or an act that can't be read, stops no other one. Raises
        its fault at the end.
        """
        done, faults = 0, []
        for decision in decisions_to_return():
            try:
                return_decision(decision=decision, keyring=self._keyring, at=self._clock())
            except CertoriginError as fault:
                if fault.code != "recognition.already_returned":  # somebody else was first
                    faults.append(fault)
                continue
            done += 1
            crash_point("returns.prepared")
            # A crash here leaves an act that is "prepared": the seal's loop takes it from here.
        for row in to_take():
            try:
                take_act(row, at=self._clock())
            except CertoriginError as fault:
                faults.append(fault)
                continue
            done += 1
        if faults:
            raise faults[0]
        return done

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
