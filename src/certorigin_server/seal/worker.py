"""The loop that seals what was prepared. Keys are used outside any transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin.seal.prepared import Prepared
from certorigin_server.seal.queries import acts_to_seal
from certorigin_server.seal.services import store_seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.seal.keyring import Keyring


class SealLoop:
    """Seals every prepared act once. Needs no lease: the first stored seal wins."""

    name = "seal"

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock

    def turn(self) -> int:
        """Seal what waits; return how many acts were sealed by us."""
        sealed = 0
        for act in acts_to_seal():
            prepared = Prepared(act.document.encode(), act.options.encode())
            raw = prepared.seal(self._keyring.of_key)
            crash_point("seal.signed")
            # A crash here leaves the act "prepared": the next turn signs the same bytes again.
            sealed += store_seal(act_id=act.pk, sealed=raw, at=self._clock())
            crash_point("seal.stored")
            # A crash here leaves it "sealed, not logged": the log takes it in its next turn.
        return sealed

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
