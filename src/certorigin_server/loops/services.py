"""Taking, renewing and proving a lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import ConflictError
from certorigin_server.loops.models import Lease, LoopState

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Hold:
    """A lease that we hold: its name and its fencing token."""

    name: str
    token: int


@transaction.atomic
def take_lease(*, name: str, holder: str, seconds: float, at: datetime) -> Hold | None:
    """Take or renew a lease; None when somebody else holds it."""
    Lease.objects.get_or_create(name=name, defaults={"holder": "", "expires": at})
    lease = Lease.objects.select_for_update().get(name=name)
    if lease.holder != holder and lease.expires > at and lease.holder:
        return None
    if lease.holder != holder:
        lease.holder, lease.token = holder, lease.token + 1
    lease.expires = at + timedelta(seconds=seconds)
    lease.save()
    return Hold(name, lease.token)


def require_hold(hold: Hold) -> None:
    """Prove inside a transaction that nobody took the lease since. Raises ConflictError.

    The row stays locked until the transaction ends: a newer holder waits for us or fences us off.
    """
    lease = Lease.objects.select_for_update().get(name=hold.name)
    if lease.token != hold.token:
        raise ConflictError("loop.fenced_off", name=hold.name)


@transaction.atomic
def give_back(*, hold: Hold, at: datetime) -> None:
    """End a lease early, so that another process need not wait for its end."""
    Lease.objects.filter(name=hold.name, token=hold.token).update(holder="", expires=at)


def note_turn(*, name: str, at: datetime, worked: bool, fault: str = "") -> None:
    """Remember for the operator that a loop turned, and what stopped it if something did."""
    values: dict[str, object] = {"turned": at}
    if worked:
        values["worked"] = at
    if fault:
        values |= {"fault": fault[:300], "fault_at": at}
    elif worked:
        values["fault"] = ""
    LoopState.objects.update_or_create(name=name, defaults=values)
