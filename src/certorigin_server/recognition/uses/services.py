"""Uses after they were recorded.

posts that were on their own   reconcile · tell_overuse
a use that was otherwise       correct_use
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from django.db import transaction

from certorigin.errors import (
    CertoriginError,
    ConflictError,
    LimitError,
    StandingError,
    UnknownError,
)
from certorigin.recognition.balance import OVERUSE, find_overuse
from certorigin.recognition.intake import declaration_from_data
from certorigin.recognition.written import check_written_report
from certorigin.returns.correction import NOT_RELEASED, use_corrected
from certorigin.seal.canonical import strict_bytes
from certorigin.standing.entry import read_body
from certorigin.standing.fold import fold
from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.bodies import Utilisation
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import number_key
from certorigin_server.recognition.models import (
    Decision,
    GoodsDeclaration,
    Recheck,
    UseCorrection,
)
from certorigin_server.recognition.queries import (
    acts_and_decisions,
    decisions_on,
    get_decision,
    lines_on,
    reference_of,
)
from certorigin_server.recognition.services import MAX_REASON, register_declaration
from certorigin_server.recognition.uses.queries import (
    decisions_behind,
    items_of_last_version,
    items_taken,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act
from certorigin_server.seal.slots import seal_slot
from certorigin_server.standing.queries import lock_issued
from certorigin_server.standing.services import unsettle_endings
from certorigin_server.trail.services import record
from certorigin_server.users.queries import central_customs_authority, find_user, organisations_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from certorigin.recognition.balance import Overuse
    from certorigin.recognition.declaration import GoodsDeclaration as Declaration
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

RECORDED, KNOWN, REFUSED = "recorded", "known", "refused"


@dataclass(frozen=True)
class PostUse:
    """What a post accepted while it was on its own: declaration, act `Utilised`, report, reason.

    The act was made there, by the library and from what the post held; it is not judged again, for
    the goods did pass. `report` is the verification as it stood, `override` the reason (R19);
    `officers` are those whom the post's card names.
    """

    document: Mapping[str, Any]
    act: Mapping[str, Any]
    report: Mapping[str, Any]
    override: str = ""
    officers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one use: recorded, known already, or refused with the code of why."""

    act: str
    state: str
    code: str = ""


@dataclass(frozen=True)
class Reconciled:
    """What became of each use, in the order given, and which certificates were used twice."""

    outcomes: tuple[Outcome, ...]
    overused: Mapping[str, tuple[Overuse, ...]]


def reconcile(*, uses: Sequence[PostUse], by: User, at: datetime) -> Reconciled:
    """Record the uses of posts that were on their own, and tell everybody of goods used twice.

    A use that exceeds the certificate is recorded all the same, for the goods did pass; all who
    took of the item, at whichever post, find it in their work list. A use that was brought before
    is known; one that is no use of a certificate that we hold, or of another's post, is refused and
    leaves nothing. What comes of it does not depend on the order of posts or of uses.
    """
    outcomes = [_take(use, by=by, at=at) for use in uses]
    bodies = [use.act.get("credentialSubject") for use in uses]
    subjects = {str(one.get("id", "")) for one in bodies if isinstance(one, dict)}
    overused = {subject: tell_overuse(subject=subject, at=at) for subject in sorted(subjects)}
    return Reconciled(tuple(outcomes), {key: found for key, found in overused.items() if found})


@transaction.atomic
def tell_overuse(*, subject: str, at: datetime) -> tuple[Overuse, ...]:
    """Put goods that were used twice into the work list of every post that took of them (R28)."""
    standing = fold(acts_and_decisions(subject, at=at), subject=subject, at=at)
    found = find_overuse(standing)
    for overuse in found:
        for decision in decisions_behind(overuse.acts):
            Recheck.objects.get_or_create(
                decision=decision, cause=overuse.name, defaults={"since": at}
            )
    return found


@transaction.atomic
def correct_use(
    *, decision: int, reason: str, remark: str, by: User, at: datetime
) -> UseCorrection:
    """Say what an acceptance took in truth: what the last version of its declaration says (R10).

    Goods that were not released give all of it back. The decision stays, an act tells the issuing
    state, and what waited for a look because of an amended declaration has been looked at. Raises
    UnknownError, StandingError (`correction.not_accepted`, and as `use_corrected`), LimitError.
    """
    row = get_decision(decision, user=by)
    if len(remark.strip()) > MAX_REASON:
        raise LimitError("web.text_too_long", place="remark", limit=str(MAX_REASON))
    lock_issued(row.subject)
    if row.outcome != Decision.Outcome.ACCEPTED:
        raise StandingError("correction.not_accepted", number=row.subject.rpartition(":")[2])
    acts = acts_and_decisions(row.subject, at=at)
    act = use_corrected(
        fold(acts, subject=row.subject, at=at),
        use=row.act,
        items=() if reason == NOT_RELEASED else items_of_last_version(row),
        reason=reason,
        remark=remark.strip(),
        head_size=row.head_size,
        officer=by.officer_urn,
        act_id=f"urn:uuid:{uuid.uuid4()}",
        at=at.replace(microsecond=0),
        issuer=central_customs_authority().urn,
    )
    made = UseCorrection.objects.create(
        decision=row,
        reason=reason,
        remark=remark.strip(),
        items=strict_bytes(act.body.get("takes", [])).decode(),
        corrected_at=at,
        corrected_by=by,
        act=act.id,
        document=strict_bytes(act.to_document()).decode(),
    )
    _note_amendments(row, made, by=by, at=at)
    prepare_for_customs(act=act, by=by, at=at)
    facts = {"declaration": str(row.declaration_id), "reason": reason}
    record(by=by.username, at=at, action="recognition.use_corrected", subject=row.subject, **facts)
    return made


