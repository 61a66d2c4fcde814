"""What the desk shows of states: trust lists with their dates, keys, officers, and both logs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.log.directory import Directory
from certorigin.log.layout import EVIDENCE
from certorigin.mirror.halt import find_halt
from certorigin_server.log.queries import logs
from certorigin_server.mirror.queries import followed_logs
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from certorigin.mirror.halt import Halt
    from certorigin.seal.trust.entries import Key, Officer
    from certorigin.seal.trust.trust import Trust
    from certorigin.seal.trust.trust_list import TrustList
    from certorigin_server.log.queries import LogView
    from certorigin_server.mirror.queries import FollowedLog

# When an end begins to be told, in days.
WARN = (60, 30, 7)
KEY_ROLES = {
    "seal": "web.key_seal",
    "officer": "web.key_officer",
    "log": "web.key_log",
    "heartbeat": "web.key_heartbeat",
    "witness": "web.key_witness",
    "exchange": "web.key_exchange",
    "gateway": "web.key_gateway",
}


@dataclass(frozen=True)
class Term:
    """When something ends, and how near that is: a tone and the days that are left."""

    end: date | None
    days: int | None

    @classmethod
    def until(cls, end: date | None, at: datetime) -> Term:
        """Count the days from a moment."""
        return cls(end, (end - at.date()).days if end is not None else None)

    @property
    def is_over(self) -> bool:
        """Say whether it has ended."""
        return self.days is not None and self.days < 0

    @property
    def tone(self) -> str:
        """The tone: within a week, within a month, within two; none for others, and when over."""
        if self.days is None or self.is_over or self.days > WARN[0]:
            return ""
        return "bad" if self.days <= WARN[2] else "wait" if self.days <= WARN[1] else "busy"


@dataclass(frozen=True)
class KeyLine:
    """One key in plain words: whose it is, what for, its fingerprint, how long."""

    holder: str
    roles: tuple[str, ...]
    forms: tuple[str, ...]
    fingerprint: str
    start: datetime
    term: Term
    withdrawn: datetime | None
    reason: str

    @property
    def role_codes(self) -> list[str]:
        """The codes of what the key is for."""
        return [KEY_ROLES[role] for role in self.roles]


@dataclass(frozen=True)
class OfficerLine:
    """One officer of the list: body, forms, rights, how long."""

    name: str
    position: str
    body: str
    forms: tuple[str, ...]
    start: datetime
    term: Term


@dataclass(frozen=True)
class StateLists:
    """The newest trust list of one state, and what soon ends in it."""

    state: str
    is_own: bool
    version: int
    versions: int
    valid_from: date
    term: Term
    is_overdue: bool
    keys: tuple[KeyLine, ...]
    officers: tuple[OfficerLine, ...]

    @property
    def ending(self) -> list[tuple[str, Term]]:
        """What ends within sixty days: whose, and when; the nearest first."""
        lines = [(one.holder, one.term) for one in self.keys if one.withdrawn is None]
        lines += [(one.name, one.term) for one in self.officers]
        near = [(name, term) for name, term in lines if term.tone]
        return sorted(near, key=lambda pair: pair[1].days or 0)


@dataclass(frozen=True)
class FollowedLine:
    """A partner's log: how far it was followed, how old its head is, and why it stands still."""

    log: FollowedLog
    age: int | None
    limit: int | None
    halt: Halt | None
    evidence: tuple[str, ...]

    @property
    def is_old(self) -> bool:
        """Say whether the head is older than the corridor allows (or there is none)."""
        return self.age is None or (self.limit is not None and self.age > self.limit)


@dataclass(frozen=True)
class OwnLine:
    """One of our logs, and how many entries the partner has not countersigned."""

    log: LogView
    lag: int
    age: int | None


def fingerprint(key: str) -> str:
    """Return what two people compare by voice: eight groups of four hexadecimal digits."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def state_lists(at: datetime) -> list[StateLists]:
    """Return the newest list of every state that is known here, partners first."""
    trust, own = get_trust(), settings.SYSTEM.state
    found = [_lists(trust, trust.newest(state), at) for state in trust.states]
    return sorted(found, key=lambda one: (one.state == own, one.state))


def followed_lines(at: datetime) -> list[FollowedLine]:
    """Return every log of a partner with its state."""
    trust = get_trust()
    return [_followed(log, _limit(trust, log), at) for log in followed_logs()]


def own_lines(at: datetime) -> list[OwnLine]:
    """Return every log of ours with the lag of its partner."""
    return [OwnLine(log, log.size - log.cosigned_size, _age(log.cosigned_at, at)) for log in logs()]


def partners_unknown() -> list[str]:
    """Return partner states of our corridors of which no trust list is here yet."""
    states = {corridor.partner.partition("-")[0] for corridor in settings.SYSTEM.corridors}
    return sorted(states - set(get_trust().states))


def _lists(trust: Trust, newest: TrustList, at: datetime) -> StateLists:
    contents = newest.contents
    return StateLists(
        state=newest.state,
        is_own=newest.state == settings.SYSTEM.state,
        version=newest.version,
        versions=len(trust.versions(newest.state)),
        valid_from=contents.valid_from,
        term=Term.until(contents.next_update, at),
        is_overdue=newest.is_overdue(at),
        keys=tuple(_key(trust, key, at) for key in contents.keys),
        officers=tuple(_officer(trust, officer, at) for officer in contents.officers),
    )


def _key(trust: Trust, key: Key, at: datetime) -> KeyLine:
    return KeyLine(
        holder=_name_of(trust, key.controller),
        roles=key.roles,
        forms=key.forms,
        fingerprint=fingerprint(key.key),
        start=key.period.start,
        term=Term.until(key.period.end.date() if key.period.end else None, at),
        withdrawn=key.withdrawn.at if key.withdrawn else None,
        reason=key.withdrawn.reason if key.withdrawn else "",
    )


def _officer(trust: Trust, officer: Officer, at: datetime) -> OfficerLine:
    return OfficerLine(
        name=officer.name,
        position=officer.position,
        body=_name_of(trust, officer.body),
        forms=officer.forms,
        start=officer.period.start,
        term=Term.until(officer.period.end.date() if officer.period.end else None, at),
    )


def _name_of(trust: Trust, urn: str) -> str:
    holder = trust.find_holder(urn)
    return holder.name if holder is not None else urn


def _followed(log: FollowedLog, limit: int | None, at: datetime) -> FollowedLine:
    folder = settings.SYSTEM.mirror_folder(log.origin)
    halt = find_halt(Directory(folder)) if folder.is_dir() else None
    evidence = _evidence(folder / EVIDENCE / str(halt.evidence)) if halt else ()
    return FollowedLine(log, _age(log.heartbeat, at), limit, halt, evidence)


def _evidence(folder: Path) -> tuple[str, ...]:
    relative = folder.relative_to(settings.SYSTEM.folder)
    return tuple(sorted(f"{relative}/{path.name}" for path in folder.glob("*") if path.is_file()))


def _limit(trust: Trust, log: FollowedLog) -> int | None:
    own = settings.SYSTEM.state
    corridors = trust.newest(own).contents.corridors if own in trust.states else ()
    return next((one.max_head_age for one in corridors if one.id == log.corridor), None)


def _age(moment: datetime | None, at: datetime) -> int | None:
    return max(0, int((at - moment).total_seconds())) if moment is not None else None
