"""What every page of the shell shows: the system, the person, the languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin_server.users.queries import User, rights_of

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the names that the templates use everywhere."""
    user = getattr(request, "user", None)
    rights = rights_of(user, at=timezone.now()) if isinstance(user, User) else frozenset()
    return {
        "system": settings.SYSTEM,
        "languages": settings.LANGUAGES,
        "rights": rights,
    }
