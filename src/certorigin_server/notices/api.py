"""Notices and webhooks for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from ninja import Field, Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.notices import services
from certorigin_server.notices.kinds import How, Kind
from certorigin_server.notices.queries import choices_of, mailbox_of, notices_of
from certorigin_server.notices.webhooks import services as webhooks
from certorigin_server.notices.webhooks.queries import deliveries_to, endpoints_of, get_endpoint
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.notices.webhooks.models import Endpoint

router = Router(tags=["notices"])
webhook_router = Router(tags=["webhooks"])
MOST = 100


class NoticeOut(Schema):
    """One thing that its person was told of; `code` names the sentence, `link` the page."""

    id: str
    kind: str
    code: str
    number: str
    link: str
    due: str
    at: str
    is_read: bool


class ReadIn(Schema):
    """The notice that was read; without one, all."""

    id: int | None = Field(default=None, ge=0, le=2**62)


class ReadOut(Schema):
    """How many were unread until now."""

    read: str


class ChoicesOut(Schema):
    """How a person is written to; `is_confirmed` says whether the address proved to be theirs."""

    address: str
    is_confirmed: bool
    kinds: dict[str, str]


class ChoicesIn(Schema):
    """How a person wants to be written to about some kinds."""

    kinds: dict[Kind, How]


class WebhookIn(Schema):
    """Where to deliver, and which kinds."""

    url: Text
    kinds: list[Text] = Field(max_length=20)


class WebhookOut(Schema):
    """An address; `status` is on, failing or off."""

    id: str
    url: str
    kinds: list[str]
    status: str
    made: str


class WebhookMade(WebhookOut):
    """A new address with its secret, shown this once."""

    secret: str


class DeliveryOut(Schema):
    """One delivery: waiting, done or failed; `answer` is a status, or why none came."""

    id: str
    kind: str
    number: str
    status: str
    tries: str
    answer: str
    created: str
    next: str


@router.get("", response=list[NoticeOut])
def list_notices(request: HttpRequest) -> list[NoticeOut]:
    """Return the newest hundred things that a person was told of."""
    caller = Caller.of(request)
    return [
        NoticeOut(
            id=str(row.pk),
            kind=row.occasion.kind,
            code=row.occasion.code,
            number=row.occasion.number,
            link=f"{settings.SYSTEM.site}{row.occasion.path}",
            due=row.occasion.due.isoformat() if row.occasion.due else "",
            at=moment_to_text(row.created),
            is_read=row.read_at is not None,
        )
        for row in notices_of(caller.user)[:MOST]
    ]


@router.post("/read", response=ReadOut)
def read_notices(request: HttpRequest, body: ReadIn) -> ReadOut:
    """Mark one notice as read, or all."""
    caller = Caller.of(request)
    count = services.mark_read(user=caller.user, at=caller.at, notice=body.id)
    return ReadOut(read=str(count))


@router.get("/choices", response=ChoicesOut)
def read_choices(request: HttpRequest) -> ChoicesOut:
    """Say how a person is written to."""
    caller = Caller.of(request)
    mailbox = mailbox_of(caller.user)
    return ChoicesOut(
        address=mailbox.address if mailbox else "",
        is_confirmed=bool(mailbox and mailbox.confirmed_at and not mailbox.stopped_at),
        kinds={str(kind): str(how) for kind, how in choices_of(caller.user).items()},
    )


@router.put("/choices", response={204: None})
def change_choices(request: HttpRequest, body: ChoicesIn) -> Status[None]:
    """Choose how to be written to; the address is set in the page, where it is confirmed."""
    caller = Caller.of(request)
    services.choose(chosen=body.kinds, by=caller.user, at=caller.at)
    return Status(204, None)


@webhook_router.get("", response=list[WebhookOut])
def list_webhooks(request: HttpRequest) -> list[WebhookOut]:
    """List the addresses of one's company, or of the system."""
    caller = Caller.of(request, Right.WEBHOOKS_WRITE)
    return [WebhookOut(**_told(row)) for row in endpoints_of(caller.user)]


@webhook_router.post("", response={201: WebhookMade})
def register_webhook(request: HttpRequest, body: WebhookIn) -> Status[WebhookMade]:
    """Register an address; the secret comes this once."""
    caller = Caller.of(request, Right.WEBHOOKS_WRITE)
    row, secret = webhooks.register(url=body.url, kinds=body.kinds, by=caller.user, at=caller.at)
    return Status(201, WebhookMade(secret=secret, **_told(row)))


@webhook_router.delete("/{int:webhook}", response={204: None})
def remove_webhook(request: HttpRequest, webhook: int) -> Status[None]:
    """Tell an address nothing more."""
    caller = Caller.of(request, Right.WEBHOOKS_WRITE)
    webhooks.remove(endpoint=webhook, by=caller.user, at=caller.at)
    return Status(204, None)


@webhook_router.get("/{int:webhook}/deliveries", response=list[DeliveryOut])
def list_deliveries(request: HttpRequest, webhook: int) -> list[DeliveryOut]:
    """Return the newest hundred deliveries to an address."""
    caller = Caller.of(request, Right.WEBHOOKS_WRITE)
    return [
        DeliveryOut(
            id=str(row.pk),
            kind=row.occasion.kind,
            number=row.occasion.number,
            status=row.status,
            tries=str(row.tries),
            answer=row.answer,
            created=moment_to_text(row.created),
            next=moment_to_text(row.next_at) if row.status == "waiting" else "",
        )
        for row in deliveries_to(get_endpoint(webhook, user=caller.user))[:MOST]
    ]


@webhook_router.post("/deliveries/{uuid:delivery}/again", response={204: None})
def deliver_again(request: HttpRequest, delivery: UUID) -> Status[None]:
    """Send a delivery once more, at once."""
    caller = Caller.of(request, Right.WEBHOOKS_WRITE)
    webhooks.send_again(delivery=delivery, by=caller.user, at=caller.at)
    return Status(204, None)


def _told(row: Endpoint) -> dict[str, Any]:
    failing = "failing" if row.failing_since else "on"
    return {
        "id": str(row.pk),
        "url": row.url,
        "kinds": row.kinds.split(),
        "status": "off" if row.switched_off_at else failing,
        "made": moment_to_text(row.made_at),
    }
