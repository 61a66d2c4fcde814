"""The exporter's approval of a draft: laid by the officer, answered once, bound by its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.certification.approval import digest_of_draft
from certorigin.errors import ConflictError, MalformedError, RightError, StandingError
from certorigin.seal.canonical import strict_bytes
from certorigin_server.application.power import require_power
from certorigin_server.application.queries import get_visible
from certorigin_server.application.services import lock_decided
from certorigin_server.certification.case import (
    NO_TERMS,
    Terms,
    fill_boxes,
    lock_case,
    number_of,
    require_base,
)
from certorigin_server.certification.models import DraftAnswer, LaidDraft
from certorigin_server.certification.queries import (
    is_certified,
    last_serial,
    newest_draft,
)
from certorigin_server.trail.services import record
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin_server.certification.case import Case
    from certorigin_server.users.queries import User

LONGEST_REMARK = 1000


def require_approval(case: Case, boxes: Boxes) -> None:
    """Let nothing be sealed that the exporter has not approved, where the body's rules ask for it.

    Raises StandingError (`certification.draft_not_laid`, `…draft_waits`, `…draft_to_change`,
    `…draft_changed`).
    """
    if not case.known.asks_exporter:
        return
    facts = {"application": str(case.row.pk)}
    draft = newest_draft(case.row.pk)
    if draft is None:
        raise StandingError("certification.draft_not_laid", **facts)
    if draft.digest != digest_of_draft(boxes):
        raise StandingError("certification.draft_changed", **facts)
    answer = answer_to(draft)
    if answer is None:
        raise StandingError("certification.draft_waits", **facts)
    if not answer.approved:
        raise StandingError("certification.draft_to_change", **facts)


def answer_to(draft: LaidDraft) -> DraftAnswer | None:
    """Return what the exporter said of a draft, or None."""
    return DraftAnswer.objects.select_related("answered_by").filter(draft=draft).first()


@transaction.atomic
def lay_draft(*, application: UUID, by: User, at: datetime, terms: Terms = NO_TERMS) -> LaidDraft:
    """Lay the certificate, as it would stand now, before the exporter.

    Laying the same draft again changes nothing while it waits or is approved. Raises as `certify`.
    """
    case = lock_case(application, by=by, at=at, terms=terms)
    require_base(case)
    if case.known.is_certified:
        raise StandingError("certification.done", application=str(case.row.pk))
    serial = last_serial(case.body, case.row.form, year=case.day.year) + 1
    boxes = fill_boxes(case, number_of(case, serial))
    digest, before = digest_of_draft(boxes), newest_draft(case.row.pk)
    if before is not None and before.digest == digest:
        answer = answer_to(before)
        if answer is None or answer.approved:
            return before
    draft = LaidDraft.objects.create(
        application=case.row,
        digest=digest,
        document=strict_bytes(boxes.to_data()).decode(),
        laid_at=at,
        laid_by=by,
    )
    record(
        by=by.username,
        at=at,
        action="certification.draft_laid",
        subject=case.row.urn,
        digest=digest,
    )
    return draft


@transaction.atomic
def answer_draft(
    *, application: UUID, digest: str, approved: bool, remark: str, by: User, at: datetime
) -> DraftAnswer:
    """Approve the draft that was seen, or say what should change in it.

    An agent does so under a power that covers handing in (R60). Raises UnknownError, RightError
    for all but the exporter and such agents (`application.no_power`), ConflictError
    (`certification.draft_changed_meanwhile`, `…draft_answered`), MalformedError
    (`certification.without_reason`) for a change that is not named.
    """
    row = get_visible(application, user=by)
    if by.organisation is None or not is_trader(by.organisation):
        raise RightError("right.missing", right="application.write")
    require_power(row, by=by, at=at)
    lock_decided(application=row.pk)
    draft = newest_draft(row.pk)
    if draft is None or draft.digest != digest:
        raise ConflictError("certification.draft_changed_meanwhile", application=str(row.pk))
    if answer_to(draft) is not None or is_certified(row.pk):
        raise ConflictError("certification.draft_answered", application=str(row.pk))
    if not approved and not remark.strip():
        raise MalformedError("certification.without_reason", place="remark")
    if len(remark) > LONGEST_REMARK:
        raise MalformedError("record.text_too_long", place="remark", limit=str(LONGEST_REMARK))
    answer = DraftAnswer.objects.create(
        draft=draft, approved=approved, remark=remark.strip(), answered_at=at, answered_by=by
    )
    verb = "draft_approved" if approved else "draft_to_change"
    record(
        by=by.username,
        at=at,
        action=f"certification.{verb}",
        subject=row.urn,
        digest=digest,
    )
    return answer