def _note_amendments(row: Decision, made: UseCorrection, *, by: User, at: datetime) -> None:
    """The correction is what was done about the declaration's new version."""
    waiting = row.rechecks.filter(noted_at=None).exclude(cause__startswith=OVERUSE)
    waiting.update(remark=made.remark or made.act, noted_at=at, noted_by=by)


def prepare_for_customs(*, act: Act, by: User, at: datetime) -> None:
    """Have an act sealed in the name of the central customs authority; the officer is in it."""
    slot = seal_slot(get_keyring(), controller=act.issuer, at=at)
    prepare_act(act=act, slots=[slot], by=by.username, at=at)


def _take(use: PostUse, *, by: User, at: datetime) -> Outcome:
    name = str(use.act.get("id", ""))[:60]
    try:
        act = Act.from_document(use.act)
        with transaction.atomic():
            is_new = _record(use, act, by=by, at=at)
    except CertoriginError as fault:
        return Outcome(name, REFUSED, fault.code)
    return Outcome(name, RECORDED if is_new else KNOWN)


def _record(use: PostUse, act: Act, *, by: User, at: datetime) -> bool:
    """Record one use; return False when it is known already. Raises what `_check` raises."""
    issued = lock_issued(act.subject)
    document = strict_bytes(act.to_document()).decode()
    known = Decision.objects.filter(act=act.id).first()
    if known is not None:
        if known.document != document:
            raise ConflictError("reconcile.act_differs", act=act.id)
        return False
    declaration = declaration_from_data(dict(use.document))
    check_written_report(use.report)
    officer, body = _check(act, issued, declaration, by=by, at=at)
    if use.officers is not None and body.officer not in use.officers:
        raise UnknownError("reconcile.officer_unknown", officer=body.officer[-80:])
    row = _declaration_row(declaration, officer, at=act.at)
    if decisions_on(row, subject=act.subject).exists():
        raise ConflictError("recognition.already_decided", subject=act.subject)
    Decision.objects.create(
        declaration=row,
        subject=act.subject,
        outcome=Decision.Outcome.ACCEPTED,
        override=use.override.strip()[:1000],
        report=orjson.dumps(dict(use.report), option=orjson.OPT_SORT_KEYS).decode(),
        items=strict_bytes([item.to_data() for item in body.items]).decode(),
        head_origin=issued.origin,
        head_size=body.head_size,
        decided_at=act.at,
        decided_by=officer,
        act=act.id,
        document=document,
    )
    unsettle_endings(act.subject)  # the decision is older than what may have come meanwhile
    key = number_key(body.certificate.number)
    row.citations.filter(number_key=key, decided_at=None).update(decided_at=act.at)
    facts = {"declaration": str(row.pk), "officer": officer.username}
    record(by=by.username, at=at, action="recognition.reconciled", subject=act.subject, **facts)
    return True


def _check(
    act: Act, issued: RegisteredAct, declaration: Declaration, *, by: User, at: datetime
) -> tuple[User, Utilisation]:
    """Check that an act is what it says: an officer's use, of this certificate, as declared.

    Raises StandingError (`reconcile.act_differs`), UnknownError (`reconcile.officer_unknown`),
    MalformedError.
    """
    if act.kind is not Kind.UTILISED:
        raise StandingError("reconcile.act_differs", act=act.id)
    body, reference = read_body(act, Utilisation.from_record), reference_of(issued)
    officer = find_user(body.officer.rpartition(":")[2])
    if officer is None or officer.officer_urn != body.officer or officer.organisation is None:
        raise UnknownError("reconcile.officer_unknown", officer=body.officer[-80:])
    if officer.organisation_id not in organisations_of(by):
        raise UnknownError("reconcile.officer_unknown", officer=body.officer[-80:])
    items = {use.sequence for use in body.items}
    lines = lines_on(declaration, reference)
    if {line.claim.item for line in lines if line.claim} != items:
        raise StandingError("reconcile.act_differs", act=act.id)
    fits = (
        body.certificate == reference,
        body.declaration == DocumentReference(declaration.number, declaration.date),
        body.post == officer.organisation.name,
        body.items == items_taken(lines, issued),
        act.issuer == central_customs_authority().urn,
        str(act.corridor) == issued.corridor,
        Cause(issued.act, issued.digest) in act.causes,
        act.at <= at,
    )
    if not all(fits):
        raise StandingError("reconcile.act_differs", act=act.id)
    return officer, body


def _declaration_row(declaration: Declaration, officer: User, *, at: datetime) -> GoodsDeclaration:
    """Return the declaration as it is registered, or register it, perhaps as a later version."""
    document = declaration.to_data()
    named = GoodsDeclaration.objects.filter(number=declaration.number, date=declaration.date)
    last = named.order_by("-version").first()
    if last is not None and last.document == strict_bytes(document).decode():
        return last
    amends = last.pk if last else None
    return register_declaration(document=document, by=officer, at=at, amends=amends)
