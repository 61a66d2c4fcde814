"""The loop that seals what was prepared. Keys are used outside any transaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin.seal.prepared import Prepared
from certorigin_server.seal.believed import find_unbelieved
from certorigin_server.seal.queries import acts_to_seal, held_corridors, stuck_acts
from certorigin_server.seal.services import note_stuck, store_seals
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from certorigin_server.seal.keyring import Keyring


# So many seals are stored at once, or as many as a slow device made in so many seconds.
AT_ONCE, LONGEST = 25, 1.0


class SealLoop:
    """Seals every prepared act once. Needs no lease: the first stored seal wins.

    An act with a key that the trust list in force does not believe stays unsealed: it is stuck, and
    seen as such, until the list believes the key again or somebody sets the act aside.
    """

    name = "seal"

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock

    def turn(self) -> int:
        """Seal what waits; return how many acts were sealed by us."""
        sealed, signed, begun = 0, dict[str, bytes](), time.monotonic()
        try:
            for act, raw in self._sign():
                signed[act] = raw
                if len(signed) == AT_ONCE or time.monotonic() - begun > LONGEST:
                    sealed += self._store(signed)
                    signed, begun = {}, time.monotonic()
        except Exception:
            self._store(signed)  # one key that can't be had holds up no act before it
            raise
        return sealed + self._store(signed)

    def _sign(self) -> Iterator[tuple[str, bytes]]:
        at, trust = self._clock(), get_trust()
        held = {one.corridor for one in held_corridors()}
        for act in [*acts_to_seal(), *stuck_acts()]:
            if act.corridor in held:
                continue
            prepared = Prepared(act.document.encode(), act.options.encode())
            fault = find_unbelieved(prepared, trust=trust, at=at)
            if fault is not None:
                note_stuck(act=act, reason=fault.code, at=at)
                continue
            yield act.pk, prepared.seal(self._keyring.of_key)

    def _store(self, signed: Mapping[str, bytes]) -> int:
        if not signed:
            return 0
        crash_point("seal.signed")
        # A crash here leaves the acts "prepared": the next turn signs the same bytes again.
        sealed = store_seals(signed, at=self._clock())
        crash_point("seal.stored")
        # A crash here leaves them "sealed, not logged": the log takes them in its next turn.
        return sealed

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
