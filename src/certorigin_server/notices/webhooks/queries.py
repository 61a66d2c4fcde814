"""Reading webhooks: whose they are, what waits, how deliveries went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError
from certorigin_server.notices.webhooks.models import Delivery, Endpoint
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

__all__ = ["Delivery", "Endpoint"]


def endpoints_of(user: User) -> QuerySet[Endpoint]:
    """Return the addresses that a person looks after: of their company, or of the system."""
    found = Endpoint.objects.filter(removed_at=None).select_related("made_by")
    own = user.organisation
    return found.filter(organisation=own if own is not None and is_trader(own) else None)


def get_endpoint(endpoint: int, *, user: User) -> Endpoint:
    """Return an address of a person's. Raises UnknownError (`webhook.unknown`)."""
    found = endpoints_of(user).filter(pk=endpoint).first()
    if found is None:
        raise UnknownError("webhook.unknown", webhook=str(endpoint))
    return found


def get_delivery(delivery: UUID, *, user: User) -> Delivery:
    """Return a delivery to an address of a person's. Raises UnknownError (`webhook.unknown`)."""
    found = Delivery.objects.filter(pk=delivery, endpoint__in=endpoints_of(user).order_by())
    row = found.select_related("endpoint", "occasion").first()
    if row is None:
        raise UnknownError("webhook.unknown", webhook=str(delivery))
    return row


def find_endpoint(text: str) -> Endpoint | None:
    """Return an address by its number as text, or None."""
    number = int(text) if text.isdecimal() and len(text) < 18 else 0
    return Endpoint.objects.select_related("organisation").filter(pk=number).first()


def deliveries_to(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return the deliveries to an address, newest first."""
    found = Delivery.objects.filter(endpoint=endpoint).select_related("occasion")
    return found.order_by("-created", "-pk")


def listening(kind: str, traders: Iterable[int]) -> list[Endpoint]:
    """Return the addresses that are told of a kind: of these traders, and of the system."""
    live = Endpoint.objects.filter(removed_at=None, switched_off_at=None)
    of_whom = [*traders]
    found = [*live.filter(organisation__in=of_whom)] if of_whom else []
    found += live.filter(organisation=None)
    return [one for one in found if kind in one.kinds.split()]


def deliveries_due(*, at: datetime, limit: int = 50) -> list[Delivery]:
    """Return what is to be delivered now, the longest waiting first."""
    due = Delivery.objects.filter(status=Delivery.Status.WAITING, next_at__lte=at)
    return list(due.select_related("endpoint", "occasion").order_by("next_at")[:limit])
