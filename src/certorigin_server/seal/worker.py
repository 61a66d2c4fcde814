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


def turn(*, keyring: Keyring, clock: Callable[[], datetime]) -> int:
    """Seal every prepared act once; return how many. Needs no lease: the first stored seal wins."""
    sealed = 0
    for act in acts_to_seal():
        prepared = Prepared(act.document.encode(), act.options.encode())
        raw = prepared.seal(keyring.of_key)
        # A crash here leaves the act "prepared": the next turn signs the same bytes again.
        crash_point("seal.signed")
        sealed += store_seal(act_id=act.pk, sealed=raw, at=clock())
        # A crash here leaves it "sealed, not logged": the log takes it in its next turn.
        crash_point("seal.stored")
    return sealed
