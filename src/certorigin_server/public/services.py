"""Counting the questions of the public, so that nobody can try out many numbers."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac

from certorigin_server.public.models import Asked

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(minutes=10)
# A desk of traders behind one address checks some papers; whoever tries numbers needs thousands.
MOST_OF_ONE = 30
MOST_OF_ALL = 3_000
# Opening a file costs what several look-ups do.
QUESTION, FILE = 1, 5
# One household or firm is given a network of this size in version 6.
_NETWORK_OF_ONE = 64
_SALT = "certorigin.public.asked"


@transaction.atomic
def may_ask(*, address: str, at: datetime, cost: int = QUESTION) -> bool:
    """Count a question of an address, or say that it has to wait.

    Two counts hold for ten minutes, of the address and of all together. A question that has to wait
    is not counted: whoever goes on asking does not make the others wait longer.
    """
    limits = {_key(_network_of(address)): MOST_OF_ONE, _key("all"): MOST_OF_ALL}
    rows = []
    for key in sorted(limits):  # in one order, so that two at once do not wait for each other
        Asked.objects.get_or_create(key=key, defaults={"since": at})
        row = Asked.objects.select_for_update().get(key=key)
        if at - row.since >= WINDOW:
            row.count, row.since = 0, at
            if limits[key] == MOST_OF_ALL:
                Asked.objects.filter(since__lt=at - 2 * WINDOW).delete()
        rows.append(row)
    if any(row.count + cost > limits[row.key] for row in rows):
        return False
    for row in rows:
        row.count += cost
        row.save()
    return True


def _key(text: str) -> str:
    return salted_hmac(_SALT, text, algorithm="sha256").hexdigest()


def _network_of(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ip_network((found, _NETWORK_OF_ONE), strict=False))
