"""A mistake that is found after an application was handed in: it is withdrawn and begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin_server.application.evidence_services import carry_over
from certorigin_server.application.services import copy, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.application.models import Application
    from certorigin_server.users.queries import User

    Carry = Callable[[Application, Application, User, datetime], None]

_carries: list[Carry] = []


def carried_anew(carry: Carry) -> Carry:
    """Let a later stop carry what it keeps about the old application over to the new one."""
    _carries.append(carry)
    return carry


@transaction.atomic
def begin_anew(*, application: UUID, by: User, at: datetime, reason: str = "") -> Application:
    """Withdraw an application and begin one with all that it states, its files included.

    What later stops keep about it goes with it: that it is in place of a certificate (R47), or
    urgent. Raises as `withdraw` and `copy`; then neither is done.
    """
    old = withdraw(application=application, by=by, at=at, reason=reason)
    row = copy(application=application, by=by, at=at)
    carry_over(source=old, application=row.pk, by=by, at=at)
    for carry in _carries:
        carry(old, row, by, at)
    return row
