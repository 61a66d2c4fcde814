"""Approving goods as a dossier, using dossiers in an application, withdrawing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certorigin.application.draft import Application as Draft
from certorigin.application.draft import ApplicationItem
from certorigin.assessment.basis import digest_of_rules
from certorigin.assessment.dossier import goods_key, put_in, taken_out
from certorigin.assessment.worksheet import FORMAT, Worksheet
from certorigin.errors import (
    ConflictError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.tariff import TariffCode
from certorigin_server.application.power import find_principal, party_of
from certorigin_server.application.queries import (
    USUAL_FORM,
    draft_of,
    get_visible,
    latest_worksheet,
    worksheet_of,
)
from certorigin_server.application.services import begin, state_facts
from certorigin_server.assessment.dossier_queries import (
    dossiers_for,
    facts_of,
    fitting,
    get_dossier,
)
from certorigin_server.assessment.models import Dossier
from certorigin_server.assessment.queries import decision_of, reasons_of
from certorigin_server.assessment.services import hold_decision
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from certorigin.assessment.worksheet import ItemWorksheet
    from certorigin_server.application.queries import Application, WorksheetVersion
    from certorigin_server.users.queries import User

# Prices and suppliers change: no dossier is relied on for longer.
MOST_DAYS = 366


@transaction.atomic
def approve(
    *, application: UUID, sequence: int, valid_until: date, by: User, at: datetime
) -> Dossier:
    """Approve an item that was found to originate as a dossier of its exporter.

    Raises UnknownError (`dossier.item_unknown`), RightError (`assessment.another_body`),
    StandingError (`dossier.not_originating`), ConflictError (`dossier.approved`), MalformedError
    (`dossier.valid_until`).
    """
    row = get_visible(application, user=by)
    if row.body is None or row.body_id != by.organisation_id:
        raise RightError("assessment.another_body")
    today = timezone.localdate(at)
    if not today <= valid_until <= today + timedelta(days=MOST_DAYS):
        raise MalformedError("dossier.valid_until", place="validUntil", days=str(MOST_DAYS))
    decided = decision_of(row.pk)
    if decided is None or decided.decision != decided.Decision.ORIGINATING:
        raise StandingError("dossier.not_originating", application=str(row.pk))
    hold_decision(assessment=decided)
    item = next((one for one in reasons_of(decided).items if one.sequence == sequence), None)
    if item is None:
        raise UnknownError("dossier.item_unknown", item=str(sequence))
    if decided.dossiers.filter(sequence=sequence, withdrawn_at=None).exists():
        raise ConflictError("dossier.approved", item=str(sequence))
    goods = next((one for one in draft_of(row).items if one.sequence == sequence), None)
    facts = taken_out(worksheet_of(decided.worksheet), sequence)
    description = goods.description if goods else facts.items[0].description
    approved = Dossier.objects.create(
        exporter=row.organisation,
        body=row.body,
        assessment=decided,
        sequence=sequence,
        code=str(item.tariff_code),
        description=description,
        goods_key=goods_key(item.tariff_code, description),
        worksheet=strict_bytes(facts.to_data()).decode(),
        criterion=str(item.criterion or ""),
        rules=digest_of_rules(facts.agreement),
        valid_until=valid_until,
        approved_at=at,
        approved_by=by,
    )
    told = {"dossier": str(approved.pk), "item": str(sequence)}
    record(by=by.username, at=at, action="assessment.dossier_approved", subject=row.urn, **told)
    return approved


@transaction.atomic
def withdraw(*, dossier: UUID, by: User, at: datetime) -> Dossier:
    """Withdraw a dossier; what was decided with it stays.

    Raises UnknownError, RightError (`assessment.another_body`), StandingError
    (`dossier.is_withdrawn`).
    """
    found = get_dossier(dossier, user=by)
    if found.body_id != by.organisation_id:
        raise RightError("assessment.another_body")
    locked = Dossier.objects.select_for_update().get(pk=found.pk)
    if locked.withdrawn_at is not None:
        raise StandingError("dossier.is_withdrawn", dossier=str(locked.pk))
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    record(by=by.username, at=at, action="assessment.dossier_withdrawn", subject=locked.urn)
    return locked


@transaction.atomic
def reuse(*, application: UUID, by: User, at: datetime) -> WorksheetVersion:
    """State the facts of an application from the exporter's dossiers of the same goods.

    Items without a dossier keep what was stated of them. Raises as `state_facts`, StandingError
    (`dossier.none_fits`).
    """
    row = get_visible(application, user=by)
    found = fitting(row, at=at)
    if not found:
        raise StandingError("dossier.none_fits", application=str(row.pk))
    facts = latest_worksheet(row)
    stated = {one.sequence: one for one in worksheet_of(facts).items} if facts else {}
    bare = _bare(row)
    kept = [_kept(item, stated.get(item.sequence)) for item in bare.items]
    rates = worksheet_of(facts).rates if facts else ()
    trade = worksheet_of(facts).trade if facts else None
    base = replace(bare, items=tuple(kept), rates=rates, trade=trade)
    filled = put_in(base, {sequence: facts_of(one) for sequence, one in found.items()})
    version = facts.version if facts else 0
    written = state_facts(application=row.pk, worksheet=filled, version=version, by=by, at=at)
    used = " ".join(str(one.pk) for one in found.values())
    record(by=by.username, at=at, action="assessment.dossiers_used", subject=row.urn, dossiers=used)
    return written


@transaction.atomic
def begin_with(*, dossiers: Iterable[str], by: User, at: datetime) -> Application:
    """Begin a draft with the goods of the exporter's own dossiers, and with their facts.

    Those that are not the exporter's own or not in force are passed over. Raises StandingError
    (`dossier.none_chosen`), RightError as `begin`.
    """
    own, _ = find_principal("", by=by, at=at)
    rows = dossiers_for(by).filter(
        exporter=own, withdrawn_at=None, valid_until__gte=timezone.localdate(at)
    )
    wanted = set(dossiers)
    chosen = [one for one in rows.order_by("code", "pk") if str(one.pk) in wanted]
    if not chosen:
        raise StandingError("dossier.none_chosen")
    items = tuple(
        ApplicationItem(
            sequence=number,
            description=one.description,
            tariff_code=TariffCode.from_text(one.code),
            origin_country=settings.SYSTEM.state,
        )
        for number, one in enumerate(chosen, start=1)
    )
    exporter = party_of(own)
    draft = Draft(form=USUAL_FORM, exporter=exporter, applicant="exporter", items=items)
    row = begin(draft=draft, by=by, at=at)
    reuse(application=row.pk, by=by, at=at)
    return row


def _kept(item: ItemWorksheet, stated: ItemWorksheet | None) -> ItemWorksheet:
    """Keep what was stated of the same goods in the same place."""
    is_same = stated is not None and stated.tariff_code == item.tariff_code
    return stated if stated is not None and is_same else item


def _bare(row: Application) -> Worksheet:
    """Return facts that say only which goods they are about."""
    draft = draft_of(row)
    items = [
        {
            "sequence": str(item.sequence),
            "tariffCode": str(item.tariff_code or ""),
            "description": item.description,
        }
        for item in draft.items
    ]
    head = {"format": FORMAT, "agreement": get_form(draft.form or USUAL_FORM).agreements[0]}
    return Worksheet.from_data(head | {"productionCountry": settings.SYSTEM.state, "items": items})
