"""Registering goods declarations and deciding about the certificates that they cite."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import orjson
from django.db import IntegrityError, transaction

from certorigin.errors import ConflictError, FindingsError, RightError, StandingError
from certorigin.recognition.declaration import GoodsDeclaration as Declaration
from certorigin.returns.grounds import get_ground
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record
from certorigin_server.recognition.examination import examine_certificate
from certorigin_server.recognition.models import Decision, GoodsDeclaration
from certorigin_server.recognition.queries import document_of, get_visible, reference_of
from certorigin_server.standing.queries import lock_issued
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin.recognition.report import Report
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User


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
    text = strict_bytes(declaration.to_data()).decode()
    known = GoodsDeclaration.objects.filter(number=declaration.number, date=declaration.date)
    if known.exists():
        raise ConflictError("declaration.already_registered", number=declaration.number)
    row = GoodsDeclaration.objects.create(
        post=by.organisation,
        number=declaration.number,
        date=declaration.date,
        document=text,
        registered_at=at,
        registered_by=by,
    )
    record(by=by.username, at=at, action="recognition.declaration_registered", subject=str(row.pk))
    return row


@transaction.atomic
def accept(*, declaration: UUID, subject: str, override: str, by: User, at: datetime) -> Decision:
    """Grant the preference for what the declaration takes of a certificate.

    A report that is not `recognised` needs a recorded reason (R19). What the certificate can't
    cover can't be accepted for any reason: raises StandingError (`recognition.not_usable`).
    """
    row = get_visible(declaration, user=by)
    issued = lock_issued(subject)
    report = examine_certificate(row, issued, at=at)
    if str(report.bottom_line) != "recognised" and not override.strip():
        raise FindingsError(
            "recognition.reason_needed",
            _findings_of(report),
            bottom_line=str(report.bottom_line),
        )
    _check_usable(report)
    uses = _uses(row, issued)
    return _keep(row, issued, report, by, at, outcome="accepted", items=uses, override=override)


@transaction.atomic
def refuse(
    *, declaration: UUID, subject: str, ground: str, remark: str, by: User, at: datetime
) -> Decision:
    """Refuse the preference on a ground of the closed list (R57). Raises UnknownError."""
    get_ground(ground)
    row = get_visible(declaration, user=by)
    issued = lock_issued(subject)
    report = examine_certificate(row, issued, at=at)
    return _keep(row, issued, report, by, at, outcome="refused", ground=ground, remark=remark)


def mark_returned(*, decision: Decision, at: datetime) -> None:
    """Note that the act which tells the issuing state was prepared. Runs in its transaction."""
    changed = Decision.objects.filter(pk=decision.pk, returned_at=None).update(returned_at=at)
    if not changed:
        raise ConflictError("recognition.already_returned", subject=decision.subject)


def _keep(
    row: GoodsDeclaration,
    issued: RegisteredAct,
    report: Report,
    by: User,
    at: datetime,
    *,
    outcome: str,
    items: tuple[ItemUse, ...] = (),
    **reasons: str,
) -> Decision:
    head = report.head
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                declaration=row,
                subject=issued.subject,
                outcome=outcome,
                report=orjson.dumps(report.to_data(), option=orjson.OPT_SORT_KEYS).decode(),
                items=strict_bytes([use.to_data() for use in items]).decode(),
                head_origin=head.origin if head else issued.origin,
                head_size=head.size if head else issued.index + 1,
                decided_at=at,
                decided_by=by,
                act=f"urn:uuid:{uuid.uuid4()}",
                **reasons,
            )
    except IntegrityError as error:
        raise ConflictError("recognition.already_decided", subject=issued.subject) from error
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


def _uses(row: GoodsDeclaration, issued: RegisteredAct) -> tuple[ItemUse, ...]:
    """Return what the declaration takes of each item of the certificate, in the order of items."""
    reference = reference_of(issued)
    taken = [
        ItemUse(item.claim.item, item.quantity)
        for item in document_of(row).items
        if item.claim is not None and item.claim.certificate == reference
    ]
    return tuple(sorted(taken, key=lambda use: use.sequence))


def _check_usable(report: Report) -> None:
    standing = report.standing
    status = str(standing.status) if standing else "unknown"
    exceeds = [
        finding
        for finding in (report.match.all_findings if report.match else ())
        if finding.code in {"match.quantity_exceeds", "match.item_unknown", "match.units_differ"}
    ]
    if status not in {"valid", "used_up"} or exceeds:
        code = exceeds[0].code if exceeds else f"standing.{status}"
        raise StandingError("recognition.not_usable", reason=code)


def _findings_of(report: Report) -> list[Finding]:
    parts = [
        Finding(part.code, name, facts=part.facts)
        for name, part in report.parts.items()
        if str(part.outcome) in {"refused", "undetermined"}
    ]
    return [*parts, *(report.match.all_findings if report.match else ())]
