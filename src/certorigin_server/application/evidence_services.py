"""Attaching files to applications, taking them out, and giving them out (R16, R17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.application.evidence import (
    KINDS,
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    look_at,
)
from certorigin.errors import LimitError, MalformedError, RightError, StandingError, UnknownError
from certorigin_server.application.evidence_folder import keep_file, read_file
from certorigin_server.application.evidence_queries import evidence_of, get_evidence, may_attach
from certorigin_server.application.evidence_scan import require_clean
from certorigin_server.application.models import Application, Evidence
from certorigin_server.application.power import require_power
from certorigin_server.application.queries import visible_to
from certorigin_server.trail.services import record, record_read
from certorigin_server.users.power_queries import Covers
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.application.evidence import FileFacts
    from certorigin_server.users.queries import User


def attach(
    *, application: UUID, raw: bytes, name: str, kind: str, by: User, at: datetime
) -> Evidence:
    """Attach a file in which the scanner found nothing, as `attach_scanned` does.

    Nobody waits for the scanner with a row locked, and nothing is scanned for who sees no such
    application. Raises as `look_at`, `require_clean` and `attach_scanned`.
    """
    if not visible_to(by).filter(pk=application).exists():
        raise UnknownError("application.unknown", application=str(application))
    facts = look_at(raw, name=name)
    require_clean(raw)
    return attach_scanned(application=application, raw=raw, facts=facts, kind=kind, by=by, at=at)


@transaction.atomic
def attach_scanned(
    *, application: UUID, raw: bytes, facts: FileFacts, kind: str, by: User, at: datetime
) -> Evidence:
    """Attach a file; attaching the same bytes again gives back what is there.

    `facts` are what `look_at` found of these bytes. Raises UnknownError, StandingError
    (`application.closed`), RightError (`application.another_body`, `application.no_power`),
    LimitError, MalformedError (`evidence.kind_unknown`).
    """
    if kind not in KINDS:
        raise MalformedError("evidence.kind_unknown", place="kind", value=kind[:40])
    row = _lock(application, by=by, at=at)
    there = evidence_of(row)
    same = next((one for one in there if one.digest == facts.digest), None)
    if same is not None:
        return same
    if len(there) >= MOST_FILES:
        raise LimitError("evidence.too_many", place="file", limit=str(MOST_FILES))
    if sum(one.size for one in there) + facts.size > MOST_BYTES_TOGETHER:
        raise LimitError("evidence.too_much", place="file", limit=str(MOST_BYTES_TOGETHER))
    keep_file(raw)  # before the row: a row without its file would be a lie, a file alone is none
    return _add(row, facts, kind=kind, by=by, at=at)


@transaction.atomic
def carry_over(*, source: Application, application: UUID, by: User, at: datetime) -> int:
    """Attach to a draft the files of the application that it continues; return how many.

    The bytes lie under their digest already. What does not fit the new one is taken out there.
    Raises as `attach`.
    """
    row = _lock(application, by=by, at=at)
    there = {one.digest for one in evidence_of(row)}
    carried = [one for one in evidence_of(source) if one.digest not in there]
    for one in carried:
        _add(row, one, kind=one.kind, by=by, at=at)
    return len(carried)


@transaction.atomic
def take_out(*, evidence: UUID, by: User, at: datetime) -> Evidence:
    """Take a file out of a draft; its record and its bytes stay.

    Raises as `attach`, and StandingError (`application.not_a_draft`).
    """
    found = get_evidence(evidence, user=by)
    row = _lock(found.application_id, by=by, at=at)
    if row.status != Application.Status.DRAFT:
        raise StandingError("application.not_a_draft", status=row.status)
    attached = Evidence.objects.select_for_update().get(pk=found.pk)
    if attached.removed_at is None:
        attached.removed_at = at
        attached.save(update_fields=["removed_at"])
        attached.application = row
        _note("application.evidence_taken_out", attached, by=by, at=at)
    return attached


def read(*, evidence: UUID, by: User, at: datetime) -> tuple[Evidence, bytes]:
    """Give a file out; who reads the papers of another organisation stands in the trail (R17).

    Raises UnknownError, VerificationError (`evidence.altered`).
    """
    found = get_evidence(evidence, user=by)
    raw = read_file(found.digest)
    if found.application.organisation_id != by.organisation_id:
        record_read(by=by.username, at=at, subject=found.urn)
    return found, raw


def _lock(application: UUID, *, by: User, at: datetime) -> Application:
    row = visible_to(by).select_for_update().filter(pk=application).first()
    if row is None:
        raise UnknownError("application.unknown", application=str(application))
    is_applicant = by.organisation is not None and is_trader(by.organisation)
    if is_applicant:
        require_power(row, by=by, at=at, covers=Covers.PREPARE)
    elif row.body_id != by.organisation_id:
        raise RightError("application.another_body")
    if not may_attach(row):
        raise StandingError("application.closed", status=row.status)
    return row


def _add(
    row: Application, file: FileFacts | Evidence, *, kind: str, by: User, at: datetime
) -> Evidence:
    """Put a file whose bytes are kept among those of a locked application."""
    added = Evidence.objects.create(
        application=row,
        kind=kind,
        name=file.name,
        digest=file.digest,
        size=file.size,
        media_type=file.media_type,
        added_at=at,
        added_by=by,
    )
    _note("application.evidence_attached", added, by=by, at=at)
    return added


def _note(action: str, attached: Evidence, *, by: User, at: datetime) -> None:
    facts = {"evidence": str(attached.pk), "digest": attached.digest}
    record(by=by.username, at=at, action=action, subject=attached.application.urn, **facts)
