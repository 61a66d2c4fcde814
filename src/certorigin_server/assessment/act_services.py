"""Recording acts of examination, citing them in the facts of production, withdrawing them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.assessment.material import ExpertAct
from certorigin.errors import ConflictError, RightError, StandingError, UnknownError
from certorigin.seal.canonical import strict_bytes
from certorigin_server.application.evidence_queries import get_evidence
from certorigin_server.application.queries import get_visible, latest_worksheet, worksheet_of
from certorigin_server.assessment.act_queries import get_act
from certorigin_server.assessment.models import ExaminationAct
from certorigin_server.assessment.services import correct_facts
from certorigin_server.trail.services import record
from certorigin_server.users.services import lock_organisation

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin.assessment.examination import ActDocument
    from certorigin_server.application.queries import WorksheetVersion
    from certorigin_server.users.queries import User


@transaction.atomic
def record_act(
    *, application: UUID, act: ActDocument, evidence: UUID | None, by: User, at: datetime
) -> ExaminationAct:
    """Record an act of examination of the exporter's goods; its file is one of the application's.

    Raises UnknownError, RightError (`assessment.another_body`), ConflictError
    (`examination.recorded`).
    """
    row = get_visible(application, user=by)
    if row.body_id != by.organisation_id:
        raise RightError("assessment.another_body")
    file = get_evidence(evidence, user=by) if evidence else None
    if file is not None and (file.application_id != row.pk or file.removed_at is not None):
        raise UnknownError("evidence.unknown", evidence=str(evidence))
    lock_organisation(row.organisation)  # of one act recorded twice at once, the second sees it
    same = ExaminationAct.objects.filter(
        exporter=row.organisation_id,
        issuer=act.issuer,
        number=act.number,
        dated=act.dated,
        withdrawn_at=None,
    )
    if same.exists():
        raise ConflictError("examination.recorded", number=act.number)
    recorded = ExaminationAct.objects.create(
        exporter=row.organisation,
        application=row,
        evidence=file,
        number=act.number,
        dated=act.dated,
        expert=act.expert,
        issuer=act.issuer,
        valid_from=act.valid_from,
        valid_until=act.valid_until,
        findings=act.findings,
        confirms_necessary=act.confirms_necessary,
        goods=strict_bytes(act.goods_data()).decode(),
        recorded_at=at,
        recorded_by=by,
    )
    facts = {"act": str(recorded.pk)} | ({"digest": file.digest} if file else {})
    record(by=by.username, at=at, action="assessment.act_recorded", subject=row.urn, **facts)
    return recorded


@transaction.atomic
def withdraw_act(*, act: UUID, by: User, at: datetime) -> ExaminationAct:
    """Withdraw an act: from now on it counts for nothing; what was decided with it stays.

    Raises UnknownError, RightError (`assessment.another_body`), StandingError
    (`examination.is_withdrawn`).
    """
    found = get_act(act, user=by)
    if found.recorded_by.organisation_id != by.organisation_id:
        raise RightError("assessment.another_body")
    locked = ExaminationAct.objects.select_for_update().get(pk=found.pk)
    if locked.withdrawn_at is not None:
        raise StandingError("examination.is_withdrawn", act=str(locked.pk))
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    record(by=by.username, at=at, action="assessment.act_withdrawn", subject=locked.urn)
    return locked


@transaction.atomic
def cite_act(
    *, application: UUID, act: UUID, item: int, version: int, by: User, at: datetime
) -> WorksheetVersion:
    """Cite an act on record for an item of the goods, as new facts of production.

    Raises as `correct_facts`, UnknownError (`examination.unknown`, `examination.item_unknown`).
    """
    row = get_visible(application, user=by)
    found = get_act(act, user=by)
    facts = latest_worksheet(row)
    if found.exporter_id != row.organisation_id:
        raise UnknownError("examination.unknown", act=str(act))
    worksheet = worksheet_of(facts) if facts else None
    if worksheet is None or not 1 <= item <= len(worksheet.items):
        raise UnknownError("examination.item_unknown", item=str(item))
    cited = ExpertAct(found.number, found.dated, found.issuer, found.confirms_necessary)
    items = list(worksheet.items)
    items[item - 1] = replace(items[item - 1], expert_act=cited)
    changed = replace(worksheet, items=tuple(items))
    return correct_facts(application=row.pk, worksheet=changed, version=version, by=by, at=at)
