"""Entering what the mirror verified into the register, and noting how far it came.

on the way     begin_to_follow · receive · judge_anew · note_judged · note_followed
standing still note_halted · note_lifted · resume
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.errors import StandingError, UnknownError
from certorigin.log.directory import Directory
from certorigin.log.layout import EVIDENCE
from certorigin.mirror.follow import Mirror
from certorigin.mirror.halt import EVIDENCE_FILE, find_halt
from certorigin.mirror.partner import Partner
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import TermClosing
from certorigin.vocabulary.record import Record
from certorigin_server.mirror.alarms import (
    HALTED,
    end_alarm,
    raise_alarm,
    watch_entries,
    watch_entry,
)
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.mirror.statements import compare_day
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.services import register_entries, set_void
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.mirror.reading import Verdict
    from certorigin_server.standing.services import NewEntry
    from certorigin_server.users.queries import User

# The one stop that stands in the row alone: there is nothing in the folder that could be lifted.
IMPOSSIBLE = "mirror.successor_impossible"
_TERM = re.compile(r"\w{1,20}", re.ASCII)


@transaction.atomic
def begin_to_follow(
    *, origin: str, publisher: str, corridor: str, at: datetime, predecessor: str = ""
) -> FollowedLog:
    """Begin to follow a term of a partner's log; doing it again changes nothing."""
    defaults = {"publisher": publisher, "corridor": corridor, "predecessor": predecessor}
    row, is_new = FollowedLog.objects.get_or_create(origin=origin, defaults=defaults)
    if is_new:
        record(by="", at=at, action="mirror.begun", subject=origin)
    return row


@transaction.atomic
def receive(*, log: FollowedLog, entries: Sequence[NewEntry], at: datetime) -> int:
    """Enter verified entries into the register; return how many were new."""
    rows = register_entries(publisher=log.publisher, origin=log.origin, entries=entries, at=at)
    for row in rows:
        if row.kind == Kind.DAY_STATED and not row.void:
            compare_day(row, at=at)  # with what we hold
    watch_entries(origin=log.origin, rows=rows, at=at)
    for row in rows:
        if row.kind == Kind.TERM_CLOSED and not row.void:
            _follow_on(log, row.raw.encode(), at)
    if rows:
        facts = {"first": str(entries[0].index), "count": str(len(rows))}
        record(by="", at=at, action="mirror.received", subject=log.origin, **facts)
    return len(rows)


@transaction.atomic
def judge_anew(*, log: FollowedLog, verdicts: Sequence[Verdict], at: datetime) -> int:
    """Keep what a newer trust list made of registered entries; return how many changed."""
    for verdict in verdicts:
        set_void(origin=log.origin, index=verdict.index, void=verdict.void)
        record(
            by="",
            at=at,
            action="mirror.judged_anew",
            subject=log.origin,
            index=str(verdict.index),
            void=verdict.void,
        )
        watch_entry(origin=log.origin, index=verdict.index, void=verdict.void, at=at)
        if not verdict.void:
            _follow_on(log, verdict.raw, at)
    return len(verdicts)


def note_judged(*, log: FollowedLog, version: int) -> None:
    """Note that every entry in the register was judged by this version of the trust list."""
    FollowedLog.objects.filter(pk=log.pk).update(judged_by=version)


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
        told = {"reason": reason, "evidence": _evidence_of_halt(log.origin)}
        raise_alarm(origin=log.origin, key="halt", code=HALTED, at=at, **told)


@transaction.atomic
def note_lifted(*, log: FollowedLog, at: datetime) -> None:
    """Note that the stop was lifted in the mirror's folder: the log is followed on."""
    changed = FollowedLog.objects.filter(pk=log.pk, status=FollowedLog.Status.HALTED).update(
        status=FollowedLog.Status.FOLLOWING, reason=""
    )
    if changed:
        record(by="", at=at, action="mirror.resumed", subject=log.origin)
        end_alarm(origin=log.origin, key="halt", at=at)


@transaction.atomic
def resume(*, origin: str, remark: str, by: User, at: datetime) -> FollowedLog:
    """Let a halted log be followed on, from the head that its mirror holds.

    The partner must still show a log that extends that head. Raises UnknownError
    (`mirror.log_unknown`), StandingError (`mirror.not_halted`), ConflictError while somebody else
    holds the mirror.
    """
    log = FollowedLog.objects.select_for_update().filter(origin=origin).first()
    if log is None:
        raise UnknownError("mirror.log_unknown", origin=origin[:200])
    if log.status != FollowedLog.Status.HALTED:
        raise StandingError("mirror.not_halted", origin=origin)
    _lift(origin, by=by.username, remark=remark, at=at)
    log.status, log.reason = FollowedLog.Status.FOLLOWING, ""
    log.save()
    record(by=by.username, at=at, action="mirror.resumed", subject=origin)
    end_alarm(origin=origin, key="halt", at=at)
    return log


def _evidence_of_halt(origin: str) -> str:
    """Return the file for a third party below the system's folder, or nothing."""
    folder = settings.SYSTEM.mirror_folder(origin)
    reason = find_halt(Directory(folder)) if folder.is_dir() else None
    if reason is None:
        return ""
    file = folder / EVIDENCE / str(reason.evidence) / EVIDENCE_FILE
    return str(file.relative_to(settings.SYSTEM.folder)) if file.is_file() else ""


def _lift(origin: str, *, by: str, remark: str, at: datetime) -> None:
    """Lift the stop in the folder, which is kept beside the evidence; it may be lifted already."""
    directory = Directory(settings.SYSTEM.mirror_folder(origin))
    with Mirror.open(directory, Partner.from_trust(get_trust(), origin)) as mirror:
        if mirror.halted() is not None:
            mirror.lift(by=by, remark=remark, at=at)


def _follow_on(log: FollowedLog, raw: bytes, at: datetime) -> None:
    """When an entry closes the term, follow the successor that it names."""
    act = Act.from_document(parse_strict(raw))
    if act.kind is not Kind.TERM_CLOSED:
        return
    closing = TermClosing.from_record(Record(dict(act.body), "termClosing"))
    if not _can_follow(log, closing):
        note_halted(log=log, reason=IMPOSSIBLE, at=at)
        return
    FollowedLog.objects.filter(pk=log.pk).update(status=FollowedLog.Status.CLOSED)
    begin_to_follow(
        origin=closing.successor,
        publisher=log.publisher,
        corridor=log.corridor,
        predecessor=log.origin,
        at=at,
    )


def _can_follow(log: FollowedLog, closing: TermClosing) -> bool:
    """Say whether a closing names this term, and a next one of the same publisher and corridor."""
    lineage, _, term = closing.successor.rpartition("/")
    known = FollowedLog.objects.filter(origin=closing.successor).first()
    return (
        closing.origin == log.origin
        and lineage == log.origin.rpartition("/")[0]
        and _TERM.fullmatch(term) is not None
        and (known is None or (known.status == FollowedLog.Status.FOLLOWING and known.pk > log.pk))
    )
