"""Reading what a person typed and has not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.models import Typed

if TYPE_CHECKING:
    from certorigin_server.users.queries import User


def find_typed(*, user: User, key: str) -> Typed | None:
    """Return what the person typed for a thing and did not save, or None."""
    return Typed.objects.filter(user=user, key=key).first()


def keys_typed(user: User) -> frozenset[str]:
    """Return the things for which the person typed something that is not saved."""
    return frozenset(Typed.objects.filter(user=user).values_list("key", flat=True))
