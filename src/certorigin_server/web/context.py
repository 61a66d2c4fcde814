"""What every page of the shell shows: the system, the person, the languages, where to go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from certorigin_server.desk.carry import mark_for
from certorigin_server.notices.queries import count_unread
from certorigin_server.users.queries import User, rights_of
from certorigin_server.web.demo import is_demo
from certorigin_server.web.navigation import navigation_for

if TYPE_CHECKING:
    from django.http import HttpRequest

# Under this name the forms of an answer say where the form stood that was answered.
STOOD_AT = "stood_at"


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
    """Return where this page can be read again; an answer to a form where the form stands.

    The page of an answer names it in its own forms: a second try comes from an address that may
    take nothing but forms, and then no longer says from where the first one came.
    """
    if request.method != "POST":
        return request.get_full_path()
    named = request.POST.get(STOOD_AT, "")
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None):
        return named
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc == request.get_host():
        return urlunsplit(("", "", came.path, came.query, ""))
    return request.get_full_path()
