"""Who may read what crosses the border: a request is signed by a key that the trust list names.

Anybody else gets the answer of a place where nothing is (architecture.md 7.6).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone

from certorigin.errors import CertoriginError, UntrustedKeyError
from certorigin.mirror.line import verify_request
from certorigin.mirror.partner import INSTALLATION
from certorigin_server.seal.models import SeenNonce
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

_FORGET_AFTER = timedelta(minutes=10)


def require_partner(request: HttpRequest, *, installation: str) -> None:
    """Let one installation pass. Raises Http404 for everybody else, whatever the reason."""
    _caller_of(request, (installation,))


def require_any_partner(request: HttpRequest) -> str:
    """Let every partner of this installation pass; return which. Raises Http404 for others."""
    return _caller_of(request, [corridor.partner for corridor in settings.SYSTEM.corridors])


def _caller_of(request: HttpRequest, expected: Sequence[str]) -> str:
    """Return which of some installations signed a request. Raises Http404 when none did.

    A signature binds the address that was asked (RFC 9421, `@authority` and `@path`). Behind a
    gateway that is the gateway's, which the corridor's settings name.
    """
    for url in _addresses_of(request):
        with suppress(CertoriginError):
            return _caller_at(url, request, expected)
    raise Http404


def _addresses_of(request: HttpRequest) -> list[str]:
    """Return the addresses under which a request may have been signed: as it came, and before."""
    path = request.get_full_path()
    gateways = [one.known_as for one in settings.SYSTEM.corridors if one.known_as]
    return [request.build_absolute_uri(), *(f"{one}{path}" for one in dict.fromkeys(gateways))]


def _caller_at(url: str, request: HttpRequest, expected: Sequence[str]) -> str:
    """Return which of them signed a request to an address. Raises CertoriginError.

    Each is judged by its own state's list: a state that lists the key of another as its own shuts
    nobody out.
    """
    now = timezone.now()

    def key_for(key: str) -> str:
        for name in expected:
            controller = f"{INSTALLATION}{name}"
            with suppress(UntrustedKeyError):
                get_trust().key_entitlement(key, role="exchange", at=now, controller=controller)
                return name
        raise UntrustedKeyError("trust.key_unknown", key=key)

    return verify_request(
        request.method or "GET",
        url,
        dict(request.headers),
        key_for,
        now=now,
        seen_nonce=_seen_nonce,
    ).installation


def serve_file(path: Path) -> HttpResponseBase:
    """Answer with a file's bytes, for the partner's eyes and cache alone. Raises Http404."""
    try:
        response: HttpResponseBase = FileResponse(
            path.open("rb"), content_type="application/octet-stream"
        )
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Http404 from None
    return private(response)


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Mark an answer as confidential: no shared cache may keep it."""
    response.headers["Cache-Control"] = "private, no-transform"
    return response


def answer_bytes(data: bytes) -> HttpResponseBase:
    """Answer with bytes, for the partner alone."""
    return private(HttpResponse(data, content_type="application/octet-stream"))


def _seen_nonce(key: str, nonce: str, expires: datetime) -> bool:
    """Remember a nonce; say whether it was there before."""
    try:
        with transaction.atomic():
            SeenNonce.objects.create(key=key, nonce=nonce, expires=expires)
    except IntegrityError:
        return True
    SeenNonce.objects.filter(expires__lt=expires - _FORGET_AFTER).delete()
    return False
