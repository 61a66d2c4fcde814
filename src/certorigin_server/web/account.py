"""One's own account: password and sessions in browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render

from certorigin.errors import FindingsError, RightError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.administration.queries import sessions_of
from certorigin_server.administration.sessions import end_other_sessions, end_session
from certorigin_server.desk.access import for_person, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Secret
from certorigin_server.trail.services import count_try, note_success
from certorigin_server.users.queries import password_fits
from certorigin_server.users.services import require_same, set_password

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

PASSWORD: Layout = (
    Secret(name="old", label="web.old_password", autocomplete="current-password"),
    Secret(
        name="new",
        label="web.new_password",
        help="web.password_help",
        autocomplete="new-password",
    ),
    Secret(name="again", label="web.password_again", autocomplete="new-password"),
)


@for_person
def account(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show one's own account, and carry out what its buttons order."""
    page = _Page(request, caller)
    order, _, number = request.POST.get("order", "").partition(":")
    orders: dict[str, Callable[[], HttpResponse]] = {
        "password": page.change_password,
        "end_others": page.end_others,
        "end_session": lambda: page.end_session(_number(number)),
    }
    if request.method == "POST" and order in orders:
        try:
            answer = orders[order]()
        except FindingsError as error:
            page.password_form.show(one for one in error.findings if isinstance(one, Finding))
            return page.render(status=422)
        except RightError as error:
            return page.render(status=429, refused=say(error.code, error.facts, page.language))
        return answer
    return page.render()


class _Page:
    """One request to the page of one's own account."""

    def __init__(self, request: HttpRequest, caller: Caller) -> None:
        self._request, self._caller = request, caller
        self.language = language_of(request)
        post = request.POST
        self.password_form = Form.from_post(PASSWORD, post, self.language)

    def render(self, *, status: int = 200, refused: str = "") -> HttpResponse:
        """Show the page."""
        user, at = self._caller.user, self._caller.at
        context = {
            "form": self.password_form,
            "password_form": self.password_form,
            "sessions": sessions_of(user, at=at),
            "key": self._request.session.session_key,
            "refused": refused,
        }
        return render(self._request, "web/account.html", context, status=status)

    def change_password(self) -> HttpResponse:
        """Change the password; all other sessions end. Raises FindingsError, RightError."""
        user, at, post = self._caller.user, self._caller.at, self._request.POST
        address = self._request.META.get("REMOTE_ADDR", "")
        count_try(account=user.username, address=address, at=at)
        if not password_fits(user, post.get("old", "")):
            raise FindingsError("password.refused", [Finding("password.wrong", "old")])
        note_success(account=user.username, address=address, at=at)
        require_same(post.get("new", ""), post.get("again", ""))
        set_password(user=user, password=post.get("new", ""), by=user.username, at=at)
        update_session_auth_hash(self._request, user)
        kept = self._request.session.session_key or ""
        end_other_sessions(by=user, kept=kept, at=at)
        return self._done("web.password_changed")

    def end_others(self) -> HttpResponse:
        """End all sessions but this one."""
        kept = self._request.session.session_key or ""
        end_other_sessions(by=self._caller.user, kept=kept, at=self._caller.at)
        return self._done("web.sessions_ended")

    def end_session(self, number: int) -> HttpResponse:
        """End one session. Raises UnknownError."""
        end_session(session=number, by=self._caller.user, at=self._caller.at)
        return self._done("web.session_ended_one")

    def _done(self, code: str) -> HttpResponse:
        messages.success(self._request, say(code, {}, self.language))
        return redirect("account")


def _number(text: str) -> int:
    """Read the number of a row. Raises UnknownError."""
    if not text.isdecimal() or len(text) > 18:
        raise UnknownError("session.unknown")
    return int(text)
