"""What every page of the shell shows: the system, the person, the languages, where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.utils import timezone

from certorigin_server.desk.carry import mark_for
from certorigin_server.notices.queries import count_unread
from certorigin_server.users.queries import User, rights_of
from certorigin_server.web.demo import is_demo
from certorigin_server.web.navigation import navigation_for

if TYPE_CHECKING:
    from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """Return the names that the templates use everywhere."""
    common: dict[str, object] = {
        "page_address": _address(request),
        "system": settings.SYSTEM,
        "languages": settings.LANGUAGES,
        "is_demo": is_demo(),
    }
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return common
    rights = rights_of(user, at=timezone.now())
    return common | {
        "rights": rights,
        "navigation": navigation_for(rights, request.path),
        "person_mark": mark_for(user.username),
        "unread": count_unread(user),
    }


def _address(request: HttpRequest) -> str:
    """Return where this page can be read again; an answer to a form where the form stands."""
    came = urlsplit(request.headers.get("referer", "") if request.method == "POST" else "")
    if came.netloc == request.get_host():
        return urlunsplit(("", "", came.path, came.query, ""))
    return request.get_full_path()
