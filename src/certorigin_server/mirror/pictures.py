"""Pictures of specimens travel beside the partner's trust list, each under its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.durable import make_folder, replace_file
from certorigin.errors import UnknownError
from certorigin_server.seal.ceremony import picture_place
from certorigin_server.seal.listed import pictures_in
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin.mirror.http import HttpLine

# In one turn; the rest comes in the next ones, so that a long list holds nothing up.
MOST = 16


def take_pictures(state: str, open_line: Callable[[], HttpLine]) -> int:
    """Take pictures that are not here yet; return how many came.

    One that the partner does not have, or that is not what its digest says, is passed over: it is
    asked for again, and shown as awaited. Raises UnknownError when the line is dead.
    """
    taken = tried = 0
    for picture in pictures_in(get_trust().newest(state).contents):
        place = picture_place(settings.SYSTEM, state, picture.sha256)
        if place.is_file() or tried >= MOST:
            continue
        tried += 1
        try:
            data = open_line().fetch(f"trust/specimen/{picture.sha256}", picture.size)
        except UnknownError as fault:
            if fault.code == "line.unreachable":
                raise
            continue
        if picture.fits(data):
            make_folder(place.parent)
            replace_file(place, data)
            taken += 1
    return taken
