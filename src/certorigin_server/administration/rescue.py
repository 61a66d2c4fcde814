"""What only the command line does: an administrator appointed while four eyes are impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import StandingError
from certorigin_server.administration.changes import LEAST_ADMINISTRATORS
from certorigin_server.administration.models import Suspension
from certorigin_server.trail.services import record
from certorigin_server.users.queries import active_with, get_user, roles_of
from certorigin_server.users.rights import Role
from certorigin_server.users.services import grant_role, lock_administrators, set_active

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def appoint_administrator(*, username: str, by: str, at: datetime) -> None:
    """Let a person in again, as administrator, so that two are there to act.

    Raises UnknownError, StandingError (`administration.enough`) while two administrators can act:
    then rights change with four eyes and not otherwise.
    """
    lock_administrators()
    active = active_with(Role.ADMINISTRATOR, at=at)
    if len(active) >= LEAST_ADMINISTRATORS:
        raise StandingError("administration.enough", count=str(len(active)))
    user = get_user(username)
    operator = f"operator: {by.strip()}"[:200]
    record(by=operator, at=at, action="administration.appointed", subject=username)
    if not user.is_active:
        # A suspension ends by a proposal; this one ends by the operator, and the trail says so.
        Suspension.objects.filter(user=user, restored_by=None).update(overruled_at=at)
        set_active(user=user, is_active=True, by=operator, at=at)
    if Role.ADMINISTRATOR not in roles_of(user, at=at):
        role = Role.ADMINISTRATOR
        grant_role(user=user, role=role, starts=at, ends=None, by=operator, at=at)
