"""Writing batches: take a table, confirm, look, order; and one step of one consignment.

Each consignment goes the way of every other one, by the services of its stops: it has a declaration
and a decision of its own, and two persons. A batch only saves the pressing of the same button.
"""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
from typing import TYPE_CHECKING

import orjson
from django.conf import settings
from django.db import DatabaseError, transaction

from certorigin.assessment.batch_list import read_batch
from certorigin.assessment.dossier import goods_key
from certorigin.audit.sample import draw
from certorigin.errors import (
    CertoriginError,
    FaultsError,
    LimitError,
    MalformedError,
    RightError,
    StandingError,
)
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.vocabulary.finding import Finding, Grade, has_errors
from certorigin_server.application.power import party_of
from certorigin_server.application.queries import draft_from_data, find_faults
from certorigin_server.application.services import begin, submit
from certorigin_server.assessment.dossier_queries import dossiers_in_force
from certorigin_server.assessment.dossier_services import reuse
from certorigin_server.assessment.services import decide
from certorigin_server.batches.models import Batch, BatchLook, BatchRow
from certorigin_server.batches.queries import CERTIFY, DECIDE, WORK, get_batch
from certorigin_server.certification.services import certify
from certorigin_server.trail.services import record
from certorigin_server.users.queries import (
    get_authorised_body,
    is_trader,
    require_right,
    rights_of,
)
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from certorigin.application.draft import Application as Draft
    from certorigin.assessment.batch_list import Consignment
    from certorigin_server.users.queries import Organisation, User

_log = logging.getLogger(__name__)

MOST_CONSIGNMENTS = 10_000
MOST_FAULTS = 500
LEAST_LOOKS, MOST_LOOKS = 5, 100
_CHUNK = 500
_RIGHTS = {
    Batch.Stage.SUBMITTING: Right.APPLICATION_WRITE,
    Batch.Stage.DECIDING: Right.ASSESSMENT_DECIDE,
    Batch.Stage.CERTIFYING: Right.CERTIFICATION_CERTIFY,
}
_RESTS = {
    Batch.Stage.SUBMITTING: Batch.Stage.SUBMITTED,
    Batch.Stage.DECIDING: Batch.Stage.DECIDED,
    Batch.Stage.CERTIFYING: Batch.Stage.CERTIFIED,
}
_LOOKS = {Batch.Stage.SUBMITTED: DECIDE, Batch.Stage.DECIDED: CERTIFY}
FITS, OUT = "fits", "out"


@transaction.atomic
def take(*, raw: bytes, name: str, form: str, by: User, at: datetime) -> Batch:
    """Read a table of consignments, and keep it if nothing in it has to be corrected.

    Raises RightError (`application.not_a_trader`), MalformedError or LimitError for what is no
    such table, FaultsError (`bulk.not_taken`) with every fault by its line.
    """
    exporter = by.organisation
    if exporter is None or not is_trader(exporter):
        raise RightError("application.not_a_trader")
    known = dossiers_in_force(exporter, at=at)
    faults: list[Finding] = []
    rows: list[BatchRow] = []
    told: list[list[Finding]] = []
    batch = Batch(
        organisation=exporter,
        name=name.strip()[:200] or "—",
        digest=hashlib.sha256(raw).hexdigest(),
        size=0,
        created_at=at,
        created_by=by,
    )
    for found in read_batch(raw, given=_given(exporter, form)):
        own, remarks = _judge(found, known, at)
        faults += own
        if len(rows) >= MOST_CONSIGNMENTS:
            raise LimitError("bulk.too_many", place="", limit=str(MOST_CONSIGNMENTS))
        told.append(remarks)
        rows.append(_row(batch, len(rows) + 1, found))
    if not rows:
        faults.append(Finding("goods_list.without_rows", ""))
    if faults:
        raise FaultsError("bulk.not_taken", faults[:MOST_FAULTS])
    _keep_remarks(batch, rows, told)
    batch.size = len(rows)
    batch.save(force_insert=True)
    BatchRow.objects.bulk_create(rows, batch_size=_CHUNK)
    _record(batch, "bulk.taken", by, at, size=str(batch.size))
    return batch


