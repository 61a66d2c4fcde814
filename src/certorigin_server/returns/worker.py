"""The loop that takes customs' decisions and prepares the acts that travel back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin_server.recognition.queries import decisions_to_return
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
        """Return what waits; say how much it was."""
        decisions = decisions_to_return()
        for decision in decisions:
            return_decision(decision=decision, keyring=self._keyring, at=self._clock())
            crash_point("returns.prepared")
            # A crash here leaves an act that is "prepared": the seal's loop takes it from here.
        return len(decisions)
