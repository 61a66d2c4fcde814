"""A partner takes our trust lists, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from certorigin_server.seal.partners import require_any_partner, serve_file

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def read_trust_list(request: HttpRequest, version: str) -> HttpResponseBase:
    """Serve one version of this state's trust list to a partner."""
    require_any_partner(request)
    return serve_file(settings.SYSTEM.trust_folder / settings.SYSTEM.state / f"{version}.json")
