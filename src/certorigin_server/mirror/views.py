"""The publisher takes back the heads that we countersigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

from certorigin_server.mirror.queries import find_followed
from certorigin_server.seal.partners import require_partner, serve_file

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
