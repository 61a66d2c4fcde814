"""An application whose origin was decided elsewhere: with a certificate of another state (R48)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin_server.application.models import Application
from certorigin_server.application.power import keep_declaration, require_power
from certorigin_server.application.services import begin
from certorigin_server.trail.services import record
from certorigin_server.users.queries import get_authorised_body

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.application.draft import Application as Draft
    from certorigin_server.users.queries import User


@transaction.atomic
def hand_in_decided(
    *, draft: Draft, body: str, by: User, at: datetime, behalf: str = ""
) -> Application:
    """Hand in what a body certifies without an assessment of its own; box 13 is declared with it.

    `draft` holds the declaration; `body` is the body's slug. Raises UnknownError for another body,
    RightError (`application.not_a_trader`, `application.no_power`).
    """
    target = get_authorised_body(body)
    row = begin(draft=draft, by=by, at=at, behalf=behalf)
    power = require_power(row, by=by, at=at)
    row.status, row.body = Application.Status.SUBMITTED, target
    row.submitted_at, row.submitted_by, row.power = at, by, power or row.power
    row.decided_at = at
    row.save()
    keep_declaration(row, draft, power=power, by=by, at=at)
    record(by=by.username, at=at, action="application.submitted", subject=row.urn, body=target.urn)
    return row