def _given(exporter: Organisation, form: str) -> dict[str, object]:
    return {"form": form, "applicant": "exporter", "exporter": party_of(exporter).to_data()}


def _keep_remarks(batch: Batch, rows: list[BatchRow], told: list[list[Finding]]) -> None:
    """Keep what is worth a look: once for the batch if it is so in all of many, else by its row."""
    kinds = [{_kind(one) for one in remarks} for remarks in told]
    common = set.intersection(*kinds) if len(kinds) > 1 else set()
    batch.remarks = _written([one for one in told[0] if _kind(one) in common])
    for row, remarks in zip(rows, told, strict=True):
        row.remarks = _written([one for one in remarks if _kind(one) not in common])


def _kind(remark: Finding) -> tuple[str, str]:
    return remark.code, remark.place.partition(", ")[2]


def _written(findings: list[Finding]) -> str:
    return orjson.dumps([one.to_data() for one in findings]).decode() if findings else ""


def _row(batch: Batch, number: int, found: Consignment) -> BatchRow:
    return BatchRow(
        batch=batch,
        number=number,
        line=found.line,
        name=found.name[:200],
        document=strict_bytes(found.draft.to_data()).decode() if found.draft else "",
    )


def _judge(
    found: Consignment, known: frozenset[str], at: datetime
) -> tuple[list[Finding], list[Finding]]:
    """Return what has to be corrected in a consignment, and what is only worth a look."""
    if found.draft is None:
        return list(found.faults), []
    told = [
        one
        for one in find_faults(found.draft, at=at)
        if one.place != "declaration" and one.code != "application.worksheet_missing"
    ]
    told += _without_dossier(found.draft, known)
    placed = [
        Finding(one.code, f"line {found.line}, {one.place}", one.grade, one.clause, one.facts)
        for one in told
    ]
    faults = [one for one in placed if has_errors([one])]
    return faults, [one for one in placed if one.grade is Grade.WARNING]


def _without_dossier(draft: Draft, known: frozenset[str]) -> Iterator[Finding]:
    """Yield the goods whose facts of production nobody has approved: they go the usual way."""
    for index, item in enumerate(draft.items):
        if item.tariff_code and goods_key(item.tariff_code, item.description) not in known:
            facts = {"code": str(item.tariff_code)}
            yield Finding("bulk.without_dossier", f"items[{index}]", facts=facts)


@transaction.atomic
def confirm(*, batch: UUID, body: str, confirmed: bool, by: User, at: datetime) -> Batch:
    """Confirm the declaration of box 13 for each consignment of a batch, and hand it to a body.

    Raises UnknownError, RightError (`bulk.not_yours`), StandingError (`bulk.not_at`),
    MalformedError (`application.not_confirmed`).
    """
    row = _lock(batch, by=by, stage=Batch.Stage.READ)
    if row.organisation_id != by.organisation_id:
        raise RightError("bulk.not_yours")
    if not confirmed:
        raise MalformedError("application.not_confirmed", place="confirmed")
    row.body, row.stage = get_authorised_body(body), Batch.Stage.SUBMITTING
    row.confirmed_at, row.confirmed_by = at, by
    row.save()
    _record(row, "bulk.confirmed", by, at)
    return row


@transaction.atomic
def discard(*, batch: UUID, by: User, at: datetime) -> Batch:
    """Put away a batch that nobody confirmed. Raises as `confirm`."""
    row = _lock(batch, by=by, stage=Batch.Stage.READ)
    if row.organisation_id != by.organisation_id:
        raise RightError("bulk.not_yours")
    row.stage = Batch.Stage.DISCARDED
    row.save()
    _record(row, "bulk.discarded", by, at)
    return row


