"""Registering and removing addresses, and what becomes of each delivery.

by people    register · remove · switch_on · new_secret · send_again
by the loop  deliver · note_answer
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from certorigin.errors import ConflictError, FindingsError, MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin_server.notices.kinds import Kind
from certorigin_server.notices.webhooks.address import choose_address, read_url
from certorigin_server.notices.webhooks.models import Delivery, Endpoint
from certorigin_server.notices.webhooks.queries import (
    endpoints_of,
    get_delivery,
    get_endpoint,
    listening,
)
from certorigin_server.notices.webhooks.signature import secret_of
from certorigin_server.trail.services import record
from certorigin_server.users.queries import is_trader

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.notices.models import Occasion
    from certorigin_server.notices.webhooks.sending import Answer
    from certorigin_server.users.queries import User

MOST = 10
# Waits before a delivery is tried again; after the last it is given up. About three days in all.
PAUSES = tuple(
    timedelta(seconds=one) for one in (5, 30, 120, 600, 1800, 7200, 21600, 43200, 86400, 86400)
)
# An address to which nothing came through for so long is switched off.
SWITCHED_OFF_AFTER = timedelta(days=5)


def register(*, url: str, kinds: Collection[str], by: User, at: datetime) -> tuple[Endpoint, str]:
    """Register an address for a person's company, or for the system; return it with its secret.

    Its name is looked up before the transaction, for that may take long. Raises FindingsError: an
    address that is none or may not be reached, no kind, too many.
    """
    findings = []
    try:
        choose_address(read_url(url.strip()), allowed=settings.SYSTEM.webhooks.networks)
    except MalformedError as error:
        findings.append(Finding(error.code, "url"))
    known = {str(one) for one in Kind}
    if not kinds or set(kinds) - known:
        findings.append(Finding("webhook.no_kind", "kinds"))
    if endpoints_of(by).count() >= MOST:
        findings.append(Finding("webhook.too_many", "url", facts={"most": str(MOST)}))
    if findings:
        raise FindingsError("webhook.refused", findings)
    own = by.organisation
    with transaction.atomic():
        row = Endpoint.objects.create(
            organisation=own if own is not None and is_trader(own) else None,
            url=url.strip(),
            kinds=" ".join(sorted(set(kinds))),
            made_at=at,
            made_by=by,
        )
        _note(row, "notices.webhook_registered", by=by.username, at=at)
    return row, secret_of(row)


@transaction.atomic
def remove(*, endpoint: int, by: User, at: datetime) -> None:
    """Tell an address nothing more. Raises UnknownError (`webhook.unknown`)."""
    row = get_endpoint(endpoint, user=by)
    Endpoint.objects.filter(pk=row.pk).update(removed_at=at)
    waiting = Delivery.objects.filter(endpoint=row, status=Delivery.Status.WAITING)
    waiting.update(status=Delivery.Status.FAILED, answer="removed", done_at=at)
    _note(row, "notices.webhook_removed", by=by.username, at=at)


@transaction.atomic
def switch_on(*, endpoint: int, by: User, at: datetime) -> None:
    """Tell an address again from now on. Raises UnknownError (`webhook.unknown`)."""
    row = get_endpoint(endpoint, user=by)
    Endpoint.objects.filter(pk=row.pk).update(switched_off_at=None, failing_since=None)
    _note(row, "notices.webhook_switched_on", by=by.username, at=at)


@transaction.atomic
def new_secret(*, endpoint: int, by: User, at: datetime) -> str:
    """Give an address a new secret; the old one signs nothing from now on. Raises UnknownError."""
    row = get_endpoint(endpoint, user=by)
    Endpoint.objects.filter(pk=row.pk).update(generation=F("generation") + 1)
    row.refresh_from_db()
    _note(row, "notices.webhook_secret_changed", by=by.username, at=at)
    return secret_of(row)


@transaction.atomic
def send_again(*, delivery: UUID, by: User, at: datetime) -> None:
    """Let one delivery be sent once more, by hand, at once.

    Raises UnknownError (`webhook.unknown`), ConflictError (`webhook.is_off`).
    """
    row = get_delivery(delivery, user=by)
    if row.endpoint.switched_off_at is not None:
        raise ConflictError("webhook.is_off")
    Delivery.objects.filter(pk=row.pk).update(
        status=Delivery.Status.WAITING, tries=0, next_at=at, done_at=None
    )
    _note(row.endpoint, "notices.webhook_sent_again", by=by.username, at=at)


def deliver(occasion: Occasion, *, traders: Collection[int], at: datetime) -> None:
    """Put one occasion into the outbox of each address, in the transaction that stores it."""
    for endpoint in listening(occasion.kind, traders):
        Delivery.objects.create(endpoint=endpoint, occasion=occasion, created=at, next_at=at)


@transaction.atomic
def note_answer(*, delivery: Delivery, answer: Answer, at: datetime) -> None:
    """Note how a delivery went: done, to be tried again with what waits beside it, or given up.

    An address that takes nothing for days is switched off, and its people are told.
    """
    row = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    known = Delivery.objects.filter(pk=delivery.pk)
    tries = delivery.tries + 1
    if answer.is_good:
        done = Delivery.Status.DONE
        known.update(status=done, tries=tries, answer=answer.text, done_at=at)
        Endpoint.objects.filter(pk=row.pk).update(failing_since=None)
        return
    since = row.failing_since or at
    Endpoint.objects.filter(pk=row.pk).update(failing_since=since)
    waiting = Delivery.objects.filter(endpoint=row, status=Delivery.Status.WAITING)
    if tries > len(PAUSES):
        failed = Delivery.Status.FAILED
        known.update(status=failed, tries=tries, answer=answer.text, done_at=at)
    else:
        until = at + PAUSES[tries - 1]
        known.update(tries=tries, answer=answer.text, next_at=until)
        waiting.filter(next_at__lt=until).update(next_at=until)
    if at - since >= SWITCHED_OFF_AFTER and row.switched_off_at is None:
        Endpoint.objects.filter(pk=row.pk).update(switched_off_at=at)
        waiting.update(status=Delivery.Status.FAILED, done_at=at)
        _note(row, "notices.webhook_switched_off", by="", at=at)


def _note(row: Endpoint, action: str, *, by: str, at: datetime) -> None:
    record(by=by, at=at, action=action, subject=f"urn:certorigin:webhook:{row.pk}")
