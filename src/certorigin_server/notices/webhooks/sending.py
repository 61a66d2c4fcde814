"""The one door by which deliveries leave: slow, huge and hostile receivers hurt nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
from django.conf import settings

from certorigin.errors import MalformedError
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.notices.webhooks.address import choose_address, read_url
from certorigin_server.notices.webhooks.signature import secret_of, sign

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.notices.webhooks.models import Delivery

WAIT = 10.0
_GOOD = range(200, 300)


@dataclass(frozen=True)
class Answer:
    """How a delivery went: a status of HTTP, or the code of what kept it from leaving."""

    text: str
    is_good: bool = False


def body_of(delivery: Delivery) -> bytes:
    """Return what is told: kind, number and link; no names, goods or values."""
    occasion = delivery.occasion
    due = {"due": occasion.due.isoformat()} if occasion.due else {}
    return strict_bytes(
        {
            "type": occasion.kind,
            "timestamp": moment_to_text(occasion.at),
            "data": {
                "code": occasion.code,
                "installation": settings.SYSTEM.installation,
                "link": f"{settings.SYSTEM.site}{occasion.path}",
                "number": occasion.number,
                **due,
            },
        }
    )


def post(
    delivery: Delivery, *, at: datetime, transport: httpx.BaseTransport | None = None
) -> Answer:
    """Deliver once. Whatever the receiver does, this returns; its answer's body is not read.

    `transport` lets a test stand in for the network.
    """
    try:
        target = read_url(delivery.endpoint.url)
        address = choose_address(target, allowed=settings.SYSTEM.webhooks.networks)
    except MalformedError as error:
        return Answer(error.code)
    body, seconds = body_of(delivery), int(at.timestamp())
    secret, identifier = secret_of(delivery.endpoint), str(delivery.pk)
    headers = {
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": "certorigin",
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": sign(secret, identifier=identifier, seconds=seconds, body=body),
    }
    host = f"[{address}]" if ":" in address else address
    url = f"{target.scheme}://{host}:{target.port}{target.path}"
    # The certificate must be that of the name, though the connection goes to the address.
    names = {"sni_hostname": target.host}
    try:
        with (
            httpx.Client(
                timeout=WAIT, follow_redirects=False, trust_env=False, transport=transport
            ) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=names) as answer,
        ):
            return Answer(str(answer.status_code), answer.status_code in _GOOD)
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        return Answer(type(fault).__name__)
