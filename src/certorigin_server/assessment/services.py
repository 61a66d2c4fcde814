"""Deciding whether goods originate: the library decides, this room remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.assessment.due import Due, due_for
from certorigin.assessment.refusal import CRITERIA_NOT_MET, require_ground
from certorigin.errors import (
    ConflictError,
    FindingsError,
    MalformedError,
    RightError,
    StandingError,
)
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.finding import has_errors
from certorigin.vocabulary.form import get_form
from certorigin_server.application.power import require_power
from certorigin_server.application.queries import get_visible, latest_worksheet, worksheet_of
from certorigin_server.application.services import (
    LONGEST_TEXT,
    close_decided,
    lock_decided,
    lock_undecided,
    open_again,
    state_facts,
)
from certorigin_server.assessment.models import Appeal, Assessment, Refusal, Reopening
from certorigin_server.assessment.queries import (
    appeal_of,
    appeal_until,
    basis_of,
    decision_of,
    find_misfits,
    get_appeal,
    judge_case,
    refusal_in_force,
    round_of,
)
from certorigin_server.trail.services import record
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.assessment.worksheet import Worksheet
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.queries import User

# As much as a reopening can tell.
LONGEST_REASON = 1_000


@transaction.atomic
def decide(
    *, application: UUID, worksheet_version: int, by: User, at: datetime, remark: str = ""
) -> Assessment:
    """Decide on the facts of production that the officer saw, and keep every reason and figure.

    What is decided is whether the form asked for is due (R43). `undetermined` leaves the
    application open: its reasons name the missing facts. Any other decision is final. Raises
    UnknownError, StandingError (`application.not_submitted`, `application.decided`,
    `assessment.without_worksheet`, `assessment.conditions_not_met`), RightError
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
    reasons = judge_case(row, worksheet, at=at).reasons
    due = due_for(reasons, get_form(row.form))
    if due is Due.CONDITIONS_NOT_MET:
        raise StandingError("assessment.conditions_not_met", form=row.form)
    assessment = Assessment.objects.create(
        application=row,
        worksheet=facts,
        decision=str(due),
        document=strict_bytes(reasons.to_data()).decode(),
        remark=remark,
        round=round_of(row.pk),
        basis=strict_bytes(basis_of(row, facts).to_data()).decode(),
        decided_at=at,
        decided_by=by,
    )
    if due is not Due.UNDETERMINED:
        close_decided(application=row, at=at, to_certify=due.can_be_certified)
    record(
        by=by.username,
        at=at,
        action="assessment.decided",
        subject=row.urn,
        decision=assessment.decision,
        worksheet=str(facts.version),
    )
    if due is Due.NOT_ORIGINATING:
        _refuse(row, CRITERIA_NOT_MET, assessment=assessment, by=by, at=at)
    return assessment


@transaction.atomic
def refuse(
    *,
    application: UUID,
    worksheet_version: int,
    ground: str,
    by: User,
    at: datetime,
    remark: str = "",
) -> Refusal:
    """Refuse to certify, on a ground of the closed list that the assessment bears out (R57).

    Goods that do not meet the criteria are decided about, and refused by that, but for forms that
    ask for less (R43). Raises as `decide`,
    UnknownError (`assessment.ground_unknown`), StandingError (`assessment.ground_unfit`,
    `assessment.remark_missing`), MalformedError (`application.text_too_long`).
    """
    row = _lock_own(application, by=by)
    facts = latest_worksheet(row)
    version = facts.version if facts else 0
    if version != worksheet_version:
        raise ConflictError("application.changed_meanwhile", version=str(version))
    reasons = judge_case(row, worksheet_of(facts), at=at).reasons if facts else None
    require_ground(ground, reasons, remark=remark)
    said = require_text(remark, empty=True)
    if ground == CRITERIA_NOT_MET and get_form(row.form).preferential:
        decided = decide(application=row.pk, worksheet_version=version, remark=said, by=by, at=at)
        return Refusal.objects.get(assessment=decided)
    document = strict_bytes(reasons.to_data()).decode() if reasons else ""
    close_decided(application=row, at=at)
    return _refuse(row, ground, remark=said, document=document, facts=facts, by=by, at=at)


