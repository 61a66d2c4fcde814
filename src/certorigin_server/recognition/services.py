"""Registering goods declarations and deciding about the certificates that they cite.

declaration    register_declaration
decision       accept · refuse · mark_returned
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import orjson
from django.db import IntegrityError, transaction

from certorigin.errors import ConflictError, FindingsError, LimitError, RightError, StandingError
from certorigin.recognition.balance import total
from certorigin.recognition.declaration import GoodsDeclaration as Declaration
from certorigin.recognition.report import Outcome
from certorigin.returns.grounds import get_ground
from certorigin.returns.utilisation import refused, utilised
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.record import Record
from certorigin_server.recognition.examination import examine_certificate
from certorigin_server.recognition.models import Decision, GoodsDeclaration
from certorigin_server.recognition.queries import (
    document_of,
    get_visible,
    is_cited,
    reference_of,
)
from certorigin_server.standing.queries import certificate_of, lock_issued, standing_of
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin.recognition.declaration import DeclaredItem
    from certorigin.recognition.report import Report
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.quantity import Quantity
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

MAX_NUMBER = 60
# What nobody can accept for any reason: there is nothing that it could be counted against.
_UNCOUNTABLE = {"match.quantity_exceeds", "match.item_unknown", "match.units_differ"}


@transaction.atomic
def register_declaration(
    *, document: Mapping[str, Any], by: User, at: datetime
) -> GoodsDeclaration:
    """Register a goods declaration. Raises ConflictError when number and date are taken."""
    reading = Record(dict(document))
    declaration = Declaration.from_record(reading)
    reading.finish()
    if by.organisation is None:
        raise RightError("right.missing", right="recognition.decide")
    if len(declaration.number) > MAX_NUMBER:
        raise LimitError("declaration.number_too_long", place="number", limit=str(MAX_NUMBER))
    try:
        with transaction.atomic():
            row = GoodsDeclaration.objects.create(
                post=by.organisation,
                number=declaration.number,
                date=declaration.date,
                document=strict_bytes(declaration.to_data()).decode(),
                registered_at=at,
                registered_by=by,
            )
    except IntegrityError as error:
        number = declaration.number
        raise ConflictError("declaration.already_registered", number=number) from error
    record(by=by.username, at=at, action="recognition.declaration_registered", subject=str(row.pk))
    return row


@transaction.atomic
def accept(*, declaration: UUID, subject: str, override: str, by: User, at: datetime) -> Decision:
    """Grant the preference for what the declaration takes of a certificate.

    A report that is not `recognised` needs a recorded reason (R19): raises FindingsError. What the
    certificate can't cover can't be accepted for any reason: raises StandingError
    (`recognition.not_usable`, and as `utilised`).
    """
    row, issued, lines = _open(declaration, subject, by)
    report = examine_certificate(row, issued, at=at)
    if report.bottom_line is not Outcome.RECOGNISED and not override.strip():
        raise FindingsError(
            "recognition.reason_needed",
            _findings_of(report),
            bottom_line=str(report.bottom_line),
        )
    standing = _usable(report)
    uses = _uses(lines, issued)
    act = utilised(
        standing,
        declaration=DocumentReference(row.number, row.date),
        post=row.post.name,
        items=uses,
        head_size=_head_used(report, issued)[1],
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        issuer=central_customs_authority().urn,
    )
    return _keep(
        row, issued, report, act, by, at, outcome="accepted", items=uses, override=override
    )


@transaction.atomic
def refuse(
    *, declaration: UUID, subject: str, ground: str, remark: str, by: User, at: datetime
) -> Decision:
    """Refuse the preference on a ground of the closed list (R57).

    Raises UnknownError for another ground or certificate, StandingError when the ground does not
    exist at release, or speaks of a paper that the certificate does not have.
    """
    get_ground(ground)
    row, issued, _ = _open(declaration, subject, by)
    report = examine_certificate(row, issued, at=at)
    act = refused(
        report.standing or standing_of(subject, at=at),
        declaration=DocumentReference(row.number, row.date),
        post=row.post.name,
        ground=ground,
        remark=remark,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at,
        issuer=central_customs_authority().urn,
    )
    return _keep(row, issued, report, act, by, at, outcome="refused", ground=ground, remark=remark)


def mark_returned(*, decision: Decision, at: datetime) -> None:
    """Note that the act which tells the issuing state was prepared. Runs in its transaction."""
    changed = Decision.objects.filter(pk=decision.pk, returned_at=None).update(returned_at=at)
    if not changed:
        raise ConflictError("recognition.already_returned", subject=decision.subject)


def _keep(
    row: GoodsDeclaration,
    issued: RegisteredAct,
    report: Report,
    act: Act,
    by: User,
    at: datetime,
    *,
    outcome: str,
    items: tuple[ItemUse, ...] = (),
    **reasons: str,
) -> Decision:
    head_origin, head_size = _head_used(report, issued)
    decision = Decision.objects.create(
        declaration=row,
        subject=issued.subject,
        outcome=outcome,
        report=orjson.dumps(report.to_data(), option=orjson.OPT_SORT_KEYS).decode(),
        items=strict_bytes([use.to_data() for use in items]).decode(),
        head_origin=head_origin,
        head_size=head_size,
        decided_at=at,
        decided_by=by,
        act=act.id,
        document=strict_bytes(act.to_document()).decode(),
        **reasons,
    )
    record(
        by=by.username,
        at=at,
        action=f"recognition.{outcome}",
        subject=issued.subject,
        declaration=str(row.pk),
        bottom_line=str(report.bottom_line),
        **{name: value for name, value in reasons.items() if name != "remark" and value},
    )
    return decision


def _head_used(report: Report, issued: RegisteredAct) -> tuple[str, int]:
    head = report.head
    return (head.origin, head.size) if head else (issued.origin, issued.index + 1)


def _open(
    declaration: UUID, subject: str, by: User
) -> tuple[GoodsDeclaration, RegisteredAct, list[DeclaredItem]]:
    """Return a declaration, a certificate, and the lines of the one that rest on the other.

    The certificate stays locked until the transaction ends, so that of two officers at one moment
    the second sees what the first decided. Raises UnknownError; StandingError
    (`recognition.not_cited`) when no line rests on it; ConflictError (`…already_decided`).
    """
    row = get_visible(declaration, user=by)
    issued = lock_issued(subject)
    reference = reference_of(issued)
    lines = [
        item
        for item in document_of(row).items
        if item.claim is not None and is_cited(reference, item.claim.certificate)
    ]
    if not lines:
        raise StandingError("recognition.not_cited", number=reference.number)
    if row.decisions.filter(subject=subject).exists():
        raise ConflictError("recognition.already_decided", subject=subject)
    return row, issued, lines


def _uses(lines: list[DeclaredItem], issued: RegisteredAct) -> tuple[ItemUse, ...]:
    """Return what the lines take of each item of the certificate, in its unit, item by item."""
    units = {item.sequence: item.quantity.unit for item in certificate_of(issued).items}
    taken: dict[int, list[Quantity]] = {}
    for line in lines:
        if line.claim is not None:
            taken.setdefault(line.claim.item, []).append(line.quantity)
    return tuple(ItemUse(item, total(taken[item], units[item])) for item in sorted(taken))


def _usable(report: Report) -> Standing:
    standing = report.standing
    exceeds = [
        finding.code
        for finding in (report.match.all_findings if report.match else ())
        if finding.code in _UNCOUNTABLE
    ]
    if standing is None or exceeds or str(standing.status) not in {"valid", "used_up"}:
        status = str(standing.status) if standing else "unknown"
        reason = exceeds[0] if exceeds else f"standing.{status}"
        raise StandingError("recognition.not_usable", reason=reason)
    return standing


def _findings_of(report: Report) -> list[Finding]:
    parts = [
        Finding(part.code, name, facts=part.facts)
        for name, part in report.parts.items()
        if part.outcome in {Outcome.REFUSED, Outcome.UNDETERMINED}
    ]
    return [*parts, *(report.match.all_findings if report.match else ())]
