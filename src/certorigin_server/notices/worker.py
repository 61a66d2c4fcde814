"""The loops that read the trail for people, send their letters, and deliver webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.notices.mail import fault_of, is_bounce, open_connection, send
from certorigin_server.notices.queries import letters_due
from certorigin_server.notices.services import (
    make_digests,
    note_deadlines,
    note_entries,
    note_failed,
    note_sent,
)
from certorigin_server.notices.webhooks.queries import deliveries_due
from certorigin_server.notices.webhooks.sending import post
from certorigin_server.notices.webhooks.services import note_answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin_server.loops.services import Hold

# A turn with slow servers may take this long; a second process waits for it.
LEASE = 300.0


class Notifier:
    """Turns lines of the trail, and days that near, into notices. Bookmark and notices are one."""

    name = "notices"

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def turn(self) -> int:
        """Tell of what is new; return how much it was."""
        return note_entries(at=self._clock()) + note_deadlines(at=self._clock())

    def end(self) -> None:
        """Hold nothing, so there is nothing to let go of."""


class _Leased:
    """A loop of which one process at a time does the work."""

    name = ""

    def __init__(self, *, clock: Callable[[], datetime], holder: str) -> None:
        self._clock = clock
        self._holder = holder
        self._hold: Hold | None = None

    def end(self) -> None:
        """Give the lease back."""
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())

    def _is_ours(self) -> bool:
        self._hold = take_lease(
            name=self.name, holder=self._holder, seconds=LEASE, at=self._clock()
        )
        return self._hold is not None


class Postman(_Leased):
    """Sends letters. Without a mail server in the settings there are none."""

    name = "letters"

    def turn(self) -> int:
        """Send what is due; return how many letters were tried."""
        if not settings.SYSTEM.mail.server:
            return 0
        made = make_digests(at=self._clock())
        letters = letters_due(at=self._clock())
        if not letters or not self._is_ours():
            return made
        connection = open_connection()
        try:
            for letter in letters:
                try:
                    send(letter, connection)
                except OSError as error:  # smtplib's errors, and the network's
                    fault, bounced = fault_of(error), is_bounce(error)
                    connection.close()
                    at = self._clock()
                    note_failed(letter=letter, fault=fault, is_bounce=bounced, at=at)
                else:
                    note_sent(letter=letter, at=self._clock())
        finally:
            connection.close()
        return made + len(letters)


class Courier(_Leased):
    """Delivers webhooks; an address that fails waits, and holds up no other one."""

    name = "webhooks"

    def turn(self) -> int:
        """Deliver what is due; return how many deliveries were tried."""
        due = deliveries_due(at=self._clock())
        if not due or not self._is_ours():
            return 0
        failed: set[int] = set()
        tried = 0
        for delivery in due:
            if delivery.endpoint_id not in failed:
                answer = post(delivery, at=self._clock())
                note_answer(delivery=delivery, answer=answer, at=self._clock())
                tried += 1
                if not answer.is_good:
                    failed.add(delivery.endpoint_id)
        return tried
