"""Registering goods declarations and deciding about the certificates that they cite.

declaration    register_declaration · register_file
decision       accept · refuse · mark_returned
afterwards     note_recheck
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import orjson
from django.db import IntegrityError, transaction

from certorigin.errors import (
    ConflictError,
    FindingsError,
    LimitError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.recognition.intake import declaration_from_data, read_declaration
from certorigin.recognition.report import Outcome
from certorigin.returns.grounds import Phase, get_ground
from certorigin.returns.utilisation import refused, utilised
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import number_key
from certorigin_server.desk.search import words_of
from certorigin_server.recognition.examination import examine_certificate, find_hindrance
from certorigin_server.recognition.models import (
    Citation,
    Decision,
    GoodsDeclaration,
    NumberPart,
    Recheck,
)
from certorigin_server.recognition.paper.services import require_ground, require_reason
from certorigin_server.recognition.preference.queries import require_conditions
from certorigin_server.recognition.queries import (
    cited_by,
    decisions_on,
    document_of,
    get_decision,
    get_visible,
    has_unanswered_request,
    is_cited,
    lines_on,
    lock_visible,
    reference_of,
)
from certorigin_server.recognition.uses.queries import items_taken
from certorigin_server.recognition.uses.rechecks import causes_of
from certorigin_server.standing.queries import (
    issued_act_of,
    lock_issued,
    standing_of,
)
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from certorigin.recognition.declaration import DeclaredItem
    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin.recognition.report import Report
    from certorigin.standing.standing import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.bodies import ItemUse
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

MAX_NUMBER = 60
MAX_REASON = 1_000
# Grounds that follow from a verification request, once both of its clocks are over.
AFTER_REQUEST = frozenset({"no_usable_answer"})


def register_declaration(
    *, document: Mapping[str, Any], by: User, at: datetime, amends: UUID | None = None
) -> GoodsDeclaration:
    """Register a goods declaration, or a new version of one that is amended.

    Raises ConflictError when number and date are taken, or the other was amended already;
    StandingError (`declaration.another_number`) when it is no version of that declaration.
    """
    declaration = declaration_from_data(dict(document))
    return _register(declaration=declaration, by=by, at=at, amends=amends)


def register_file(
    *, raw: bytes, by: User, at: datetime, amends: UUID | None = None
) -> GoodsDeclaration:
    """Register a declaration from a file: JSON, XML or CSV.

    Raises FaultsError with every fault of the file, and as `register_declaration`.
    """
    return _register(declaration=read_declaration(raw), by=by, at=at, amends=amends)


@transaction.atomic
def _register(
    *, declaration: Declaration, by: User, at: datetime, amends: UUID | None
) -> GoodsDeclaration:
    if by.organisation is None:
        raise RightError("right.missing", right="recognition.decide")
    if len(declaration.number) > MAX_NUMBER:
        raise LimitError("declaration.number_too_long", place="number", limit=str(MAX_NUMBER))
    before = _amended(amends, declaration, by=by, at=at) if amends else None
    try:
        with transaction.atomic():
            row = GoodsDeclaration.objects.create(
                post=before.post if before else by.organisation,
                number=declaration.number,
                date=declaration.date,
                version=before.version + 1 if before else 1,
                document=strict_bytes(declaration.to_data()).decode(),
                registered_at=at,
                registered_by=by,
            )
    except IntegrityError as error:
        number = declaration.number
        raise ConflictError("declaration.already_registered", number=number) from error
    parts = sorted(words_of(row.number))
    NumberPart.objects.bulk_create(NumberPart(declaration=row, word=part) for part in parts)
    _cite(row, declaration, before, at=at)
    facts = {"amends": str(before.pk)} if before else {}
    action = "recognition.declaration_registered"
    record(by=by.username, at=at, action=action, subject=str(row.pk), **facts)
    return row


def _amended(amends: UUID, declaration: Declaration, *, by: User, at: datetime) -> GoodsDeclaration:
    """Close the version that is amended, and return it."""
    row = get_visible(amends, user=by)
    if (row.number, row.date) != (declaration.number, declaration.date):
        raise StandingError("declaration.another_number", number=row.number)
    closed = GoodsDeclaration.objects.filter(pk=row.pk, amended_at=None).update(amended_at=at)
    if not closed:
        raise ConflictError("declaration.amended_already", number=row.number)
    return row


def _cite(
    row: GoodsDeclaration,
    declaration: Declaration,
    before: GoodsDeclaration | None,
    *,
    at: datetime,
) -> None:
    """Note what a declaration cites. What was decided under an earlier version stays decided.

    Where the amended lines rest on a certificate in another way, the decision wants a look.
    """
    decided = {}
    for decision in decisions_on(row) if before else ():
        issued = issued_act_of(decision.subject)
        if issued is not None:
            decided[reference_of(issued)] = decision
    for position, reference in enumerate(cited_by(declaration)):
        earlier = next((one for key, one in decided.items() if is_cited(key, reference)), None)
        Citation.objects.create(
            declaration=row,
            position=position,
            form=reference.form,
            number=reference.number,
            number_key=number_key(reference.number),
            issued_on=reference.date,
            issued_in=reference.issued_in,
            decided_at=earlier.decided_at if earlier else None,
        )
    for key, decision in decided.items():
        under = lines_on(document_of(decision.declaration), key)
        if decision.outcome == "accepted" and lines_on(declaration, key) != under:
            Recheck.objects.create(decision=decision, cause=f"urn:uuid:{row.pk}", since=at)


@transaction.atomic
def accept(*, declaration: UUID, subject: str, override: str, by: User, at: datetime) -> Decision:
    """Grant the preference for what the declaration takes of a certificate.

    A report that is not `recognised` needs a recorded reason (R19): raises FindingsError. What the
    certificate can't cover can't be accepted for any reason: raises StandingError
    (`recognition.not_usable`, and as `utilised`).
    """
    row, issued, lines = _open(declaration, subject, by)
    require_reason(row, reference_of(issued), override)
    require_conditions(row, override)
    report = examine_certificate(row, issued, at=at)
    if report.bottom_line is not Outcome.RECOGNISED and not override.strip():
        raise FindingsError(
            "recognition.reason_needed",
            _findings_of(report),
            bottom_line=str(report.bottom_line),
        )
    standing = _usable(report)
    uses = items_taken(lines, issued)
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
    *,
    declaration: UUID,
    subject: str,
    ground: str,
    remark: str,
    by: User,
    at: datetime,
    phase: str = Phase.AT_RELEASE,
) -> Decision:
    """Refuse the preference on a ground of the closed list (R57).

    After release only what was accepted at release can be refused. Raises UnknownError for another
    ground or certificate, StandingError when nothing was accepted, when the ground does not exist
    in that phase, speaks of a paper that the certificate does not have, or of an answer that nobody
    asked for here (R55).
    """
    get_ground(ground)
    if ground in AFTER_REQUEST and not has_unanswered_request(subject, at=at):
        raise StandingError("refusal.no_request", ground=ground)
    row, issued, _ = _open(declaration, subject, by, phase=Phase(phase))
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
        phase=Phase(phase),
        issuer=central_customs_authority().urn,
    )
    require_ground(row, reference_of(issued), ground)
    return _keep(
        *(row, issued, report, act, by, at),
        outcome="refused",
        ground=ground,
        remark=remark,
        phase=str(Phase(phase)),
    )


def mark_returned(*, decision: Decision, at: datetime) -> None:
    """Note that the act which tells the issuing state was prepared. Runs in its transaction."""
    changed = Decision.objects.filter(pk=decision.pk, returned_at=None).update(returned_at=at)
    if not changed:
        raise ConflictError("recognition.already_returned", subject=decision.subject)


@transaction.atomic
def note_recheck(*, decision: int, cause: str, remark: str, by: User, at: datetime) -> Recheck:
    """Note what an officer did about something that came after a decision (R50).

    The decision stays as it is. Raises UnknownError for a decision or a cause that is not there,
    FindingsError without a remark.
    """
    row = get_decision(decision, user=by)
    since = next((since for _, known, since in causes_of(row) if known == cause), None)
    if since is None:
        raise UnknownError("recheck.unknown", cause=cause[:120])
    if not remark.strip():
        raise FindingsError("recheck.remark_needed", [Finding("recheck.remark_needed", "remark")])
    found, _ = Recheck.objects.get_or_create(decision=row, cause=cause, defaults={"since": since})
    waiting = Recheck.objects.filter(pk=found.pk, noted_at=None)
    if not waiting.update(remark=remark.strip(), noted_at=at, noted_by=by):
        raise ConflictError("recheck.noted_already", subject=row.subject)
    record(by=by.username, at=at, action="recognition.rechecked", subject=row.subject, cause=cause)
    return found


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
    key = number_key(reference_of(issued).number)
    row.citations.filter(number_key=key, decided_at=None).update(decided_at=at)
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
    declaration: UUID, subject: str, by: User, *, phase: Phase = Phase.AT_RELEASE
) -> tuple[GoodsDeclaration, RegisteredAct, list[DeclaredItem]]:
    """Return a declaration, a certificate, and the lines of the one that rest on the other.

    Both stay locked until the transaction ends, the declaration first, so that of two officers at
    one moment the second sees what the first decided or amended. Raises UnknownError; StandingError
    (`recognition.not_cited`) when no line rests on it; ConflictError (`…already_decided`).
    """
    row = lock_visible(declaration, user=by)
    issued = lock_issued(subject)
    reference = reference_of(issued)
    lines = lines_on(document_of(row), reference)
    if not lines:
        raise StandingError("recognition.not_cited", number=reference.number)
    if row.amended_at is not None:
        raise StandingError("declaration.amended_already", number=row.number)
    made = list(decisions_on(row, subject=subject))
    if phase is Phase.AFTER_RELEASE and not made:
        raise StandingError("recognition.nothing_accepted", number=reference.number)
    if not is_open(made, phase):
        raise ConflictError("recognition.already_decided", subject=subject)
    return row, issued, lines


def is_open(decisions: Iterable[Decision], phase: Phase) -> bool:
    """Say whether a certificate may still be decided about: once, and after release once more.

    What was refused stays refused; what was accepted at release, and nothing else, may be refused
    afterwards.
    """
    made = [*decisions]
    if phase is Phase.AT_RELEASE:
        return not made
    return bool(made) and all(one.outcome == "accepted" for one in made)


def _usable(report: Report) -> Standing:
    reason = find_hindrance(report)
    if report.standing is None or reason:
        raise StandingError("recognition.not_usable", reason=reason)
    return report.standing


def _findings_of(report: Report) -> list[Finding]:
    parts = [
        Finding(part.code, name, facts=part.facts)
        for name, part in report.parts.items()
        if part.outcome in {Outcome.REFUSED, Outcome.UNDETERMINED}
    ]
    return [*parts, *(report.match.all_findings if report.match else ())]
