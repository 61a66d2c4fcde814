"""From where a request comes, and what every answer says to the browser."""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import get_language

from certorigin.terminal.sentences import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

# Nothing is loaded from another host, no script or style stands in a page, nobody frames a page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What else every answer says. The pages ask a browser for no more than passkeys.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "bluetooth=(), camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), "
        "midi=(), payment=(), serial=(), usb=()"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")
# A chain of proxies is short; what is longer was made up.
_MOST_HOPS = 20


def trusted_proxy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Believe the proxies of `web.trusted_proxies`, and nobody else, about who asks and how.

    The address of a request becomes the right-most of X-Forwarded-For that is no such proxy: what
    stands left of it was written by whoever asked. Tries to sign in are counted by it.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        meta, trusted = request.META, settings.SYSTEM.trusted_proxies
        if _is_in(meta.get("REMOTE_ADDR", ""), trusted):
            meta["REMOTE_ADDR"] = _client(meta, trusted)
        else:
            for name in _FORWARDED:
                meta.pop(name, None)
        return get_response(request)

    return answer


def _client(meta: Mapping[str, str], trusted: tuple[str, ...]) -> str:
    """Return the address nearest to us that is no trusted proxy; the nearest of all without one."""
    near = meta["REMOTE_ADDR"]
    hops = meta.get("HTTP_X_FORWARDED_FOR", "").split(",")[-_MOST_HOPS:]
    for hop in reversed(hops):
        found = _address(hop.strip())
        if found is None:
            return near
        near = str(found)
        if not _is_in(near, trusted):
            return near
    return near


def _is_in(text: str, networks: tuple[str, ...]) -> bool:
    found = _address(text)
    return found is not None and any(found in ip_network(one) for one in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; one of version 4 that is written in version 6 is the same machine."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def readable_path(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer that there is nothing at an address that no name in a database can have."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return answer


def told_form_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show a page of ours to who opens an address that takes nothing but a form."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = request.method == "GET" and not request.path.startswith(("/api/", "/exchange/"))
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not is_page:
            return response
        message = say("web.form_only", {}, (get_language() or "en")[:2])
        page = render(request, "desk/missing.html", {"message": message}, status=405)
        page["Allow"] = response["Allow"]
        return page

    return answer


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send the policy with every answer, and keep what has trade data out of caches.

    It stands before all that may answer by itself: static files, redirects, sessions that ended.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        # Partners' files are public to them, and say themselves how long they last.
        if not request.path.startswith("/exchange/"):
            response.setdefault("Cache-Control", "no-store")
        return response

    return answer
