"""Keeping what a person types, so that nothing is lost before it is saved.

This is no act in anybody's procedure: the trail does not tell of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.errors import LimitError
from certorigin_server.desk.models import Typed

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.users.queries import User

LONGEST = 2_000_000


@transaction.atomic
def keep_typed(*, key: str, version: str, text: str, by: User, at: datetime) -> None:
    """Keep the newest input of a person for a thing. Raises LimitError."""
    if len(text) > LONGEST:
        raise LimitError("web.typed_too_long", place="", limit=str(LONGEST))
    Typed.objects.update_or_create(
        user=by, key=key, defaults={"version": version[:20], "text": text, "typed_at": at}
    )


@transaction.atomic
def forget_typed(*, key: str, by: User) -> None:
    """Forget the input: it was saved, or given up."""
    Typed.objects.filter(user=by, key=key).delete()
