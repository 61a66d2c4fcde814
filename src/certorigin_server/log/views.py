"""The partner reads our log: static files, for one installation's eyes; people take bundles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse

from certorigin.log import layout
from certorigin_server.certification.queries import get_visible
from certorigin_server.desk.access import for_right
from certorigin_server.log.queries import bundle_of, find_corridor_of
from certorigin_server.seal.partners import require_partner, serve_file
from certorigin_server.seal.queries import find_held
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from certorigin_server.users.access import Caller

# Exactly the files of docs/spec/log.md; nothing else of the folder can be asked for.
LOG_FILE = re.compile(
    r"checkpoint|log\.json"
    r"|tile/(entries|\d{1,2})/(x\d{3}/){0,6}\d{3}(\.p/[1-9]\d{0,2})?"
    r"|object/[0-9a-f]{64}",
    re.ASCII,
)


# The partner's own words about our log, which it may have lost.
_COSIGNED = re.compile(r"cosigned/(0|[1-9]\d{0,11})", re.ASCII)


def read_log(request: HttpRequest, origin: str, path: str) -> HttpResponseBase:
    """Serve one file of one of our logs to the corridor's partner.

    A log that may stand behind its partner's copy shows no head: an old one would be a roll-back.
    """
    readers = {str(one.corridor): one.partner for one in settings.SYSTEM.corridors}
    corridor = find_corridor_of(origin) or ""
    reader = readers.get(corridor)
    if reader is None or not (LOG_FILE.fullmatch(path) or _COSIGNED.fullmatch(path)):
        raise Http404
    require_partner(request, installation=reader)
    if path == layout.CHECKPOINT and find_held(corridor) is not None:
        raise Http404
    return serve_file(settings.SYSTEM.log_folder(origin) / path)


@for_right(Right.CERTIFICATION_READ)
def take_bundle(request: HttpRequest, caller: Caller, subject: str) -> HttpResponse:
    """Hand over a certificate with its proof of registration, once it is released."""
    del request
    certificate = get_visible(subject, user=caller.user)
    answer = HttpResponse(bundle_of(certificate.act_id).to_bytes(), content_type="application/json")
    name = f"{certificate.number.replace('/', '-')}.certorigin.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private"
    return answer
