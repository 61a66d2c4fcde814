"""What customs finds in the mirror: partners' logs, and certificates by number, date and state."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from ninja import Router, Schema

from certorigin.errors import UnknownError
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.mirror.queries import followed_logs
from certorigin_server.mirror.services import resume
from certorigin_server.standing.queries import (
    certificate_of,
    find_issued,
    issued_act_of,
    standing_of,
    standings_of,
)
from certorigin_server.trail.services import record_read, record_reads
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin.standing.fold import Standing
    from certorigin_server.mirror.queries import FollowedLog
    from certorigin_server.standing.queries import RegisteredAct

router = Router(tags=["mirror"])


class FollowedOut(Schema):
    """One term of a partner's log, as far as we followed it."""

    origin: str
    publisher: str
    corridor: str
    status: str
    reason: str
    size: str
    heartbeat: str


class ResumeIn(Schema):
    """Which halted log goes on, and why: kept beside the evidence."""

    origin: Text
    remark: Text


class Found(Schema):
    """A certificate of the partner's, found in our mirror."""

    subject: str
    form: str
    number: str
    date: str
    issued_in: str
    standing: str
    since: str
    legal_time: str
    certificate: dict[str, Any]


@router.get("", response=list[FollowedOut])
def list_followed(request: HttpRequest) -> list[FollowedOut]:
    """List the partners' logs with how far we followed them."""
    Caller.of(request, Right.MIRROR_READ)
    return [_followed(log) for log in followed_logs()]


@router.post("/resume", response=FollowedOut)
def resume_log(request: HttpRequest, body: ResumeIn) -> FollowedOut:
    """Let a halted log be followed on, once the officials of both sides have spoken."""
    caller = Caller.of(request, Right.MIRROR_RESUME)
    remark = body.remark
    log = resume(origin=body.origin, remark=remark, by=caller.user, at=caller.at)
    return _followed(log)


@router.get("/certificate", response=list[Found])
def find_certificates(
    request: HttpRequest,
    number: Text,
    issued_on: date | None = None,
    issued_in: Text = "",
    form: Text = "",
) -> list[Found]:
    """Find received certificates by number, and by date, state and form where given (R21)."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    rows = find_issued(
        number=number,
        issued_on=issued_on,
        issued_in=issued_in,
        form=form,
        received_by=settings.SYSTEM.installation,
    )
    subjects = [row.subject for row in rows]
    if subjects:
        record_reads(by=caller.user.username, at=caller.at, subjects=subjects)
    standings = standings_of(subjects, at=caller.at, at_hand=rows)
    return [_found(row, standings[row.subject]) for row in rows]


@router.get("/certificate/{subject}", response=Found)
def get_mirrored(request: HttpRequest, subject: str) -> Found:
    """Show one received certificate and its standing as both logs say it now."""
    caller = Caller.of(request, Right.RECOGNITION_READ)
    row = issued_act_of(subject)
    # Customs sees nothing of our own issuing side: what it may know came through the mirror (R17).
    if row is None or row.publisher == settings.SYSTEM.installation:
        raise UnknownError("certificate.unknown", subject=subject[:200])
    record_read(by=caller.user.username, at=caller.at, subject=subject)
    return _found(row, standing_of(subject, at=caller.at))


def _followed(log: FollowedLog) -> FollowedOut:
    return FollowedOut(
        origin=log.origin,
        publisher=log.publisher,
        corridor=log.corridor,
        status=log.status,
        reason=log.reason,
        size=str(log.size),
        heartbeat=moment_to_text(log.heartbeat) if log.heartbeat else "",
    )


def _found(row: RegisteredAct, standing: Standing) -> Found:
    # What the fold read of the same bytes is not read again.
    is_same = standing.issued is not None and standing.issued.digest == row.digest
    read = standing.certificate if is_same and standing.certificate else certificate_of(row)
    return Found(
        subject=row.subject,
        form=row.form,
        number=row.number,
        date=row.issued_on.isoformat() if row.issued_on else "",
        issued_in=row.issued_in,
        standing=str(standing.status),
        since=moment_to_text(standing.since) if standing.since else "",
        legal_time=moment_to_text(row.legal_time) if row.legal_time else "",
        certificate=read.to_data(),
    )
