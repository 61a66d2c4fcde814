"""A partner takes our trust lists version by version, their specimens, and what ends soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.seal.ceremony import picture_place
from certorigin_server.seal.listed import announced
from certorigin_server.seal.partners import answer_bytes, require_any_partner, serve_file

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

ANNOUNCEMENTS = "certorigin-announcements/v1"


def read_trust_list(request: HttpRequest, version: str) -> HttpResponseBase:
    """Serve one version of this state's trust list to a partner."""
    require_any_partner(request)
    return serve_file(settings.SYSTEM.trust_folder / settings.SYSTEM.state / f"{version}.json")


def read_specimen(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """Serve the picture of one of this state's specimens to a partner."""
    require_any_partner(request)
    return serve_file(picture_place(settings.SYSTEM, settings.SYSTEM.state, sha256))


def read_announcements(request: HttpRequest) -> HttpResponseBase:
    """Tell a partner what of our own trust list ends within 60 days."""
    require_any_partner(request)
    now = timezone.now()
    found = announced(at=now, state=settings.SYSTEM.state)
    data = {
        "at": moment_to_text(now),
        "format": ANNOUNCEMENTS,
        "expiries": [one.to_data() for one in found],
        "state": settings.SYSTEM.state,
    }
    return answer_bytes(strict_bytes(data))
