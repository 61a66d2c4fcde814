"""Sessions end by themselves, and who must add a second factor does nothing else before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect
from django.utils import timezone

from certorigin_server.signin.queries import needs_second
from certorigin_server.signin.services import note_session_over
from certorigin_server.signin.session import has_second_proof, is_over, note_used
from certorigin_server.users.queries import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# What one may do before a second factor that a role demands: add it, or leave.
_OPEN = ("/account/sign-in", "/sign-in", "/sign-out", "/language", "/static/", "/api/")


def session_ends(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """End sessions that lasted too long; lead to the second factor who has not shown one.

    What a form brings after its session ended is carried through the sign-in as ever
    (`desk.carry`). A page that asks by itself whether there is news keeps no session alive.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        # A page for everybody asks for no person, and so reads no session.
        if not request.session.session_key or request.path.startswith(("/static/", "/api/")):
            return get_response(request)
        user, at = request.user, timezone.now()
        if not isinstance(user, User):
            return get_response(request)
        if is_over(request.session, at=at):
            note_session_over(user=user, at=at)
            request.session.flush()
            request.user = AnonymousUser()
            return get_response(request)
        if not _asks_by_itself(request):
            note_used(request.session, at=at)
        if (
            not request.path.startswith(_OPEN)
            and not has_second_proof(request.session)
            and needs_second(user, at=at)
        ):
            return redirect("sign-in-account")
        return get_response(request)

    return answer


def _asks_by_itself(request: HttpRequest) -> bool:
    return request.method == "GET" and request.headers.get("HX-Request") == "true"