@transaction.atomic
def look(*, batch: UUID, row: int, what: str, outcome: str, by: User, at: datetime) -> BatchLook:
    """Note that an officer looked at a consignment before the order that is theirs to give.

    One that is `out` goes its own way.

    Raises UnknownError, RightError (`bulk.not_yours`), StandingError (`bulk.not_at`,
    `bulk.nothing_to_look_at`), MalformedError (`bulk.outcome_unknown`).
    """
    found = _lock(batch, by=by)
    _require_body(found, by)
    if _LOOKS.get(Batch.Stage(found.stage)) != what:
        raise StandingError("bulk.not_at", stage=found.stage)
    if outcome not in {FITS, OUT}:
        raise MalformedError("bulk.outcome_unknown", place="outcome", value=outcome[:20])
    one = BatchLook.objects.filter(row__batch=found, row__number=row, order=what).first()
    if one is None:
        raise StandingError("bulk.nothing_to_look_at", number=str(row))
    one.outcome, one.looked_at, one.looked_by = outcome, at, by
    one.save()
    if outcome == OUT:
        BatchRow.objects.filter(pk=one.row_id).update(state=BatchRow.State.OUT)
    _record(found, "bulk.looked", by, at, number=str(row), outcome=outcome)
    return one


@transaction.atomic
def order(*, batch: UUID, what: str, by: User, at: datetime) -> Batch:
    """Order that all consignments of a batch be decided, or certified, by this person.

    Raises UnknownError, RightError (`bulk.not_yours`), StandingError (`bulk.not_at`,
    `bulk.not_looked_at` with how many are left).
    """
    is_certifying = what == CERTIFY
    stage = Batch.Stage.DECIDED if is_certifying else Batch.Stage.SUBMITTED
    row = _lock(batch, by=by, stage=stage)
    _require_body(row, by)
    left = BatchLook.objects.filter(row__batch=row, order=what, outcome="").count()
    if left:
        raise StandingError("bulk.not_looked_at", count=str(left))
    if is_certifying:
        row.stage, row.certified_at, row.certified_by = Batch.Stage.CERTIFYING, at, by
    else:
        row.stage, row.decided_at, row.decided_by = Batch.Stage.DECIDING, at, by
    row.fault = ""
    row.save()
    _record(row, "bulk.certify_ordered" if is_certifying else "bulk.decide_ordered", by, at)
    return row


@transaction.atomic
def try_again(*, batch: UUID, by: User, at: datetime) -> Batch:
    """Let the loop take up what could not be carried on: in whose name, that person says so.

    Raises UnknownError, StandingError (`bulk.not_at`), RightError without the right to the order.
    """
    row = _lock(batch, by=by)
    before = next((stage for stage, rest in _RESTS.items() if row.stage in (stage, rest)), None)
    people = {_person(row, before)} if before else set()
    if before == Batch.Stage.SUBMITTING:
        people.add(row.created_by)
    if before is None or by not in people:
        raise StandingError("bulk.not_at", stage=row.stage)
    require_right(by, _RIGHTS[before], at=at)
    waiting = BatchRow.objects.filter(batch=row, state=WORK[before][0])
    waiting.exclude(fault="").update(fault="", facts="")
    row.stage, row.fault = before, ""
    row.save(update_fields=["stage", "fault"])
    _record(row, "bulk.tried_again", by, at)
    return row


def advance(*, batch: Batch, row: int, at: datetime) -> bool:
    """Carry one consignment one step on, as the person who ordered it. Says whether it went on.

    A consignment that can't go on keeps the reason, and the next one is taken: also when the fault
    is the program's own. Who lost the right since the order stops the whole batch.
    """
    stage = Batch.Stage(batch.stage)
    person = _person(batch, stage)
    if person is None or _RIGHTS[stage] not in rights_of(person, at=at):
        rest(batch=batch, at=at)  # what is done so far has to be looked at all the same
        Batch.objects.filter(pk=batch.pk).update(fault="bulk.right_lost")
        return False
    try:
        with transaction.atomic():
            found = BatchRow.objects.select_for_update().get(pk=row)
            if found.state != WORK[stage][0] or found.fault:
                return False
            found.state = _step(found, batch, stage, person, at)
            found.save(update_fields=["state", "application"])
    except CertoriginError as error:
        facts = orjson.dumps(error.facts).decode()
        BatchRow.objects.filter(pk=row).update(fault=error.code, facts=facts)
        return False
    except DatabaseError:
        raise  # the database, not the consignment, is at fault: the loop waits and tells
    except Exception:  # noqa: BLE001 - one consignment must not hold up all the others
        _log.exception("consignment %s of batch %s", row, batch.pk)
        BatchRow.objects.filter(pk=row).update(fault="bulk.broken", facts="{}")
        return False
    return True


