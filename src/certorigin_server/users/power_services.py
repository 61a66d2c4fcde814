"""Powers of attorney are given and taken back here; each is a line of the trail (R60)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from certorigin.errors import FindingsError, RightError, StandingError
from certorigin.vocabulary.finding import Finding
from certorigin_server.trail.services import record
from certorigin_server.users.models import PowerOfAttorney
from certorigin_server.users.power_queries import find_trader, get_given
from certorigin_server.users.queries import is_trader, organisations_of
from certorigin_server.users.services import lock_organisation

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin_server.users.models import Organisation, User

LONGEST_NUMBER = 60


@transaction.atomic
def give_power(
    *,
    agent: str,
    number: str,
    covers: str,
    starts: date | None,
    ends: date | None,
    by: User,
    at: datetime,
    principal: Organisation | None = None,
) -> PowerOfAttorney:
    """Let another company act for one's own, or for a branch of it, until a last day.

    `agent` is its number in the register, or its short name here. Raises RightError
    (`application.not_a_trader`), FindingsError (`power.refused`) with everything that is wrong.
    """
    own = principal or by.organisation
    if own is None or not is_trader(own) or own.pk not in organisations_of(by):
        raise RightError("application.not_a_trader")
    lock_organisation(own)  # of one number given twice at once, the second is told
    number, other = number.strip(), find_trader(agent)
    findings = [
        *_about_agent(own, other, agent),
        *_about_number(own, other, number),
        *_about_days(starts, ends, today=timezone.localdate(at)),
    ]
    if covers not in PowerOfAttorney.Covers.values:
        findings.append(Finding("power.covers_missing", "covers"))
    if findings or other is None or starts is None or ends is None:
        raise FindingsError("power.refused", findings)
    power = PowerOfAttorney.objects.create(
        principal=own,
        agent=other,
        number=number,
        covers=covers,
        starts=starts,
        ends=ends,
        recorded_at=at,
        recorded_by=by,
    )
    facts = {"principal": own.slug, "agent": other.slug, "covers": covers}
    record(by=by.username, at=at, action="users.power_given", subject=power.urn, **facts)
    return power


@transaction.atomic
def revoke_power(*, power: int, by: User, at: datetime) -> PowerOfAttorney:
    """Take a power back, from this moment; what was done under it stays done.

    Raises UnknownError (`power.unknown`), StandingError (`power.revoked`).
    """
    given = get_given(power, user=by)
    row = PowerOfAttorney.objects.select_for_update().get(pk=given.pk)
    if row.revoked_at is not None:
        raise StandingError("power.revoked", number=row.number)
    row.revoked_at, row.revoked_by = at, by
    row.save(update_fields=["revoked_at", "revoked_by"])
    record(by=by.username, at=at, action="users.power_revoked", subject=row.urn)
    return row


def _about_agent(own: Organisation, other: Organisation | None, asked: str) -> list[Finding]:
    if not asked.strip():
        return [Finding("power.agent_missing", "agent", clause="R60")]
    if other is None:
        return [Finding("power.agent_unknown", "agent", clause="R60", facts={"value": asked[:60]})]
    if other.pk == own.pk:
        return [Finding("power.to_oneself", "agent", clause="R60")]
    return []


def _about_number(own: Organisation, other: Organisation | None, number: str) -> list[Finding]:
    if not number or len(number) > LONGEST_NUMBER:
        facts = {"limit": str(LONGEST_NUMBER)}
        return [Finding("power.number_missing", "number", clause="R60", facts=facts)]
    same = PowerOfAttorney.objects.filter(principal=own, agent=other, number=number)
    if other is not None and same.exists():
        return [Finding("power.number_taken", "number", clause="R60", facts={"value": number})]
    return []


def _about_days(starts: date | None, ends: date | None, *, today: date) -> list[Finding]:
    """A last day is a must, and it is still to come."""
    found = []
    if starts is None:
        found.append(Finding("power.start_missing", "starts", clause="R60"))
    if ends is None:
        found.append(Finding("power.end_missing", "ends", clause="R60"))
    elif starts is not None and ends < starts:
        found.append(Finding("power.ends_before_start", "ends", clause="R60"))
    elif ends < today:
        found.append(Finding("power.ended", "ends", clause="R60"))
    return found
