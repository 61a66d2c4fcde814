"""How a delivery is signed: the scheme of Standard Webhooks, with secrets that no table holds."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from certorigin_server.published.services import own_secret

if TYPE_CHECKING:
    from certorigin_server.notices.webhooks.models import Endpoint

_MASTER = "webhook.secret"
PREFIX = "whsec_"


def secret_of(endpoint: Endpoint) -> str:
    """Return the secret of an address, as its owner keeps it: `whsec_` and base64."""
    told = f"certorigin webhook {endpoint.pk} {endpoint.generation}".encode()
    return PREFIX + base64.b64encode(hmac.digest(own_secret(_MASTER), told, "sha256")).decode()


def sign(secret: str, *, identifier: str, seconds: int, body: bytes) -> str:
    """Return the `webhook-signature` of a delivery: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    told = f"{identifier}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