def _step(row: BatchRow, batch: Batch, stage: str, person: User, at: datetime) -> str:
    """Do what the stage asks of one consignment, by the services of its stop."""
    if stage == Batch.Stage.SUBMITTING:
        draft = draft_from_data(parse_strict(row.document.encode()))
        application = begin(draft=draft, by=person, at=at)
        reuse(application=application.pk, by=person, at=at)
        row.application = submit(
            application=application.pk,
            version=application.version,
            body=batch.body.slug if batch.body else "",
            produced_in=settings.SYSTEM.state,
            confirmed=True,
            by=person,
            at=at,
        )
        return BatchRow.State.SUBMITTED
    application_id = row.application_id
    assert application_id is not None  # noqa: S101 - what was submitted has its application
    if stage == Batch.Stage.CERTIFYING:
        certify(application=application_id, by=person, at=at)
        return BatchRow.State.CERTIFIED
    made = decide(application=application_id, worksheet_version=1, by=person, at=at)
    is_certifiable = made.decision in {made.Decision.ORIGINATING, made.Decision.GENERAL}
    return BatchRow.State.DECIDED if is_certifiable else BatchRow.State.OUT


@transaction.atomic
def rest(*, batch: Batch, at: datetime) -> None:
    """Let a batch rest when nothing of it is left to do, and draw what has to be looked at.

    Every consignment with a remark is looked at, up to a limit, and as many others as the square
    root of the batch, by lot.
    """
    row = Batch.objects.select_for_update().get(pk=batch.pk)
    stage = Batch.Stage(row.stage)
    if stage not in _RESTS:
        return
    row.stage = _RESTS[stage]
    row.save(update_fields=["stage"])
    order = _LOOKS.get(row.stage)
    if order is None:
        return
    rows = BatchRow.objects.filter(batch=row, state=WORK[stage][1]).exclude(looks__order=order)
    remarked = list(rows.exclude(remarks="").values_list("pk", flat=True)[:MOST_LOOKS])
    names = {str(pk) for pk in rows.values_list("pk", flat=True)}
    size = min(MOST_LOOKS, max(LEAST_LOOKS, math.isqrt(len(names))))
    seed = secrets.token_hex(16)
    drawn = {int(name) for name in draw(names, seed=seed, size=size)} if names else set()
    BatchLook.objects.bulk_create(
        [
            BatchLook(row_id=pk, order=order, is_drawn=pk in drawn)
            for pk in sorted(drawn | set(remarked))
        ]
    )
    by = _person(row, stage)
    if by is not None:
        _record(row, "bulk.drawn", by, at, seed=seed, order=order, count=str(len(drawn)))


def _person(batch: Batch, stage: str) -> User | None:
    """Return who gave the order of a stage."""
    if stage == Batch.Stage.SUBMITTING:
        return batch.confirmed_by
    return batch.certified_by if stage == Batch.Stage.CERTIFYING else batch.decided_by


def _lock(batch: UUID, *, by: User, stage: str = "") -> Batch:
    found = get_batch(batch, user=by)
    row = Batch.objects.select_for_update().get(pk=found.pk)
    if stage and row.stage != stage:
        raise StandingError("bulk.not_at", stage=row.stage)
    return row


def _require_body(batch: Batch, by: User) -> None:
    if batch.body_id is None or batch.body_id != by.organisation_id:
        raise RightError("bulk.not_yours")


def _record(batch: Batch, action: str, by: User, at: datetime, **facts: str) -> None:
    subject = f"urn:certorigin:batch:{batch.pk}"
    record(by=by.username, at=at, action=action, subject=subject, **facts)
