"""Who may open a page, and what a page answers when it can't be shown.

@for_right(Right.APPLICATION_READ)
def show(request, caller, application): ...
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language

from certorigin.errors import (
    CertoriginError,
    ConflictError,
    LimitError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin_server.desk.carry import MARK, carry, person_of_mark, typed_fields
from certorigin_server.desk.fresh import ask_to_confirm
from certorigin_server.signin.session import is_fresh
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from certorigin_server.users.rights import Right

    View = Callable[..., HttpResponseBase]
    Guard = Callable[[View], View]

# To htmx: ask no more. What it reads is shown all the same.
_NO_MORE = 286
# The first class that fits decides. What a person may not do does not exist for that person.
STATUS = (
    (RightError, 404),
    (UnknownError, 404),
    (LimitError, 413),
    (ConflictError, 409),
    (StandingError, 409),
)


def for_right(right: Right, *, fresh: bool = False) -> Guard:
    """Let only holders of a right open a page; the view gets the caller as its second argument.

    Errors of the library become pages in the person's language. The right is readable on the view
    (`view.right`): the matrix of rights is made from it. What a form of a `fresh` page orders is
    done only by who proved lately who they are (`sign_in.fresh`).
    """
    return _guard(right, fresh=fresh)


def for_person(view: View) -> View:
    """Let everybody who is signed in open a page that shows each person only what is theirs."""
    return _guard(None)(view)


def _guard(right: Right | None, *, fresh: bool = False) -> Guard:
    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return ask_to_sign_in(request)
            try:
                caller = Caller.of(request, right)
                if (
                    fresh
                    and request.method == "POST"
                    and not is_fresh(request.session, at=caller.at)
                ):
                    return ask_to_confirm(
                        request, caller.user, language=language_of(request), at=caller.at
                    )
                return view(request, caller, *args, **kwargs)
            except CertoriginError as error:
                return tell_error(request, error)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard


def language_of(request: HttpRequest) -> str:
    """Return the language of the page that is being made, as two letters."""
    del request
    return (get_language() or "en")[:2]


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask who it is; what was typed travels in the sign-in form."""
    if is_partial(request):
        return _tell_session_ended(request)
    if request.method != "POST":
        return redirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
    carried = carry(request)
    context = {"carried": carried, "was_typed": True, "next": request.path}
    return render(request, "desk/sign_in.html", context, status=401)


def refuse_forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not the session's: most often its sender signed in anew.

    Django's guard calls this. A form with the mark of this very person was made by us: it is
    offered for sending again. Any other is refused.
    """
    del reason
    person = person_of_mark(request.POST.get(MARK, ""))
    if person and not isinstance(request.user, User):
        return ask_to_sign_in(request)
    is_own = isinstance(request.user, User) and person == request.user.username
    if is_partial(request):  # this page was made before the person, or somebody else, signed in
        code = "web.session_new_typing" if is_own else "web.form_not_ours"
        return _beside(request, {"code": code, "tone": "bad here"})
    if is_own:
        return offer_again(request, request.get_full_path(), typed_fields(request))
    return render(request, "desk/refused.html", {"code": "web.form_not_ours"}, status=403)


def offer_again(request: HttpRequest, path: str, fields: list[tuple[str, str]]) -> HttpResponse:
    """Offer to send again, to an address of ours, what a form had brought."""
    return render(request, "desk/send_again.html", {"path": path, "fields": fields})


def tell_error(request: HttpRequest, error: CertoriginError) -> HttpResponse:
    """Answer with a page that says what is wrong and what to do."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), 400)
    language = language_of(request)
    if isinstance(error, RightError):
        return render(request, "desk/missing.html", status=404)
    message = say(error.code, error.facts, language)
    if is_partial(request):
        return _beside(request, {"message": message, "tone": "bad"})
    context: dict[str, Any] = {"message": message, "status": status}
    template = "desk/missing.html" if status == 404 else "desk/refused.html"
    return render(request, template, context, status=status)


def _tell_session_ended(request: HttpRequest) -> HttpResponse:
    """Say so where somebody types; what renews itself stops, and leads to the sign-in page."""
    if request.method == "POST" or "HX-Trigger-Name" in request.headers:
        return _beside(request, {"code": "web.session_ended_typing", "tone": "bad here"})
    context = {"code": "web.session_ended_looking", "tone": "bad here", "is_old": True}
    return _beside(request, context, status=_NO_MORE)


def _beside(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Answer who asked for a part of a page with a notice; the part stays as it is."""
    answer = render(request, "desk/notice.html", context, status=status)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#notices", "innerHTML"
    return answer


def is_partial(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"
