"""Reading what a person was told, and how they want to be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.notices.kinds import How, Kind
from certorigin_server.notices.models import Choice, Letter, Mailbox, Notice, Occasion

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

__all__ = ["Letter", "Mailbox", "Notice", "Occasion"]

# A bell that shows more than these says so with a plus.
MOST_COUNTED = 99


def notices_of(user: User) -> QuerySet[Notice]:
    """Return what a person was told, newest first."""
    return Notice.objects.filter(user=user).select_related("occasion").order_by("-pk")


def count_unread(user: User) -> int:
    """Return how much a person has not read, up to one more than the bell shows."""
    unread = Notice.objects.filter(user=user, read_at=None)
    return unread.values("pk")[: MOST_COUNTED + 1].count()


def choices_of(user: User) -> dict[Kind, How]:
    """Return how a person wants to be written to about each kind; unless chosen, at once."""
    chosen = dict(Choice.objects.filter(user=user).values_list("kind", "how"))
    return {kind: How(chosen.get(str(kind), How.AT_ONCE)) for kind in Kind}


def mailbox_of(user: User) -> Mailbox | None:
    """Return the address of a person, confirmed or not, or None."""
    return Mailbox.objects.filter(user=user).first()


def is_written_to(mailbox: Mailbox | None) -> bool:
    """Say whether e-mail goes to an address: there is a server, and the address is a good one."""
    is_good = mailbox is not None and mailbox.confirmed_at and mailbox.stopped_at is None
    return bool(settings.SYSTEM.mail.server and is_good)


def letters_due(*, at: datetime, limit: int = 50) -> list[Letter]:
    """Return the letters to be sent now, the longest waiting first."""
    due = Letter.objects.filter(status=Letter.Status.WAITING, next_at__lte=at)
    return list(due.select_related("user").order_by("next_at")[:limit])


def undigested(mailbox: Mailbox) -> list[Notice]:
    """Return what a person wants told by the day and no letter brought yet, oldest first."""
    kinds = [kind for kind, how in choices_of(mailbox.user).items() if how is How.DIGEST]
    found = Notice.objects.filter(
        user=mailbox.user, letter=None, read_at=None, occasion__kind__in=[str(one) for one in kinds]
    )
    return list(found.filter(created__gte=mailbox.confirmed_at).order_by("pk")[:200])
