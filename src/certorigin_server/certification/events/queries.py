"""Reading what was asked for of certificates, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.certification.events import CORRECTION, DUPLICATE, SUBSTITUTE
from certorigin.errors import UnknownError
from certorigin_server.certification.events.models import (
    EVENT_TITLES,
    EventRefusal,
    EventRequest,
)
from certorigin_server.users.queries import issuing_organisations_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from certorigin_server.certification.models import Certificate
    from certorigin_server.users.queries import User

__all__ = [
    "EVENT_TITLES",
    "EventRefusal",
    "EventRequest",
    "get_request",
    "lock_request",
    "requests_about",
    "substitutes_made",
    "waiting",
]


def waiting(user: User) -> QuerySet[EventRequest]:
    """Return what waits for the certifying officers of a person's bodies, longest first."""
    found = EventRequest.objects.filter(body__in=issuing_organisations_of(user))
    found = found.filter(made=None, refusal=None).order_by("asked_at", "id")
    return found.select_related("base", "asked_by")


def get_request(request: int, *, user: User) -> EventRequest:
    """Return one request to the person's bodies. Raises UnknownError (`event.unknown`)."""
    found = EventRequest.objects.filter(body__in=issuing_organisations_of(user), pk=request)
    row = found.select_related("base__act", "base__body", "asked_by", "made", "refusal").first()
    if row is None:
        raise UnknownError("event.unknown", request=str(request))
    return row


def requests_about(subject: str) -> list[EventRequest]:
    """Return what was asked for of a certificate, oldest first; the certificate was seen."""
    found = EventRequest.objects.filter(base=subject)
    return list(found.select_related("made__act", "refusal", "asked_by"))


def substitutes_made(base: Certificate) -> list[EventRequest]:
    """Return the requests whose substitutes took goods of a certificate, oldest first.

    What was taken of an original is taken of its duplicate and of its corrected version too.
    """
    line = [base]
    while line[-1].event in {DUPLICATE, CORRECTION} and line[-1].asked is not None:
        line.append(line[-1].asked.base)
    found = EventRequest.objects.filter(base__in=line, event=SUBSTITUTE).exclude(made=None)
    return list(found.select_related("made"))


def lock_request(row: EventRequest, *, user: User) -> EventRequest:
    """Return a request as it is now, and keep it so until the transaction ends."""
    EventRequest.objects.select_for_update(no_key=True).get(pk=row.pk)
    return get_request(row.pk, user=user)
