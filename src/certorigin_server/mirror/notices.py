"""Notices of disturbed service: opened and closed by themselves, or entered by an administrator.

A notice is an act, so it reaches the partner by the log; what is in force is folded from acts, ours
on their way too.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.errors import StandingError, UnknownError
from certorigin.mirror.service import (
    SILENT_AFTER,
    Notice,
    fold_notices,
    is_silent,
    service_subject,
)
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.notices import PLANNED, UNPLANNED, Disturbance, Restoration
from certorigin_server.mirror.own_acts import act_of, prepare_own
from certorigin_server.mirror.queries import logs_of
from certorigin_server.seal.queries import acts_underway
from certorigin_server.standing.queries import acts_of_kinds
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings
    from certorigin_server.users.queries import User

KINDS = (Kind.SERVICE_DISTURBED, Kind.SERVICE_RESTORED)
PARTNER_SILENT = "partner_silent"
SYSTEM_DOWN = "system_down"
MAINTENANCE = "maintenance"


def own_notices(corridor: str) -> list[Notice]:
    """Return our notices about a corridor, those on their way too, oldest first."""
    own = settings.SYSTEM.installation
    return [one for one in notices_of(corridor) if one.publisher == own]


def notices_of(corridor: str) -> list[Notice]:
    """Return the notices of both sides about a corridor, oldest first."""
    logged = [
        (row.publisher, Act.from_document(parse_strict(row.raw.encode())))
        for row in acts_of_kinds(KINDS, corridor=corridor)
    ]
    own = settings.SYSTEM.installation
    underway = [(own, act_of(row)) for row in acts_underway(KINDS, corridor=corridor)]
    return fold_notices([*logged, *underway])


def open_silence(corridor: str) -> list[Notice]:
    """Return our open notices about the partner's silence."""
    return [
        one
        for one in own_notices(corridor)
        if one.body.reason == PARTNER_SILENT and one.restored is None
    ]


def notices_now(corridor: str, *, at: datetime) -> list[Notice]:
    """Return the notices that hold at a moment, and those that lie ahead."""
    return [one for one in notices_of(corridor) if one.holds(at) or one.lies_ahead(at)]


@transaction.atomic
def announce(
    *,
    corridor: CorridorSettings,
    body: Disturbance,
    keyring: Keyring,
    by: User,
    at: datetime,
) -> str:
    """Announce a planned interruption; return the subject of the notice.

    Raises StandingError (`notice.without_end`, `notice.is_past`).
    """
    if body.ends is None:
        raise StandingError("notice.without_end")
    if body.ends <= at:
        raise StandingError("notice.is_past")
    subject = _disturb(corridor, body, keyring, by.username, at)
    record(by=by.username, at=at, action="mirror.announced", subject=subject)
    return subject


@transaction.atomic
def end_notice(*, subject: str, keyring: Keyring, by: User, at: datetime) -> None:
    """End a notice of ours before its time. Raises UnknownError, StandingError when it is over."""
    texts = [str(one.corridor) for one in settings.SYSTEM.corridors]
    found = [one for text in texts for one in own_notices(text) if one.subject == subject]
    notice = found[0] if found else None
    if notice is None:
        raise UnknownError("notice.unknown", subject=subject[:200])
    if not (notice.holds(at) or notice.lies_ahead(at)):
        raise StandingError("notice.is_past")
    corridor = settings.SYSTEM.corridor_of(notice.corridor)
    _restore(corridor, subject, keyring, by.username, at)
    record(by=by.username, at=at, action="mirror.restored", subject=subject)


@transaction.atomic
def watch_service(corridor: CorridorSettings, *, keyring: Keyring, at: datetime) -> int:
    """Open and close the notice about the partner's silence; return how many acts it took."""
    text = str(corridor.corridor)
    opened = open_silence(text)
    beats = [log.heartbeat for log in logs_of(text) if log.heartbeat is not None]
    beat = max(beats, default=None)
    silent = is_silent(beat, at=at, was_silent=bool(opened))
    if silent and not opened and beat is not None:
        body = Disturbance(UNPLANNED, "exchange", beat, None, PARTNER_SILENT)
        subject = _disturb(corridor, body, keyring, "", at)
        record(by="", at=at, action="mirror.disturbed", subject=subject, reason=PARTNER_SILENT)
        return 1
    for one in opened if not silent else ():
        _restore(corridor, one.subject, keyring, "", at)
        record(by="", at=at, action="mirror.restored", subject=one.subject)
    return 0 if silent else len(opened)


@transaction.atomic
def note_outage(
    corridor: CorridorSettings, *, since: datetime, keyring: Keyring, at: datetime
) -> int:
    """Tell afterwards that our own loops stood still, unless it was announced (R15)."""
    if at - since <= SILENT_AFTER:
        return 0
    if any(one.is_planned and one.holds(since) for one in own_notices(str(corridor.corridor))):
        return 0
    starts, ends = since.replace(microsecond=0), at.replace(microsecond=0)
    body = Disturbance(UNPLANNED, "issuing", starts, ends, SYSTEM_DOWN)
    subject = _disturb(corridor, body, keyring, "", at)
    record(by="", at=at, action="mirror.disturbed", subject=subject, reason=SYSTEM_DOWN)
    return 1


def planned(*, affects: str, starts: datetime, ends: datetime, remark: str) -> Disturbance:
    """Make the body of a planned interruption."""
    return Disturbance(PLANNED, affects, starts, ends, MAINTENANCE, remark)


def _disturb(
    corridor: CorridorSettings, body: Disturbance, keyring: Keyring, by: str, at: datetime
) -> str:
    subject = service_subject(settings.SYSTEM.installation, uuid.uuid4().hex)
    prepare_own(
        kind=Kind.SERVICE_DISTURBED,
        subject=subject,
        body=body.to_data(),
        corridor=corridor.corridor,
        keyring=keyring,
        by=by,
        at=at,
    )
    return subject


def _restore(
    corridor: CorridorSettings, subject: str, keyring: Keyring, by: str, at: datetime
) -> None:
    prepare_own(
        kind=Kind.SERVICE_RESTORED,
        subject=subject,
        body=Restoration(at.replace(microsecond=0)).to_data(),
        corridor=corridor.corridor,
        keyring=keyring,
        by=by,
        at=at,
    )
