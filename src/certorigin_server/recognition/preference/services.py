"""Noting what was found about conditions of preference; entering rates.

note_condition · enter_rate
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import FindingsError
from certorigin.recognition.preference import check_note
from certorigin.vocabulary.code_list import CodeStatus, get_currencies
from certorigin.vocabulary.finding import Finding
from certorigin_server.recognition.preference.models import ConditionNote, ExchangeRate
from certorigin_server.recognition.queries import get_visible
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from certorigin_server.users.queries import User

MAX_EVIDENCE, MAX_SOURCE = 400, 200
_MOST = Decimal(10) ** 9


@transaction.atomic
def note_condition(
    *, declaration: UUID, condition: str, found: str, evidence: str, by: User, at: datetime
) -> ConditionNote:
    """Note what customs found about a condition of Rules 5.1, and by which paper (R42).

    Raises UnknownError for a declaration, condition or finding that is not there, FindingsError
    without a paper.
    """
    row = get_visible(declaration, user=by)
    check_note(condition, found)
    if not 0 < len(evidence.strip()) <= MAX_EVIDENCE:
        told = Finding("condition.evidence_missing", "evidence", facts={"limit": str(MAX_EVIDENCE)})
        raise FindingsError(told.code, [told], **told.facts)
    made = ConditionNote.objects.create(
        declaration=row,
        condition=condition,
        found=found,
        evidence=evidence.strip(),
        noted_at=at,
        noted_by=by,
    )
    facts = {"condition": condition, "found": found}
    record(
        by=by.username, at=at, action="recognition.condition_noted", subject=str(row.pk), **facts
    )
    return made


@transaction.atomic
def enter_rate(
    *,
    currency: str,
    day: date,
    units: Decimal,
    price: Decimal,
    price_currency: str,
    source: str,
    by: User,
    at: datetime,
) -> ExchangeRate:
    """Enter what a currency cost on a day, with the source. A newer one for the day stands before.

    Raises FindingsError with everything that is wrong.
    """
    found = []
    for name, code in (("currency", currency), ("price_currency", price_currency)):
        if get_currencies().status(code) is not CodeStatus.CURRENT:
            found.append(Finding("rate.currency_unknown", name, facts={"value": code[:20]}))
    if currency == price_currency:
        found.append(Finding("rate.same_currency", "price_currency"))
    if not (0 < units < _MOST and units == units.to_integral_value()):
        found.append(Finding("rate.amount_odd", "units"))
    if not (0 < price < _MOST) or round(price, 6) != price:
        found.append(Finding("rate.amount_odd", "price"))
    if not 0 < len(source.strip()) <= MAX_SOURCE:
        found.append(Finding("rate.source_missing", "source", facts={"limit": str(MAX_SOURCE)}))
    if found:
        raise FindingsError(found[0].code, found, **found[0].facts)
    made = ExchangeRate.objects.create(
        currency=currency,
        day=day,
        units=units,
        price=price,
        price_currency=price_currency,
        source=source.strip(),
        entered_at=at,
        entered_by=by,
    )
    facts = {"currency": currency, "day": day.isoformat()}
    record(by=by.username, at=at, action="recognition.rate_entered", subject=currency, **facts)
    return made
