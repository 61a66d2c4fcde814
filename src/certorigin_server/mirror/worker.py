"""The loop of a corridor: follows the partner's log, takes back its countersignatures."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.crash import crash_point
from certorigin.errors import ForkError, ProofError, StandingError, UnknownError
from certorigin.log.directory import Directory
from certorigin.mirror.collect import collect
from certorigin.mirror.cosigned import CosignedHeads
from certorigin.mirror.follow import Mirror
from certorigin.mirror.http import HttpLine
from certorigin.mirror.partner import Partner
from certorigin.mirror.view import LogView
from certorigin.seal.trust.folder import list_name
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST
from certorigin_server.log.keys import witness_signer
from certorigin_server.log.queries import count_cosigned, origins_of
from certorigin_server.log.services import store_cosigned_head
from certorigin_server.loops.services import take_lease
from certorigin_server.mirror.queries import logs_to_follow
from certorigin_server.mirror.reading import read_received, void_code
from certorigin_server.mirror.services import (
    begin_to_follow,
    note_followed,
    note_halted,
    receive,
)
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.queries import last_registered, void_entries
from certorigin_server.standing.services import set_void

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from certorigin.seal.trust.trust import Trust
    from certorigin_server.mirror.models import FollowedLog
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

MOST = 256
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

    @property
    def name(self) -> str:
        """The name of the loop's lease."""
        return f"mirror {self._corridor.corridor}"

    def turn(self) -> int:
        """Take what is new; return how much it was."""
        at = self._clock()
        seconds = settings.SYSTEM.loops.lease
        if take_lease(name=self.name, holder=self._holder, seconds=seconds, at=at) is None:
            return 0
        done = self._take_trust_lists()
        for log in self._logs_to_follow(at):
            done += self._follow(log)
            done += self._register(log)
        return done + self._collect()

    def _open_line(self) -> HttpLine:
        if self._line is None:
            self._line = HttpLine(
                f"{self._corridor.partner_url}/exchange",
                sealer=self._keyring.named("exchange"),
                clock=self._clock,
                nonce=lambda: secrets.token_urlsafe(18),
            )
        return self._line

    def _logs_to_follow(self, at: datetime) -> list[FollowedLog]:
        text = str(self._corridor.corridor)
        begin_to_follow(
            origin=self._corridor.origin_of(self._corridor.partner),
            publisher=self._corridor.partner,
            corridor=text,
            at=at,
        )
        return logs_to_follow(text)

    def _follow(self, log: FollowedLog) -> int:
        """Let the library take one turn of the mirror; a fork stops this corridor alone."""
        trust = get_trust()
        partner = Partner.from_trust(trust, log.origin)
        fetch = self._open_line().under(f"log/{log.origin}")
        directory = Directory(settings.SYSTEM.mirror_folder(log.origin))
        cosigner = witness_signer(self._keyring, settings.SYSTEM.installation)
        at = self._clock()
        try:
            with Mirror.create(directory, partner, fetch) as mirror:
                followed = mirror.follow(fetch, at=at, cosigner=cosigner)
        except (ForkError, ProofError, StandingError) as fault:
            if isinstance(fault, ForkError) or fault.code in HALTS:
                note_halted(log=log, reason=fault.code, at=at)
            raise
        note_followed(log=log, size=followed.size, heartbeat=followed.heartbeat, at=at)
        return followed.size - followed.start

    def _register(self, log: FollowedLog) -> int:
        """Enter what the folder holds beyond the register. Nothing is lost by a crash between."""
        crash_point("mirror.not_registered")
        # A crash here leaves verified entries in the folder alone: the next turn registers them.
        start = last_registered(log.origin)
        if start >= _size_of(log):
            return 0
        view = LogView.open(settings.SYSTEM.mirror_folder(log.origin), get_trust())
        entries = list(read_received(view, start, MOST))
        count = receive(log=log, entries=entries, at=self._clock()) if entries else 0
        crash_point("mirror.registered")
        # A crash here leaves nothing undone: the register and the folder agree.
        return count

    def _collect(self) -> int:
        """Take back the countersignatures on our own heads: they are the legal time of our acts."""
        count = 0
        for origin in origins_of(str(self._corridor.corridor)):
            directory = Directory(settings.SYSTEM.log_folder(origin))
            if not directory.has("checkpoint"):
                continue
            partner = Partner.from_trust(get_trust(), origin)
            fetch = self._open_line().under(f"mirror/{origin}")
            collect(directory, partner, fetch)
            count += self._store_collected(origin, directory, partner)
        return count

    def _store_collected(self, origin: str, directory: Directory, partner: Partner) -> int:
        heads = CosignedHeads(directory, partner)
        first = count_cosigned(origin)
        for number in range(first, heads.count):
            head = heads.get(number)
            store_cosigned_head(
                origin=origin,
                sequence=number,
                size=head.size,
                legal_time=head.at,
                note=head.head.data,
                at=self._clock(),
            )
        return heads.count - first

    def _take_trust_lists(self) -> int:
        """Take newer versions of the partner's trust list, and judge anew what waited for them."""
        state = self._corridor.partner.partition("-")[0]
        trust = get_trust()
        version = trust.newest(state).version + 1
        try:
            raw = self._open_line().fetch(f"trust/{version}.json", MAX_TRUST_LIST)
        except UnknownError as fault:
            if fault.code == "line.absent":
                return 0
            raise
        trust_list = trust.adopt(raw)
        directory = Directory(settings.SYSTEM.trust_folder)
        directory.write_new({list_name(trust_list): raw})
        self._judge_anew(get_trust())
        return 1

    def _judge_anew(self, trust: Trust) -> None:
        for row in void_entries(self._corridor.partner):
            view = LogView.open(settings.SYSTEM.mirror_folder(row.origin), trust)
            set_void(origin=row.origin, index=row.index, void=void_code(view.view(row.index)))


def _size_of(log: FollowedLog) -> int:
    log.refresh_from_db(fields=["size"])
    return log.size
