"""How far the printer at a person's place is off: kept in the browser there, not with the person.

Two people at one place print on one printer; one person at two places prints on two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

COOKIE = "printer"
SAID = ("right", "down", "sheets")
_LONGEST = 10
_YEAR = 365 * 86_400


def printer_of(request: HttpRequest) -> dict[str, str]:
    """Return what was said last at this place, as a form is filled with it."""
    pairs = parse_qsl(request.COOKIES.get(COOKIE, "")[:200])
    return {name: text for name, text in pairs if name in SAID and len(text) <= _LONGEST}


def remember_printer(answer: HttpResponse, said: Mapping[str, object]) -> None:
    """Keep what was said for a year at this place."""
    kept = {name: _written(said[name]) for name in SAID if name in said}
    answer.set_cookie(
        COOKIE,
        urlencode(kept),
        max_age=_YEAR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )


def _written(value: object) -> str:
    """Write a value as a form shows it: a ticked box is `on`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)[:_LONGEST]
