"""The loop that makes snapshots for posts and status lists, when the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.errors import CertoriginError
from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.published.queries import lists_due, posts_due
from certorigin_server.published.services import publish_batch, publish_posts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.loops.services import Hold


class Publisher:
    """Makes what is due. One of several processes does, and it may take longer than a turn."""

    name = "publish"

    def __init__(self, *, clock: Callable[[], datetime], holder: str) -> None:
        self._clock = clock
        self._holder = holder
        self._hold: Hold | None = None

    def turn(self) -> int:
        """Make what is due; return how much it was. Raises the first fault, once both were tried.

        A crash here leaves a whole file or none, and the next turn makes it.
        """
        at = self._clock()
        due = [(posts_due, publish_posts), (lists_due, publish_batch)]
        wanted = [make for is_due, make in due if is_due(at)]
        if not wanted or not self._is_ours(at):
            return 0
        done, faults = 0, []
        for make in wanted:
            try:
                make(at=at)
                done += 1
            except CertoriginError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        return done

    def end(self) -> None:
        """Give the lease back."""
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())

    def _is_ours(self, at: datetime) -> bool:
        # Going through the register may take minutes; a second process waits that long.
        seconds = max(settings.SYSTEM.loops.lease, 600.0)
        self._hold = take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at)
        return self._hold is not None
