"""Hints between partners: "look at me now", signed, without data; a lost one costs a second.

Whoever has published or countersigned something sends one; who gets one looks at the partner's log
before its rest is over. The web's process takes hints and the loop acts on them: between the two
stands a file of which only the time counts.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from certorigin.durable import make_folder
from certorigin.errors import CertoriginError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.layout import CHECKPOINT
from certorigin.log.note import MAX_NOTE, Note
from certorigin_server.log.queries import logs
from certorigin_server.loops.bell import time_of
from certorigin_server.mirror.queries import logs_of
from certorigin_server.seal.partners import private, require_partner

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from certorigin.mirror.http import HttpLine


@csrf_exempt
def take_hint(request: HttpRequest, corridor: str) -> HttpResponseBase:
    """Wake the loop of a corridor for its partner; nothing is here for anybody else."""
    known = {str(one.corridor): one.partner for one in settings.SYSTEM.corridors}
    if request.method != "POST" or corridor not in known:
        raise Http404
    require_partner(request, installation=known[corridor])
    place = _place_of(corridor)
    make_folder(place.parent)
    place.touch()
    return private(HttpResponse(status=204))


class Bell:
    """Rings when the partner hinted, or when our own log was published, since it was listened to.

    It looks at the times of files alone, so that it can be asked many times a second.
    """

    def __init__(self, corridor: str) -> None:
        self._corridor = corridor
        self._places: list[Path] = []
        self._heard: list[int] = []

    def listen(self) -> None:
        """Begin to wait for what comes from now on."""
        folders = [
            settings.SYSTEM.log_folder(one.origin)
            for one in logs()
            if one.corridor == self._corridor and one.status == "open"
        ]
        self._places = [_place_of(self._corridor), *(folder / CHECKPOINT for folder in folders)]
        self._heard = self._times()

    def rings(self) -> bool:
        """Say whether something came since."""
        return self._times() != self._heard

    def _times(self) -> list[int]:
        return [time_of(place) for place in self._places]


class Hinter:
    """Sends the partner a hint whenever there is something for it to take."""

    def __init__(self, corridor: str) -> None:
        self._corridor = corridor
        self._sent: list[int] | None = None

    def hint(self, line: HttpLine) -> None:
        """Send a hint if our logs or our countersignatures grew since the last one.

        Whatever goes wrong on the way is passed over: the partner's loop comes by itself.
        """
        if not settings.SYSTEM.loops.hint:
            return
        state = self._state()
        if self._sent is not None and self._sent != state:
            with suppress(CertoriginError):
                line.hint(f"hint/{self._corridor}", wait=settings.SYSTEM.loops.hint)
        self._sent = state

    def _state(self) -> list[int]:
        """How far our logs are published, and how far we countersigned the partner's."""
        published = [_published(one.origin) for one in logs() if one.corridor == self._corridor]
        return [*published, *(log.size for log in logs_of(self._corridor))]


def _published(origin: str) -> int:
    """Return how many entries of a log of ours the partner can fetch now."""
    directory = Directory(settings.SYSTEM.log_folder(origin))
    if not directory.has(CHECKPOINT):
        return 0
    note = Note.from_bytes(directory.read(CHECKPOINT, limit=MAX_NOTE))
    return Checkpoint.from_text(note.text).size


def _place_of(corridor: str) -> Path:
    return settings.SYSTEM.folder / "hints" / corridor.replace("/", "_")
