"""Customs asks, repeats, judges the answer, and gives a preference back.

a request      ask · repeat_request · judge_reply
a refusal      restore
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import ConflictError, RightError, StandingError
from certorigin.returns.asking import RANDOM_CHECK, judged, repeated, requested
from certorigin.returns.restoration import restored
from certorigin.standing.entry import read_body
from certorigin.standing.fold import fold
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.requests import INADEQUATE, VerificationRequest
from certorigin_server.recognition.queries import (
    act_of,
    acts_and_decisions,
    decisions_on,
    document_of,
    get_decision,
    get_received,
    lines_on,
    reference_of,
)
from certorigin_server.recognition.uses.queries import items_taken
from certorigin_server.returns.models import Restoration, Verification
from certorigin_server.returns.requests.queries import (
    get_asked_by,
    random_today,
    restoration_of,
    thread_of,
    threads_about,
)
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import seal_slot
from certorigin_server.standing.queries import lock_issued, standing_of
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority
from certorigin_server.users.services import lock_organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.goods import DocumentReference
    from certorigin.vocabulary.requests import Question
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct
    from certorigin_server.users.queries import User


@transaction.atomic
def ask(
    *,
    subject: str,
    number: str,
    grounds: Sequence[str],
    questions: Sequence[Question],
    preference: str,
    remark: str,
    keyring: Keyring,
    by: User,
    at: datetime,
    declaration: DocumentReference | None = None,
) -> Verification:
    """Send a verification request about a certificate that we received (R52; Rules 9-1).

    Raises UnknownError for one that is not here, and as `requested`.
    """
    if by.organisation is None:
        raise RightError("right.missing", right="returns.ask")
    get_received(subject)
    if RANDOM_CHECK in grounds:
        lock_organisation(central_customs_authority())  # of the last one today there is one
    lock_issued(subject)  # of two officers at once, one asks and the other is told
    act = requested(
        standing_of(subject, at=at),
        threads_about(subject, at=at),
        number=number,
        grounds=grounds,
        questions=questions,
        preference=preference,
        post=by.organisation.name,
        officer=by.officer_urn,
        issuer=central_customs_authority().urn,
        act_id=_new_id(),
        at=at,
        declaration=declaration,
        remark=remark.strip(),
        random_today=random_today(at=at),
    )
    body = read_body(act, VerificationRequest.from_record)
    row = Verification.objects.create(
        request=act.id,
        subject=subject,
        certificate_number=body.certificate.number,
        number=body.registration.number[:60],
        is_random=RANDOM_CHECK in grounds,
        post=by.organisation,
        asked_at=at,
    )
    record(by=by.username, at=at, action="returns.asked", subject=subject, request=act.id)
    _prepare(act, keyring, by=by, at=at)
    return row


@transaction.atomic
def repeat_request(
    *, row: int, number: str, remark: str, keyring: Keyring, by: User, at: datetime
) -> SealedAct:
    """Send the repeat to which the Rules oblige customs (R53). Raises as `repeated`."""
    found = get_asked_by(row, user=by)
    lock_issued(found.subject)
    act = repeated(
        standing_of(found.subject, at=at),
        thread_of(found, at=at),
        number=number,
        post=found.post.name if found.post else "",
        officer=by.officer_urn,
        issuer=central_customs_authority().urn,
        act_id=_new_id(),
        at=at,
        remark=remark.strip(),
    )
    action = "returns.repeated"
    record(by=by.username, at=at, action=action, subject=found.subject, request=found.request)
    return _prepare(act, keyring, by=by, at=at)


@transaction.atomic
def judge_reply(
    *, row: int, outcome: str, remark: str, keyring: Keyring, by: User, at: datetime
) -> SealedAct:
    """Say whether the answer suffices, or take the request back. Raises as `judged`."""
    found = get_asked_by(row, user=by)
    lock_issued(found.subject)
    thread = thread_of(found, at=at)
    newest = thread.reply.entry.act.id if thread.reply else ""
    if newest and any(one.act.body.get("reply") == newest for one in thread.pending):
        raise ConflictError("request.judged_already", request=found.request)
    act = judged(
        standing_of(found.subject, at=at),
        thread,
        outcome=outcome,
        officer=by.officer_urn,
        issuer=central_customs_authority().urn,
        act_id=_new_id(),
        at=at,
        remark=remark.strip(),
    )
    if outcome != INADEQUATE:
        Verification.objects.filter(pk=found.pk, closed_at=None).update(closed_at=at)
    record(
        by=by.username,
        at=at,
        action="returns.judged",
        subject=found.subject,
        request=found.request,
        outcome=outcome,
    )
    return _prepare(act, keyring, by=by, at=at)


@transaction.atomic
def restore(
    *,
    decision: int,
    basis: str,
    document: DocumentReference | None,
    remark: str,
    keyring: Keyring,
    by: User,
    at: datetime,
) -> Restoration:
    """Give a refused preference back (R58; Rules 9-2).

    What it takes is counted unless an acceptance before the refusal was. Raises UnknownError,
    StandingError (`restoration.not_refused`) and as `restored`; ConflictError
    (`restoration.made_already`).
    """
    refusal = get_decision(decision, user=by)
    if refusal.outcome != "refused":
        raise StandingError("restoration.not_refused", number=refusal.declaration.number)
    issued = lock_issued(refusal.subject)
    if restoration_of(refusal.pk) is not None:
        raise ConflictError("restoration.made_already", number=refusal.declaration.number)
    made = decisions_on(refusal.declaration, subject=refusal.subject)
    was_counted = any(one.outcome == "accepted" for one in made)
    acts = acts_and_decisions(refusal.subject, at=at)
    items: tuple[ItemUse, ...] = (
        ()
        if was_counted
        else items_taken(lines_on(document_of(refusal.declaration), reference_of(issued)), issued)
    )
    act = restored(
        fold(acts, subject=refusal.subject, at=at),
        act_of(refusal),
        threads_about(refusal.subject, at=at),
        basis=basis,
        document=document,
        items=items,
        head_size=refusal.head_size,
        officer=by.officer_urn,
        issuer=central_customs_authority().urn,
        act_id=_new_id(),
        at=at,
        remark=remark.strip(),
    )
    row = Restoration.objects.create(
        decision=refusal, basis=basis, act=act.id, restored_at=at, restored_by=by
    )
    record(by=by.username, at=at, action="returns.restored", subject=refusal.subject, basis=basis)
    _prepare(act, keyring, by=by, at=at)
    return row


def _new_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def _prepare(act: Act, keyring: Keyring, *, by: User, at: datetime) -> SealedAct:
    """Prepare an act in the name of the central customs authority; the officer is named in it."""
    slot = seal_slot(keyring, controller=act.issuer, at=at)
    return prepare_act(act=act, slots=[slot], by=by.username, at=at)
