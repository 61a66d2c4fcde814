"""Entering what the mirror verified into the register, and noting how far it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import CertoriginError
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import TermClosing
from certorigin.vocabulary.record import Record
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.standing.services import register_entry
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.mirror.reading import ReceivedEntry


@transaction.atomic
def begin_to_follow(*, origin: str, publisher: str, corridor: str, at: datetime) -> FollowedLog:
    """Begin to follow a term of a partner's log; doing it again changes nothing."""
    row, is_new = FollowedLog.objects.get_or_create(
        origin=origin, defaults={"publisher": publisher, "corridor": corridor}
    )
    if is_new:
        record(by="", at=at, action="mirror.begun", subject=origin)
    return row


@transaction.atomic
def receive(*, log: FollowedLog, entries: Sequence[ReceivedEntry], at: datetime) -> int:
    """Enter verified entries into the register; return how many were new."""
    count = 0
    for entry in entries:
        count += register_entry(
            publisher=log.publisher,
            origin=log.origin,
            index=entry.index,
            raw=entry.raw,
            legal_time=entry.legal_time,
            void=entry.void,
            at=at,
        )
        if not entry.void:
            _follow_on(log, entry.raw, at)
    if count:
        facts = {"first": str(entries[0].index), "count": str(count)}
        record(by="", at=at, action="mirror.received", subject=log.origin, **facts)
    return count


def note_followed(*, log: FollowedLog, size: int, heartbeat: datetime, at: datetime) -> None:
    """Note how far the mirror came."""
    FollowedLog.objects.filter(pk=log.pk).update(size=size, heartbeat=heartbeat, followed_at=at)


@transaction.atomic
def note_halted(*, log: FollowedLog, reason: str, at: datetime) -> None:
    """Note that a fork, a roll-back or an altered entry stopped this log (architecture.md 7.4)."""
    changed = (
        FollowedLog.objects.filter(pk=log.pk)
        .exclude(status=FollowedLog.Status.HALTED)
        .update(status=FollowedLog.Status.HALTED, reason=reason)
    )
    if changed:
        record(by="", at=at, action="mirror.halted", subject=log.origin, reason=reason)


def _follow_on(log: FollowedLog, raw: bytes, at: datetime) -> None:
    """When an entry closes the term, follow the successor that it names."""
    try:
        act = Act.from_document(parse_strict(raw))
    except CertoriginError:
        return
    if act.kind is not Kind.TERM_CLOSED:
        return
    closing = TermClosing.from_record(Record(dict(act.body), "termClosing"))
    FollowedLog.objects.filter(pk=log.pk).update(status=FollowedLog.Status.CLOSED)
    begin_to_follow(origin=closing.successor, publisher=log.publisher, corridor=log.corridor, at=at)
