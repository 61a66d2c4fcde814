"""Before anything is done: does our own log stand where the partner's copy of it stands?

Asked once by each process that writes, before its first act. A partner that is silent is not waited
for longer than a moment and stops nothing: the loop of the corridor goes on comparing
(`worker.Follower`). Folder and database are compared in any case.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import CertoriginError
from certorigin.mirror.http import LONGEST, WAIT, HttpLine, tls_context
from certorigin_server.log.queries import find_open_log, origins_of
from certorigin_server.mirror.catch_up import compare_with_copy
from certorigin_server.seal.choice import installation_sealer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin.mirror.take import Fetch
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

# How long exports wait for a file of a partner that says nothing, or drips, in seconds.
MOMENT = 3.0


def open_line(
    corridor: CorridorSettings,
    *,
    keyring: Keyring,
    clock: Callable[[], datetime],
    wait: float = WAIT,
    longest: timedelta = LONGEST,
) -> HttpLine:
    """Open the signed line to a corridor's partner with the key that our list names now."""
    files = corridor.tls.below(settings.SYSTEM.folder)
    return HttpLine(
        f"{corridor.partner_url}/exchange",
        sealer=installation_sealer(keyring, "exchange", at=clock()),
        clock=clock,
        nonce=lambda: secrets.token_urlsafe(18),
        wait=wait,
        longest=longest,
        context=tls_context(**files) if files else None,
    )


class CopyGuard:
    """Compares, in the first turn of a process, our newest log with the partner's copy."""

    def __init__(
        self, corridor: CorridorSettings, *, keyring: Keyring, clock: Callable[[], datetime]
    ) -> None:
        self._corridor = corridor
        self._keyring = keyring
        self._clock = clock
        self._is_done = False

    @property
    def name(self) -> str:
        """The name that the operator sees."""
        return f"copy {self._corridor.corridor}"

    def turn(self) -> int:
        """Compare once; the corridor is held where the partner or the folder has more."""
        if self._is_done:
            return 0
        self._is_done = True
        with open_line(
            self._corridor,
            keyring=self._keyring,
            clock=self._clock,
            wait=MOMENT,
            longest=timedelta(seconds=MOMENT),
        ) as line:
            return int(bool(self.compare(line)))

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""

    def compare(self, line: HttpLine) -> str:
        """Return the code of why the corridor is held now, or an empty text."""
        origins = origins_of(str(self._corridor.corridor))
        log = find_open_log(str(self._corridor.corridor))
        if not origins:
            return ""
        origin = log.origin if log is not None else origins[-1]
        fetches: tuple[Fetch | None, ...] = (line.under(f"mirror/{origin}"), None)
        for fetch in fetches:
            # No answer, or no copy to be read there: what lies here is compared alone. A file of
            # our own that can't be read is told by the loop that writes the log.
            with suppress(CertoriginError):
                return compare_with_copy(origin, fetch, at=self._clock())
        return ""
