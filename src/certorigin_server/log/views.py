"""The partner reads our log: static files, for one installation's eyes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404

from certorigin_server.log.queries import find_corridor_of
from certorigin_server.seal.partners import require_partner, serve_file

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# Exactly the files of docs/spec/log.md; nothing else of the folder can be asked for.
_FILE = re.compile(
    r"checkpoint|log\.json"
    r"|tile/(entries|\d{1,2})/(x\d{3}/){0,6}\d{3}(\.p/[1-9]\d{0,2})?"
    r"|object/[0-9a-f]{64}",
    re.ASCII,
)


def read_log(request: HttpRequest, origin: str, path: str) -> HttpResponseBase:
    """Serve one file of one of our logs to the corridor's partner."""
    readers = {str(one.corridor): one.partner for one in settings.SYSTEM.corridors}
    reader = readers.get(find_corridor_of(origin) or "")
    if reader is None or not _FILE.fullmatch(path):
        raise Http404
    require_partner(request, installation=reader)
    return serve_file(settings.SYSTEM.log_folder(origin) / path)
