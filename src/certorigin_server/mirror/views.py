"""The publisher takes back the heads that we countersigned, and after a loss its own log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

from certorigin_server.log.views import LOG_FILE
from certorigin_server.mirror.queries import find_followed
from certorigin_server.seal.partners import require_any_partner, require_partner, serve_file

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def read_cosigned(request: HttpRequest, origin: str, number: str) -> HttpResponseBase:
    """Serve one countersigned head to the publisher of the log."""
    log = find_followed(origin)
    if log is None:
        raise Http404
    require_partner(request, installation=log.publisher)
    return serve_file(settings.SYSTEM.mirror_folder(origin) / "cosigned" / number)


def read_copy(request: HttpRequest, origin: str, path: str) -> HttpResponseBase:
    """Serve one file of our copy of a log to the publisher of that log, who may have lost it."""
    log = find_followed(origin)
    if log is None or not LOG_FILE.fullmatch(path):
        raise Http404
    require_partner(request, installation=log.publisher)
    return serve_file(settings.SYSTEM.mirror_folder(origin) / path)


def read_trust_copy(request: HttpRequest, version: str) -> HttpResponseBase:
    """Serve a version of the caller's own trust list, as it lies here, to that caller."""
    state = require_any_partner(request).partition("-")[0]
    return serve_file(settings.SYSTEM.trust_folder / state / f"{version}.json")
