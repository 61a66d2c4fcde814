"""Demanding paper originals, and recording what came.

demand_paper · answer_demand · require_ground · require_reason
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin.errors import ConflictError, FindingsError, LimitError, StandingError
from certorigin.returns.paper_original import (
    answered,
    check_demand,
    check_outcome,
    demanded,
    find_closed,
    needs_reason,
)
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import number_key
from certorigin_server.recognition.models import PaperDemand
from certorigin_server.recognition.paper.queries import demands_on, get_demand, outcomes_on
from certorigin_server.recognition.queries import document_of as declaration_of
from certorigin_server.recognition.queries import find_cited, lines_on, lock_visible
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.queries import find_act
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import seal_slot
from certorigin_server.standing.queries import certificate_of, standing_of
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin_server.recognition.models import GoodsDeclaration
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

MAX_REMARK = 1_000


@transaction.atomic
def demand_paper(
    *,
    declaration: UUID,
    reference: CertificateReference,
    reason: str,
    until: date,
    remark: str = "",
    by: User,
    at: datetime,
) -> PaperDemand:
    """Demand the paper original of a certificate that a declaration cites (R20; Rules 6.1).

    The issuing state learns it where the certificate is here: the act is prepared in the same
    transaction. Raises UnknownError, StandingError (also `recognition.not_cited`) as
    `check_demand`, ConflictError (`demand.open_already`), LimitError for too long a remark.
    """
    row = lock_visible(declaration, user=by)
    _check_remark(remark)
    if not lines_on(declaration_of(row), reference):
        raise StandingError("recognition.not_cited", number=reference.number)
    found = find_cited(reference)
    issued = found[0] if len(found) == 1 else None
    medium = certificate_of(issued).medium if issued else ""
    today = timezone.localdate(at)
    check_demand(reason, medium=medium, number=reference.number, until=until, today=today)
    if demands_on(row, reference).filter(answered_at=None).exists():
        raise ConflictError("demand.open_already", number=reference.number)
    act = _tell_demand(row, issued, reason, until, remark, by, at) if issued else ""
    try:
        with transaction.atomic():
            made = PaperDemand.objects.create(
                declaration=row,
                form=reference.form,
                number=reference.number,
                number_key=number_key(reference.number),
                issued_on=reference.date,
                issued_in=reference.issued_in,
                subject=issued.subject if issued else "",
                reason=reason,
                remark=remark.strip(),
                until=until,
                demanded_at=at,
                demanded_by=by,
                act=act,
            )
    except IntegrityError as error:
        raise ConflictError("demand.open_already", number=reference.number) from error
    record(
        by=by.username,
        at=at,
        action="recognition.paper_demanded",
        subject=made.subject or str(row.pk),
        declaration=str(row.pk),
        reason=reason,
    )
    return made


@transaction.atomic
def answer_demand(
    *, demand: int, outcome: str, remark: str = "", by: User, at: datetime
) -> PaperDemand:
    """Record what came of a demand, once. The issuing state learns it where it knew the demand.

    Raises UnknownError, StandingError (`demand.term_runs`), ConflictError (`demand.answered`),
    LimitError for too long a remark.
    """
    row = get_demand(demand, user=by)
    lock_visible(row.declaration_id, user=by)
    _check_remark(remark)
    check_outcome(outcome, until=row.until, today=timezone.localdate(at))
    waiting = PaperDemand.objects.filter(pk=row.pk, answered_at=None)
    if not waiting.exists():
        raise ConflictError("demand.answered", number=row.number)
    act = _tell_answer(row, outcome, remark, by, at) if row.act else ""
    waiting.update(
        outcome=outcome,
        outcome_remark=remark.strip(),
        answered_at=at,
        answered_by=by,
        answer_act=act,
    )
    record(
        by=by.username,
        at=at,
        action="recognition.paper_answered",
        subject=row.subject or str(row.declaration_id),
        declaration=str(row.declaration_id),
        outcome=outcome,
    )
    return get_demand(demand, user=by)


def require_ground(row: GoodsDeclaration, reference: CertificateReference, ground: str) -> None:
    """Let a ground of paper pass only when the paper was seen, or failed to come (R20, R57).

    Raises StandingError (`refusal.paper_not_demanded`, `refusal.paper_not_seen`).
    """
    code = find_closed(ground, outcomes_on(row, reference))
    if code:
        raise StandingError(code, ground=ground)


def require_reason(row: GoodsDeclaration, reference: CertificateReference, override: str) -> None:
    """Let nothing be accepted while a demand is open, nor without a reason after a bad outcome.

    Raises StandingError (`demand.still_open`), FindingsError (`demand.reason_needed`).
    """
    if demands_on(row, reference).filter(answered_at=None).exists():
        raise StandingError("demand.still_open", number=reference.number)
    if needs_reason(outcomes_on(row, reference)) and not override.strip():
        found = [Finding("demand.reason_needed", "override")]
        raise FindingsError("demand.reason_needed", found)


def _check_remark(remark: str) -> None:
    if len(remark) > MAX_REMARK:
        raise LimitError("web.text_too_long", place="remark", limit=str(MAX_REMARK))


def _tell_demand(
    row: GoodsDeclaration,
    issued: RegisteredAct,
    reason: str,
    until: date,
    remark: str,
    by: User,
    at: datetime,
) -> str:
    act = demanded(
        standing_of(issued.subject, at=at),
        declaration=DocumentReference(row.number, row.date),
        post=row.post.name,
        reason=reason,
        remark=remark.strip(),
        until=until,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at.replace(microsecond=0),
        issuer=central_customs_authority().urn,
    )
    return _prepare(act, by=by, at=at)


def _tell_answer(row: PaperDemand, outcome: str, remark: str, by: User, at: datetime) -> str:
    stored = find_act(row.act)
    assert stored is not None  # noqa: S101 - it was prepared with the demand
    act = answered(
        Act.from_document(parse_strict((stored.sealed or stored.document).encode())),
        digest=stored.digest or "",
        outcome=outcome,
        remark=remark.strip(),
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at.replace(microsecond=0),
    )
    return _prepare(act, by=by, at=at)


def _prepare(act: Act, *, by: User, at: datetime) -> str:
    """Have the act sealed in the name of the central customs authority; the officer is in it."""
    slot = seal_slot(get_keyring(), controller=act.issuer, at=at)
    return prepare_act(act=act, slots=[slot], by=by.username, at=at).pk
