"""Deputies: an officer who is away names who acts for him, and nobody acts without a right.

The deputy seals with a key of his own. He must be believed by the partner at the first and at the
last moment of the period, as the trust list stands when he is named; at each seal it is asked anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from certorigin.errors import ConflictError, MalformedError, RightError, UnknownError
from certorigin.vocabulary.sorting import sort_key
from certorigin_server.application.queries import USUAL_FORM
from certorigin_server.certification.case import entitled_slots
from certorigin_server.certification.models import Deputation
from certorigin_server.trail.services import record
from certorigin_server.users.queries import get_user, people_with, rights_of
from certorigin_server.users.rights import Right, Role
from certorigin_server.users.services import lock_organisation

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import Organisation, User

LONGEST = timedelta(days=366)
LONGEST_REASON = 300


def possible_deputies(officer: User, *, at: datetime) -> list[User]:
    """Return the certifying officers of the same body, but for the officer himself."""
    found = people_with(Role.CERTIFYING_OFFICER, at=at)
    own = [one for one in found if one.organisation_id == officer.organisation_id]
    return sorted(
        (one for one in own if one.pk != officer.pk), key=lambda one: sort_key(one.full_name)
    )


@transaction.atomic
def name_deputy(
    *, deputy: str, starts: datetime, ends: datetime, reason: str, by: User, at: datetime
) -> Deputation:
    """Name who acts for an officer from a moment until a moment.

    Raises MalformedError (`certification.without_reason`, `…period_wrong`), RightError
    (`certification.deputy_not_entitled`), ConflictError (`certification.deputation_overlaps`,
    `…deputy_away`).
    """
    reason = reason.strip()
    if not reason:
        raise MalformedError("certification.without_reason", place="reason")
    if len(reason) > LONGEST_REASON:
        raise MalformedError("record.text_too_long", place="reason", limit=str(LONGEST_REASON))
    if not starts < ends or ends <= at or ends - starts > LONGEST:
        raise MalformedError("certification.period_wrong", place="ends", days=str(LONGEST.days))
    body, person = _entitled(deputy, starts, ends, by=by)
    lock_organisation(body)  # of two who name each other at once, the second is told
    meets = Q(starts__lt=ends, ends__gt=starts, ended_at=None)
    known = Deputation.objects.filter(meets, body=body)
    if known.filter(officer=by).exists():
        raise ConflictError("certification.deputation_overlaps", officer=by.username)
    if known.filter(officer=person).exists():
        raise ConflictError("certification.deputy_away", deputy=person.full_name)
    named = Deputation.objects.create(
        body=body,
        officer=by,
        deputy=person,
        starts=starts,
        ends=ends,
        reason=reason,
        named_at=at,
        named_by=by,
    )
    record(
        by=by.username,
        at=at,
        action="certification.deputy_named",
        subject=by.officer_urn,
        deputy=person.username,
    )
    return named


@transaction.atomic
def end_deputation(*, deputation: int, by: User, at: datetime) -> Deputation:
    """End one's own deputation early. Raises UnknownError (`certification.deputation_unknown`)."""
    own = Deputation.objects.select_for_update().filter(officer=by, ended_at=None, ends__gt=at)
    row = own.filter(pk=deputation).first()
    if row is None:
        raise UnknownError("certification.deputation_unknown", deputation=str(deputation))
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(
        by=by.username,
        at=at,
        action="certification.deputy_ended",
        subject=by.officer_urn,
        deputy=row.deputy.username,
    )
    return row


def _entitled(
    deputy: str, starts: datetime, ends: datetime, *, by: User
) -> tuple[Organisation, User]:
    """Return body and deputy, if of this body and entitled from the first to the last moment."""
    try:
        person = get_user(deputy)
    except UnknownError as error:
        raise RightError("certification.deputy_not_entitled", reason=error.code) from error
    body = by.organisation
    if person.pk == by.pk or body is None or person.organisation_id != body.pk:
        raise RightError("certification.deputy_not_entitled", reason="certification.another_body")
    for moment in (starts, ends - timedelta(seconds=1)):
        if Right.CERTIFICATION_CERTIFY not in rights_of(person, at=moment):
            raise RightError("certification.deputy_not_entitled", reason="right.missing")
        try:
            entitled_slots(body, USUAL_FORM, by=person, at=moment)
        except RightError as error:
            reason = str(error.facts.get("reason", error.code))
            raise RightError("certification.deputy_not_entitled", reason=reason) from error
    return body, person
