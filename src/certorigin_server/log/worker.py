"""The loop that takes sealed acts into the corridor's log: one sequencer per log, with a lease."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.durable import make_folder
from certorigin.log.append import Log as TermLog
from certorigin.log.directory import Directory
from certorigin.log.identity import Identity, Predecessor
from certorigin.log.national import SALT_SIZE, is_national
from certorigin.vocabulary.acts import Kind
from certorigin_server.log.head import DatabaseHead
from certorigin_server.log.keys import signers_of
from certorigin_server.log.models import Log
from certorigin_server.log.queries import find_open_log
from certorigin_server.log.services import enter, note_published, open_term
from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.seal.choice import installation_sealer
from certorigin_server.seal.queries import acts_beside, acts_to_log, require_not_held

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin.log.key import Signer
    from certorigin_server.loops.services import Hold
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.settings.system import CorridorSettings


class Sequencer:
    """The one writer of a corridor's log: keeps it open between turns, and repairs it first."""

    def __init__(
        self,
        corridor: CorridorSettings,
        *,
        keyring: Keyring,
        clock: Callable[[], datetime],
        holder: str,
    ) -> None:
        self._corridor = corridor
        self._keyring = keyring
        self._clock = clock
        self._holder = holder
        self._open: TermLog | None = None
        self._heartbeat: Signer | None = None
        self._hold: Hold | None = None

    @property
    def name(self) -> str:
        """The name of the loop's lease."""
        return f"log {self._corridor.corridor}"

    def turn(self) -> int:
        """Enter what waits, and beat when it is time; return how many acts were entered."""
        at = self._clock()
        seconds = settings.SYSTEM.loops.lease
        hold = take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at)
        self._hold = hold
        if hold is None:
            self.close()
            return 0
        try:
            require_not_held(str(self._corridor.corridor))
            log = self._current_log()
            entered = self._enter_waiting(log, hold)
            self._beat(log)
        except BaseException:
            # Whatever it was, the next turn opens the log anew: that repairs it.
            self.close()
            raise
        return entered

    def end(self) -> None:
        """Let go of folder and lease, so that the next process need not wait for its end."""
        self.close()
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())
            self._hold = None

    def close(self) -> None:
        """Let go of the folder's lock."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _enter_waiting(self, log: Log, hold: Hold) -> int:
        term_log = self._term_log(log)
        acts = _next_batch(log)
        if not acts:
            return 0
        salts = [_salt_of(log, act) for act in acts]
        return enter(
            log=log, term_log=term_log, acts=acts, salts=salts, hold=hold, at=self._clock()
        )

    def _current_log(self) -> Log:
        """Return the open term; open the first one, or the successor of the one that was closed."""
        text = str(self._corridor.corridor)
        log = find_open_log(text)
        if log is not None:
            return log
        self.close()
        at = self._clock()
        gateway = installation_sealer(self._keyring, "gateway", at=at)
        closed = Log.objects.filter(corridor=text).order_by("-pk").first()
        if closed is None:
            origin = self._corridor.origin_of(settings.SYSTEM.installation)
            return open_term(origin=origin, corridor=text, gateway=gateway, at=at)
        self._finish(closed)
        return open_term(
            origin=closed.successor,
            corridor=text,
            gateway=gateway,
            at=at,
            predecessor=closed.origin,
        )

    def _finish(self, closed: Log) -> None:
        """Publish what a crash left unpublished in a closed term, before its successor opens."""
        self._term_log(closed)
        self.close()

    def _term_log(self, log: Log) -> TermLog:
        """Return the folder of a term, created on its first turn, repaired when just opened."""
        if self._open is not None and self._open.origin == log.origin:
            return self._open
        self.close()
        directory = Directory(settings.SYSTEM.log_folder(log.origin))
        signer, heartbeat = signers_of(self._keyring, directory, log.origin, at=self._clock())
        self._heartbeat = heartbeat
        store = DatabaseHead(log.origin)
        if store.get() is None:
            identity = Identity(signer.verifier, heartbeat.verifier, _predecessor_of(log))
            make_folder(directory.root)
            self._open = TermLog.create(
                directory, store, identity, signer=signer, heartbeat=heartbeat, at=self._clock()
            )
        else:
            self._open = TermLog.open(directory, store, signer=signer, heartbeat=heartbeat)
        size = self._open.head().checkpoint.size
        note_published(log=log, size=size, at=self._clock())
        return self._open

    def _beat(self, log: Log) -> None:
        """Sign the head again when the last signature is older than the heartbeat.

        Needs no fencing: the head moves by compare-and-swap, and a late loop loses that race.
        """
        term_log = self._open
        if term_log is None or self._heartbeat is None or not _is_open(log):
            return
        last = term_log.head().times_by(self._heartbeat.verifier)[-1]
        now = self._clock()
        if now - last >= timedelta(seconds=settings.SYSTEM.loops.heartbeat):
            term_log.heartbeat(now)


def _next_batch(log: Log) -> list[SealedAct]:
    """Return what may be entered next: the opening first of all, nothing after the closing."""
    if log.size == 0:  # however much waits before it
        return acts_to_log(corridor=log.corridor, kind=str(Kind.TERM_OPENED), limit=1)
    batch = []
    waiting = acts_to_log(corridor=log.corridor)
    if is_national(log.origin):  # the closing of its term comes after what waited before it
        beside = acts_beside(corridors=settings.SYSTEM.known_corridors)
        waiting = sorted([*waiting, *beside], key=lambda act: (act.sealed_at, act.pk))
    for act in waiting:
        batch.append(act)
        if act.kind == Kind.TERM_CLOSED:
            break
    return batch


def _salt_of(log: Log, act: SealedAct) -> bytes:
    """Return a fresh salt for what is entered as a hash; nothing for the acts of the log itself."""
    is_own = act.corridor == log.corridor or not is_national(log.origin)
    return b"" if is_own else secrets.token_bytes(SALT_SIZE)


def _is_open(log: Log) -> bool:
    return Log.objects.filter(pk=log.pk, status=Log.Status.OPEN).exists()


def _predecessor_of(log: Log) -> Predecessor | None:
    before = Log.objects.filter(origin=log.predecessor).first() if log.predecessor else None
    return Predecessor(before.origin, before.head.encode()) if before and before.head else None
