"""The loop of a corridor: follows the partner's log, takes back its countersignatures."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.crash import crash_point
from certorigin.durable import make_folder, replace_file
from certorigin.errors import (
    CertoriginError,
    ForkError,
    ProofError,
    StandingError,
    UnknownError,
    VerificationError,
)
from certorigin.log import layout
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.identity import Identity
from certorigin.log.note import MAX_NOTE, Note
from certorigin.mirror.collect import collect
from certorigin.mirror.cosigned import CosignedHeads
from certorigin.mirror.crew import Crew
from certorigin.mirror.follow import Mirror
from certorigin.mirror.halt import find_halt
from certorigin.mirror.partner import Partner, verify_successor
from certorigin.mirror.view import LogView
from certorigin.seal.trust.folder import list_name, read_trust_folder
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST
from certorigin_server.log.keys import witness_signer
from certorigin_server.log.queries import count_cosigned, origins_of, origins_to_collect
from certorigin_server.log.services import note_fork, store_cosigned_head
from certorigin_server.loops.services import give_back, take_lease
from certorigin_server.mirror.catch_up import BEHIND, compare_with_copy, keep_evidence
from certorigin_server.mirror.guard import open_line
from certorigin_server.mirror.hints import Bell, Hinter
from certorigin_server.mirror.own import judge_own
from certorigin_server.mirror.pictures import take_pictures
from certorigin_server.mirror.queries import logs_of, logs_to_follow
from certorigin_server.mirror.reading import read_received, read_verdicts
from certorigin_server.mirror.services import (
    IMPOSSIBLE,
    begin_to_follow,
    judge_anew,
    note_followed,
    note_halted,
    note_judged,
    note_lifted,
    receive,
)
from certorigin_server.seal.choice import installation_sealer
from certorigin_server.seal.queries import find_held
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.followed import last_registered, verdicts_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from certorigin.mirror.http import HttpLine
    from certorigin.seal.trust.trust import Trust
    from certorigin_server.loops.services import Hold
    from certorigin_server.mirror.models import FollowedLog
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

    Step = Callable[[], int]

MOST = 256
MUCH = 8192  # entries that wait: they are judged on all cores
HALTS = ("mirror.halted", "mirror.altered")


class Follower:
    """Takes from one partner: trust lists, its log, and its countersignatures on ours."""

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
        self._line: HttpLine | None = None
        self._line_key = ""
        self._hold: Hold | None = None
        self._crew: Crew | None = None
        self._crew_of: tuple[str, Trust] | None = None
        self._bell = Bell(str(corridor.corridor))
        self._hinter = Hinter(str(corridor.corridor))

    @property
    def name(self) -> str:
        """The name of the loop's lease."""
        return f"mirror {self._corridor.corridor}"

    def turn(self) -> int:
        """Take what is new; return how much it was.

        A step that fails stops no other one: what lies here is registered while the line is dead,
        and a trust list that nobody can believe does not keep a log from being followed. Raises the
        first fault, once everything was tried.
        """
        self._bell.listen()
        at = self._clock()
        seconds = settings.SYSTEM.loops.lease
        self._hold = take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at)
        if self._hold is None:
            return 0
        done, faults, is_dead = 0, [], False
        for step, needs_line in self._steps(at):
            if needs_line and is_dead:
                continue
            try:
                done += step()
            except CertoriginError as fault:
                faults.append(fault)
                is_dead = is_dead or fault.code == "line.unreachable"
        if faults:
            raise faults[0]
        return done

    def is_called(self) -> bool:
        """Say whether the partner hinted, or our log was published, since the last turn began."""
        return self._bell.rings()

    def end(self) -> None:
        """Close the line and let go of processes and lease."""
        self._dismiss_crew()
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._hold is not None:
            give_back(hold=self._hold, at=self._clock())
            self._hold = None

    def _steps(self, at: datetime) -> Iterator[tuple[Step, bool]]:
        """Yield each step, and whether it asks the partner."""
        text = str(self._corridor.corridor)
        begin_to_follow(
            origin=self._corridor.origin_of(self._corridor.partner),
            publisher=self._corridor.partner,
            corridor=text,
            at=at,
        )
        yield self._take_trust_list, True
        yield self._hint, True
        for log in logs_of(text):
            yield partial(self._judge_anew, log), False
            yield partial(self._go_on, log), False
        for log in logs_to_follow(text):
            yield partial(self._register, log), False
            yield partial(self._follow, log), True
            yield partial(self._register, log), False
        for origin in origins_to_collect(text):
            yield partial(self._collect, origin), True
        for origin in origins_of(text):
            yield partial(judge_own, origin, at=at), False
        yield self._hint, True
        yield self._take_pictures, True

    def _hint(self) -> int:
        """Tell the partner to look, when there is something new for it; nobody waits for it."""
        self._hinter.hint(self._open_line())
        return 0

    def _open_line(self) -> HttpLine:
        sealer = installation_sealer(self._keyring, "exchange", at=self._clock())
        if self._line is not None and self._line_key not in {"", sealer.key}:
            self._line.close()  # the trust list names another key from now on
            self._line = None
        if self._line is None:
            self._line_key = sealer.key
            self._line = open_line(self._corridor, keyring=self._keyring, clock=self._clock)
        return self._line

    def _follow(self, log: FollowedLog) -> int:
        """Let the library take one turn of the mirror; a fork stops this corridor alone."""
        partner = Partner.from_trust(get_trust(), log.origin)
        fetch = self._open_line().under(f"log/{log.origin}")
        directory = Directory(settings.SYSTEM.mirror_folder(log.origin))
        at = self._clock()
        # After a restore our own cosigned heads are taken back first: none has two times.
        held = find_held(str(self._corridor.corridor))
        cosigner = None
        if held is None:
            cosigner = witness_signer(self._keyring, settings.SYSTEM.installation, at=at)
        try:
            with Mirror.create(directory, partner, fetch) as mirror:
                if log.predecessor and mirror.head() is None and mirror.halted() is None:
                    _verify_beginning(log, directory, at)
                followed = mirror.follow(fetch, at=at, cosigner=cosigner)
        except (ForkError, ProofError, StandingError) as fault:
            if isinstance(fault, ForkError) or fault.code in HALTS:
                note_halted(log=log, reason=fault.code, at=at)
            raise
        note_followed(log=log, size=followed.size, heartbeat=followed.heartbeat, at=at)
        return followed.size - followed.start

    def _go_on(self, log: FollowedLog) -> int:
        """Follow a halted log on, once an operator has lifted the stop in the folder."""
        if log.status != log.Status.HALTED or log.reason == IMPOSSIBLE:
            return 0
        if find_halt(Directory(settings.SYSTEM.mirror_folder(log.origin))) is not None:
            return 0
        note_lifted(log=log, at=self._clock())
        return 1

    def _register(self, log: FollowedLog) -> int:
        """Enter what the folder holds beyond the register. Nothing is lost by a crash between."""
        start = last_registered(log.origin)
        if start >= _size_of(log):
            return 0
        crash_point("mirror.not_registered")
        # A crash here leaves verified entries in the folder alone: the next turn registers them.
        view = LogView.open(settings.SYSTEM.mirror_folder(log.origin), get_trust())
        crew = self._crew_for(view, view.size - start)
        entries = list(read_received(view, start, MOST, crew))
        count = receive(log=log, entries=entries, at=self._clock()) if entries else 0
        crash_point("mirror.registered")
        # A crash here leaves nothing undone: the register and the folder agree.
        return count

    def _crew_for(self, view: LogView, waiting: int) -> Crew | None:
        """Return processes that judge, where more waits than it costs to start them.

        They stay from turn to turn until little waits, and judge by the trust they began with.
        """
        asked = (view.origin, get_trust())
        if waiting <= MOST or self._crew_of != asked:
            self._dismiss_crew()
        cores = os.cpu_count() or 1
        if self._crew is None and waiting >= MUCH and cores > 1:
            self._crew, self._crew_of = Crew.of(view, cores), asked
        return self._crew

    def _dismiss_crew(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def _collect(self, origin: str) -> int:
        """Take back the countersignatures on our own heads: they are the legal time of our acts."""
        # The sequencer writes into the same folder meanwhile.
        folder = settings.SYSTEM.log_folder(origin)
        directory = Directory(folder, temporary=layout.COLLECTING)
        if not directory.has(layout.CHECKPOINT):
            return 0
        partner = Partner.from_trust(get_trust(), origin)
        fetch = self._open_line().under(f"mirror/{origin}")
        try:
            collect(directory, partner, fetch)
        except ForkError as fork:
            at = self._clock()
            # A head that we do not hold: of a log that went on without us, or of another one.
            reason = compare_with_copy(origin, fetch, at=at)
            if reason == BEHIND:
                raise StandingError(reason, corridor=str(self._corridor.corridor)) from None
            if keep_evidence(directory, fork, at):
                note_fork(origin=origin, reason=fork.code, at=at)
            raise
        return self._store_collected(origin, directory, partner)

    def _store_collected(self, origin: str, directory: Directory, partner: Partner) -> int:
        heads = CosignedHeads(directory, partner)
        stored = 0
        for number in range(count_cosigned(origin), heads.count):
            head = heads.get(number)
            if not head.counts:  # the partner has withdrawn the key with which it cosigned
                continue
            stored += 1
            store_cosigned_head(
                origin=origin,
                sequence=number,
                size=head.size,
                legal_time=head.at,
                note=head.head.data,
                at=self._clock(),
            )
        return stored

    def _take_trust_list(self) -> int:
        """Take the next version of the partner's trust list, when there is one."""
        state = self._corridor.partner.partition("-")[0]
        version = get_trust().newest(state).version + 1
        try:
            raw = self._open_line().fetch(f"trust/{version}.json", MAX_TRUST_LIST)
        except UnknownError as fault:
            if fault.code == "line.absent":
                return 0
            raise
        folder = settings.SYSTEM.trust_folder
        # What everybody in this process reads is left alone until the list lies in the folder.
        found = read_trust_folder(folder).adopt(raw)
        if (found.state, found.version) != (state, version):
            name = list_name(found)
            raise VerificationError("mirror.trust_list_differs", asked=f"{version}", name=name)
        place = folder / list_name(found)
        make_folder(place.parent)
        replace_file(place, raw)
        return 1

    def _take_pictures(self) -> int:
        """Take the pictures of specimens that the partner's list speaks of."""
        return take_pictures(self._corridor.partner.partition("-")[0], self._open_line)

    def _judge_anew(self, log: FollowedLog) -> int:
        """Judge a log's entries by the publisher's newest list, whoever put it in the folder.

        What waited for the list may count from now on, and what a key sealed after it was withdrawn
        counts no longer. A crash half-way leaves the version unmoved: the next turn begins again.
        """
        trust = get_trust()
        version = trust.newest(log.publisher.partition("-")[0]).version
        if log.judged_by == version:
            return 0
        changed, known = 0, verdicts_on(log.origin)
        for start in range(0, len(known), MOST):
            view = LogView.open(settings.SYSTEM.mirror_folder(log.origin), trust)
            verdicts = list(read_verdicts(view, known[start : start + MOST]))
            changed += judge_anew(log=log, verdicts=verdicts, at=self._clock())
        note_judged(log=log, version=version)
        return changed


def _verify_beginning(log: FollowedLog, directory: Directory, at: datetime) -> None:
    """Verify that a term begins where our mirror of the one before it ends; halt when it forks."""
    identity = Identity.from_bytes(directory.read(layout.IDENTITY))
    before = LogView.open(settings.SYSTEM.mirror_folder(log.predecessor), get_trust())
    try:
        verify_successor(identity, before.head)
    except ForkError as fork:
        keep_evidence(directory, fork, at)
        raise


def _size_of(log: FollowedLog) -> int:
    """Return how far the folder is. The row may lag behind it: a crash can come between the two."""
    directory = Directory(settings.SYSTEM.mirror_folder(log.origin))
    if not directory.has(layout.CHECKPOINT):
        return 0
    note = Note.from_bytes(directory.read(layout.CHECKPOINT, limit=MAX_NOTE))
    return Checkpoint.from_text(note.text).size
