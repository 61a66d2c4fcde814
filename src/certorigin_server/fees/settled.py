"""What certifying asks of the fees: that they are charged, and whether an unpaid one stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from certorigin.errors import StandingError
from certorigin.fees.reckon import reckon
from certorigin_server.fees.queries import (
    Fee,
    balance_of,
    entry_for,
    fee_of,
    late_since_of,
    order_of,
    rules_of,
    schedule_of,
)
from certorigin_server.fees.services import charge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.application.queries import Application
    from certorigin_server.fees.queries import FeeRules


def charge_all(applications: Sequence[Application], *, at: datetime) -> None:
    """Charge those of many applications that are not charged yet, as `charge` does each."""
    if len(applications) > 1:
        known = {(one.body_id, _day(one)): one for one in applications}
        with_schedule = {key for key, one in known.items() if entry_for(one) is not None}
        due = [one for one in applications if (one.body_id, _day(one)) in with_schedule]
        fees = Fee.objects.filter(application__in=[one.pk for one in due], request=0)
        charged = set(fees.values_list("application", flat=True)) if due else set()
        applications = [one for one in due if one.pk not in charged]
    for one in applications:
        charge(application=one, at=at)


def _day(application: Application) -> object:
    moment = application.submitted_at
    return timezone.localdate(moment) if moment else None


def require_settled(
    *, application: Application, request: int = 0, rules: FeeRules | None = None
) -> None:
    """Let an unpaid fee stop the work, if that is the body's rule; else nothing is asked.

    Nor is anything asked that would go straight back, since the term was missed. Raises
    StandingError (`fees.unpaid`).
    """
    if application.body_id is None:
        return
    rules = rules or rules_of(application.body_id)
    if not rules.unpaid_stops:
        return
    may_go_back = not request and rules.late_refunds
    if may_go_back and late_since_of(application, at=application.decided_at):
        return  # whether the loop has judged it or not
    fee = fee_of(application.pk, request=request)
    if fee is not None:
        outstanding, currency, reference = balance_of(fee).outstanding, fee.currency, fee.reference
    elif not request and (entry := entry_for(application)) is not None:
        found = reckon(schedule_of(entry), order_of(application))  # the loop will charge it
        outstanding, currency, reference = found.total, found.currency, "—"
    else:
        return
    if outstanding:
        due = f"{outstanding:f} {currency}"
        raise StandingError("fees.unpaid", reference=reference, amount=due)
