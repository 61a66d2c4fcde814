"""The bell of the loops: whoever leaves work for them rings, and none of them rests any longer.

The processes of the web ring after each request that may have changed something, a loop after each
turn in which it did. Between them stands a file of which only the time counts; a ring that is lost
costs a rest.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.durable import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.http import HttpRequest, HttpResponse

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def ring() -> None:
    """Say that there may be work. On a disk that takes nothing the loops come by themselves."""
    place = _place()
    with suppress(OSError):
        make_folder(place.parent)
        place.touch()


def rung() -> int:
    """Return when it last rang, in nanoseconds; 0 if never."""
    return time_of(_place())


def time_of(place: Path) -> int:
    """Return when a file was last written to, in nanoseconds; 0 where there is none."""
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0


def ringing(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Ring after each request that is more than a question."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method not in _READING:
            ring()
        return response

    return answer


def _place() -> Path:
    return settings.SYSTEM.folder / "hints" / "acts"
