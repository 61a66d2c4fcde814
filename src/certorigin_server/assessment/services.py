"""Deciding whether goods originate: the library decides, this room remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.assessment.assess import Decision
from certorigin.errors import ConflictError, FindingsError, RightError, StandingError
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.finding import has_errors
from certorigin_server.application.queries import latest_worksheet, worksheet_of
from certorigin_server.application.services import (
    close_decided,
    lock_decided,
    lock_undecided,
    open_again,
    state_facts,
)
from certorigin_server.assessment.models import Assessment, Reopening
from certorigin_server.assessment.queries import decision_of, find_misfits, judge, round_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.queries import User


@transaction.atomic
def decide(
    *, application: UUID, worksheet_version: int, by: User, at: datetime, remark: str = ""
) -> Assessment:
    """Decide on the facts of production that the officer saw, and keep every reason and figure.

    `undetermined` leaves the application open: its reasons name the missing facts. Any other
    decision is final. Raises UnknownError, StandingError (`application.not_submitted`,
    `application.decided`, `assessment.without_worksheet`), RightError
    (`assessment.another_body`), ConflictError (`application.changed_meanwhile`), FindingsError
    (`assessment.worksheet_does_not_fit`).
    """
    row = _lock_own(application, by=by)
    facts = latest_worksheet(row)
    if facts is None:
        raise StandingError("assessment.without_worksheet", application=str(row.pk))
    if facts.version != worksheet_version:
        raise ConflictError("application.changed_meanwhile", version=str(facts.version))
    worksheet = worksheet_of(facts)
    findings = find_misfits(worksheet, row)
    if has_errors(findings):
        raise FindingsError("assessment.worksheet_does_not_fit", findings)
    reasons = judge(worksheet, at=at)
    assessment = Assessment.objects.create(
        application=row,
        worksheet=facts,
        decision=str(reasons.decision),
        document=strict_bytes(reasons.to_data()).decode(),
        remark=remark,
        round=round_of(row.pk),
        decided_at=at,
        decided_by=by,
    )
    if reasons.decision is not Decision.UNDETERMINED:
        close_decided(application=row, at=at)
    record(
        by=by.username,
        at=at,
        action="assessment.decided",
        subject=row.urn,
        decision=assessment.decision,
        worksheet=str(facts.version),
    )
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: User, at: datetime) -> Reopening:
    """Open a decision again: the application returns to the work list, and the decision stays read.

    Whoever calls has the right to, and has locked or judged what rests on the decision (a
    certificate that was numbered can't lose it). Raises ConflictError (`assessment.open_already`).
    """
    decided = lock_decided(application=assessment.application_id)
    if decision_of(decided.pk) != assessment:
        raise ConflictError("assessment.open_already", application=str(decided.pk))
    opened = Reopening.objects.create(
        assessment=assessment, reason=reason, opened_at=at, opened_by=by
    )
    open_again(application=decided)
    record(by=by.username, at=at, action="assessment.reopened", subject=decided.urn)
    return opened


@transaction.atomic
def correct_facts(
    *, application: UUID, worksheet: Worksheet, version: int, by: User, at: datetime
) -> WorksheetVersion:
    """Keep corrected facts of production as a new version; what was stated before stays.

    Raises as `decide` and `application.services.state_facts`.
    """
    row = _lock_own(application, by=by)
    return state_facts(application=row.pk, worksheet=worksheet, version=version, by=by, at=at)


def _lock_own(application: UUID, *, by: User) -> Application:
    row = lock_undecided(application=application, by=by)
    if row.body_id != by.organisation_id:
        raise RightError("assessment.another_body")
    return row
