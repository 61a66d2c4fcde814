"""The loop that seals supplier declarations. The key is used outside any transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.crash import crash_point
from certorigin.seal.prepared import Prepared
from certorigin_server.suppliers.queries import to_seal
from certorigin_server.suppliers.services import store_seal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.seal.keyring import Keyring


class SupplierSealLoop:
    """Seals every declaration once. Needs no lease: the first stored seal wins."""

    name = "supplier-seal"

    def __init__(self, *, keyring: Keyring, clock: Callable[[], datetime]) -> None:
        self._keyring = keyring
        self._clock = clock

    def turn(self) -> int:
        """Seal what waits; return how many were sealed by us."""
        sealed = 0
        for row in to_seal():
            prepared = Prepared(row.document.encode(), row.options.encode())
            raw = prepared.seal(self._keyring.of_key)
            crash_point("supplier.signed")
            # A crash here leaves it "prepared": the next turn signs the same bytes again.
            sealed += store_seal(declaration=row.pk, sealed=raw, at=self._clock())
        return sealed

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""
