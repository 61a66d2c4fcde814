"""The issuing body answers with four eyes, and says that it looks into a certificate.

a request      draft_reply · confirm_reply · send_back_reply
a certificate  announce_review
from the logs  take_act
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import ConflictError, FindingsError, RightError, StandingError
from certorigin.returns.asking import attach, check_reply, replied
from certorigin.returns.review import announced
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.standing.entry import publisher_of, read_body
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.requests import (
    INADEQUATE,
    VerificationJudgement,
    VerificationRequest,
)
from certorigin_server.application.queries import worksheet_of
from certorigin_server.assessment.queries import decision_of, reasons_of
from certorigin_server.certification.queries import find_certificate, get_visible
from certorigin_server.returns.models import ReplyDraft, TakenAct, Verification
from certorigin_server.returns.requests.queries import (
    answers_in,
    data_of,
    find_verification,
    get_asked_of,
    is_ours,
    open_draft,
    thread_of,
)
from certorigin_server.returns.services import require_sealer
from certorigin_server.seal.services import prepare_act
from certorigin_server.standing.queries import issued_act_of, lock_issued, standing_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.vocabulary.requests import Answer, AttachedAssessment
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

MAX_REASON = 1_000


@transaction.atomic
def draft_reply(
    *,
    row: int,
    answers: Sequence[Answer],
    finding: str,
    remark: str,
    with_assessment: bool,
    by: User,
    at: datetime,
) -> ReplyDraft:
    """Draft the answer for a second person to confirm. A newer draft takes the place of an older.

    Raises UnknownError, RightError for people of another body, FindingsError with all that lacks.
    """
    found = get_asked_of(row, user=by)
    _require_own(found, by)
    lock_issued(found.subject)  # of two drafts at once the later takes the place of the other
    findings = check_reply(thread_of(found, at=at), answers, finding, remark)
    if findings:
        raise FindingsError("reply.incomplete", findings)
    data = {"answers": [one.to_data() for one in answers]}
    given = {"finding": finding, "remark": remark.strip()}
    flags = {"withAssessment": "yes"} if with_assessment else {}
    document = {**data, **{name: text for name, text in given.items() if text}, **flags}
    found.drafts.filter(decided_at=None).update(decided_at=at, decided_by=by)
    draft = ReplyDraft.objects.create(
        verification=found,
        document=strict_bytes(document).decode(),
        drafted_by=by,
        drafted_at=at,
    )
    action = "returns.reply_drafted"
    record(by=by.username, at=at, action=action, subject=found.subject, request=found.request)
    return draft


@transaction.atomic
def confirm_reply(*, row: int, draft: int, keyring: Keyring, by: User, at: datetime) -> SealedAct:
    """Confirm the answer that another person drafted, and so send it (R54).

    Raises ConflictError (`reply.draft_changed`) for a draft that is not the newest, RightError, and
    as `replied`.
    """
    found = get_asked_of(row, user=by)
    _require_own(found, by)
    waiting = open_draft(found)
    if waiting is None or waiting.pk != draft:
        raise ConflictError("reply.draft_changed", request=found.request)
    lock_issued(found.subject)
    certificate = get_visible(found.subject, user=by)
    slots = require_sealer(certificate, keyring, by=by, at=at)
    data = data_of(waiting)
    act = replied(
        standing_of(found.subject, at=at),
        thread_of(found, at=at),
        answers=answers_in(data),
        finding=str(data.get("finding", "")),
        remark=str(data.get("remark", "")),
        assessment=attached_to(found.subject) if data.get("withAssessment") else None,
        officer=by.officer_urn,
        drafter=waiting.drafted_by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
    )
    changed = ReplyDraft.objects.filter(pk=waiting.pk, decided_at=None).update(
        decided_at=at, decided_by=by, act=act.id
    )
    if not changed:
        raise ConflictError("reply.draft_changed", request=found.request)
    action = "returns.replied"
    record(by=by.username, at=at, action=action, subject=found.subject, request=found.request)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


@transaction.atomic
def send_back_reply(*, row: int, draft: int, reason: str, by: User, at: datetime) -> None:
    """Send a draft back with a reason. Raises ConflictError, RightError, FindingsError."""
    found = get_asked_of(row, user=by)
    _require_own(found, by)
    if not reason.strip():
        lacks = Finding("reply.reason_missing", "reason")
        raise FindingsError("reply.reason_missing", [lacks])
    waiting = found.drafts.filter(pk=draft, decided_at=None)
    if not waiting.update(decided_at=at, decided_by=by, sent_back=reason.strip()[:MAX_REASON]):
        raise ConflictError("reply.draft_changed", request=found.request)
    action = "returns.reply_sent_back"
    record(by=by.username, at=at, action=action, subject=found.subject, request=found.request)


@transaction.atomic
def announce_review(
    *, subject: str, ends: datetime, remark: str, keyring: Keyring, by: User, at: datetime
) -> SealedAct:
    """Tell customs that the body looks into a certificate until a moment; `at` ends it.

    Raises UnknownError, RightError, StandingError (`annulment.not_logged_yet`, `review.too_long`).
    """
    certificate = get_visible(subject, user=by)
    slots = require_sealer(certificate, keyring, by=by, at=at)
    if issued_act_of(subject) is None:
        raise StandingError("annulment.not_logged_yet", number=certificate.number)
    act = announced(
        standing_of(subject, at=at),
        ends=ends,
        remark=remark.strip(),
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
    )
    record(by=by.username, at=at, action="returns.review_announced", subject=subject)
    return prepare_act(act=act, slots=slots, by=by.username, at=at)


def attached_to(subject: str) -> AttachedAssessment | None:
    """Return the assessment behind a certificate of ours as a reply carries it, or None."""
    certificate = find_certificate(subject)
    decided = decision_of(certificate.application_id) if certificate else None
    if decided is None:
        return None
    return attach(worksheet_of(decided.worksheet), reasons_of(decided))


@transaction.atomic
def take_act(row: RegisteredAct, *, at: datetime) -> None:
    """Bring a registered act of a request to the desk that it concerns; each once.

    A request reaches the body that issued; one of ours that a restore lost comes back to the
    central authority. A judgement that settles, of the state that asked, takes it off both work
    lists.
    """
    TakenAct.objects.create(act=row.act, taken_at=at)
    act = Act.from_document(parse_strict(row.raw.encode()))
    if act.kind is Kind.VERIFICATION_REQUESTED:
        _take_request(act, row.publisher, at=at)
    elif act.kind is Kind.VERIFICATION_JUDGED:
        body = read_body(act, VerificationJudgement.from_record)
        known = find_verification(body.request)
        is_askers = known is not None and (known.post_id is not None) == is_ours(row.publisher)
        if known is not None and is_askers and body.outcome != INADEQUATE:
            Verification.objects.filter(pk=known.pk, closed_at=None).update(closed_at=at)


def _take_request(act: Act, publisher: str, *, at: datetime) -> None:
    if find_verification(act.id) is not None or is_ours(publisher):
        return
    certificate = find_certificate(act.subject)
    if certificate is None or not is_ours(publisher_of(act.subject) or ""):
        return  # not ours to answer: it stands in the register
    body = read_body(act, VerificationRequest.from_record)
    Verification.objects.create(
        request=act.id,
        subject=act.subject,
        certificate_number=certificate.number,
        number=body.registration.number[:60],
        body=certificate.body,
        asked_at=at,
    )
    record(by="", at=at, action="returns.request_taken", subject=act.subject, request=act.id)


def _require_own(row: Verification, by: User) -> None:
    if row.body_id != by.organisation_id:
        raise RightError("certification.another_body")