@transaction.atomic
def file_appeal(*, application: UUID, text: str, by: User, at: datetime) -> Appeal:
    """File the applicant's appeal against the refusal that holds, within its term.

    Raises UnknownError, RightError (`application.not_a_trader`, `…no_power`), StandingError
    (`application.undecided`, `assessment.not_refused`, `assessment.appeal_late`), ConflictError
    (`assessment.appealed_already`), MalformedError (`application.text_missing`, `…text_too_long`).
    """
    if by.organisation is None or not is_trader(by.organisation):
        raise RightError("application.not_a_trader")
    row = lock_decided(application=get_visible(application, user=by).pk)
    require_power(row, by=by, at=at)
    refusal = refusal_in_force(row)
    if refusal is None:
        raise StandingError("assessment.not_refused", application=str(row.pk))
    if appeal_of(refusal) is not None:
        raise ConflictError("assessment.appealed_already", application=str(row.pk))
    until = appeal_until(refusal)
    if timezone.localdate(at) > until:
        raise StandingError("assessment.appeal_late", until=until.isoformat())
    appeal = Appeal.objects.create(
        refusal=refusal, text=require_text(text), filed_at=at, filed_by=by
    )
    record(by=by.username, at=at, action="assessment.appealed", subject=row.urn)
    return appeal


@transaction.atomic
def resolve_appeal(*, appeal: UUID, outcome: str, reason: str, by: User, at: datetime) -> Appeal:
    """Resolve an appeal, with a reason; one that is upheld opens the case again.

    Another officer than the one who refused does it, of the same body or of the one above it.
    Raises UnknownError, RightError (`assessment.another_body`, `assessment.own_refusal`),
    StandingError (`assessment.appeal_resolved`), MalformedError.
    """
    if outcome not in Appeal.Outcome.values:
        raise MalformedError("assessment.outcome_unknown", place="outcome", value=outcome[:40])
    found = get_appeal(appeal, user=by)
    row = lock_decided(application=found.refusal.application_id)
    body = found.refusal.application.body
    if body is None or by.organisation_id not in {body.pk, body.parent_id}:
        raise RightError("assessment.another_body")
    if found.refusal.refused_by_id == by.pk:
        raise RightError("assessment.own_refusal")
    locked = Appeal.objects.select_for_update().get(pk=found.pk)
    if locked.resolved_at is not None:
        raise StandingError("assessment.appeal_resolved", appeal=str(locked.pk))
    locked.outcome, locked.reason = outcome, require_text(reason)
    locked.resolved_at, locked.resolved_by = at, by
    locked.save()
    if outcome == Appeal.Outcome.UPHELD:
        _open_refused(found.refusal, row, reason=locked.reason, by=by, at=at)
    facts = {"appeal": str(locked.pk), "outcome": outcome}
    record(by=by.username, at=at, action="assessment.appeal_resolved", subject=row.urn, **facts)
    return locked


def _open_refused(
    refusal: Refusal, row: Application, *, reason: str, by: User, at: datetime
) -> None:
    """Open what was refused: the decision if one was made, else the application alone."""
    if refusal.assessment is not None:
        reopen(assessment=refusal.assessment, reason=reason[:LONGEST_REASON], by=by, at=at)
    else:
        open_again(application=row, at=at)
    record(by=by.username, at=at, action="assessment.refusal_lifted", subject=row.urn)


def _refuse(
    row: Application,
    ground: str,
    *,
    by: User,
    at: datetime,
    assessment: Assessment | None = None,
    facts: WorksheetVersion | None = None,
    remark: str = "",
    document: str = "",
) -> Refusal:
    if assessment is not None:
        remark, basis = assessment.remark, assessment.basis
    else:
        basis = strict_bytes(basis_of(row, facts).to_data()).decode()
    refusal = Refusal.objects.create(
        application=row,
        assessment=assessment,
        round=round_of(row.pk),
        ground=ground,
        remark=remark,
        document=document,
        basis=basis,
        refused_at=at,
        refused_by=by,
    )
    record(by=by.username, at=at, action="assessment.refused", subject=row.urn, ground=ground)
    return refusal


def require_text(text: str, *, empty: bool = False) -> str:
    """Return what somebody wrote, without blanks around. Raises MalformedError."""
    said = text.strip()
    if not said and not empty:
        raise MalformedError("application.text_missing", place="text")
    if len(said) > LONGEST_TEXT:
        raise MalformedError("application.text_too_long", place="text", limit=str(LONGEST_TEXT))
    return said


def hold_decision(*, assessment: Assessment) -> None:
    """Keep a decision as it is until the transaction of what rests on it ends.

    Raises StandingError (`application.undecided`) when it was opened again since it was read.
    """
    row = lock_decided(application=assessment.application_id)
    if decision_of(row.pk) != assessment:
        raise StandingError("application.undecided", application=str(row.pk))


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
    open_again(application=decided, at=at)
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
