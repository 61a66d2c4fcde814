"""What a key had sealed, and the certificates that fell with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.vocabulary.acts import Kind
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from django.db.models import QuerySet


def sealed_with(key: str) -> list[RegisteredAct]:
    """Return every registered act that carries a proof by a key, of any log, in its order."""
    found = RegisteredAct.objects.filter(raw__contains=f'#{key}"')
    return list(found.order_by("origin", "index"))


def fallen(*, received_by: str = "") -> QuerySet[RegisteredAct]:
    """Return the certificates that fell with the key that sealed them, newest first.

    With `received_by`, only those that other installations than this one issued.
    """
    rows = RegisteredAct.objects.filter(kind=str(Kind.ISSUED), void="trust.key_withdrawn")
    rows = rows.exclude(publisher=received_by) if received_by else rows
    return rows.order_by("-legal_time", "origin", "index")


def find_fallen(subject: str) -> RegisteredAct | None:
    """Return the entry by which a certificate was issued that fell with its key, or None."""
    return fallen().filter(subject=subject).first()
