"""What one signs in with: passkeys, one-time codes, recovery codes; and what happened lately."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render

from certorigin.certification.render.symbol import symbol_svg
from certorigin.errors import CertoriginError, FindingsError, StandingError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.desk.access import for_person, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.fresh import ask_to_confirm
from certorigin_server.desk.layout import Field
from certorigin_server.signin import codes, passkeys
from certorigin_server.signin.challenge import keep_challenge, site_of, take_challenge
from certorigin_server.signin.events import mark_told
from certorigin_server.signin.queries import events_of, factors_of, needs_second
from certorigin_server.signin.session import has_second_proof, is_fresh, note_confirmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

PASSKEY: Layout = (
    Field(name="name", label="web.passkey_name", help="web.passkey_name_help", width="medium"),
)
FIRST_CODE: Layout = (
    Field(
        name="code",
        label="web.one_time_code",
        help="web.first_code_help",
        width="medium",
        autocomplete="one-time-code",
    ),
)
# Whoever finds a desk left alone must not get a key of their own to it.
_FRESH_MINUTES = 10
_SHOWN = "signin_one_time"
_LAST_EVENTS = 20


@for_person
def proofs(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what one signs in with, and carry out what its buttons order."""
    page = _Page(request, caller)
    order, _, number = request.POST.get("order", "").partition(":")
    orders: dict[str, Callable[[], HttpResponse]] = {
        "passkey": page.add_passkey,
        "rename": lambda: page.rename(_number(number)),
        "remove": lambda: page.remove(_number(number)),
        "one_time": page.add_one_time,
        "remove_one_time": page.remove_one_time,
        "codes": page.make_codes,
        "seen": page.mark_seen,
    }
    if request.method != "POST" or order not in orders:
        return page.render()
    is_weighty = order not in {"seen", "rename"}
    if is_weighty and not is_fresh(request.session, at=caller.at, minutes=_FRESH_MINUTES):
        return ask_to_confirm(request, caller.user, language=page.language, at=caller.at)
    try:
        return orders[order]()
    except FindingsError as error:
        form = page.code_form if order == "one_time" else page.passkey_form
        form.show(one for one in error.findings if isinstance(one, Finding))
        return page.render(status=422)
    except StandingError as error:
        return page.render(status=409, refused=error)


class _Page:
    """One request to the page of what one signs in with."""

    def __init__(self, request: HttpRequest, caller: Caller) -> None:
        self._request, self._caller = request, caller
        self.language = language_of(request)
        order = request.POST.get("order", "")
        typed = {name: request.POST if order == name else QueryDict() for name in _FORMS}
        self.passkey_form = Form.from_post(PASSKEY, typed["passkey"], self.language)
        self.code_form = Form.from_post(FIRST_CODE, typed["one_time"], self.language)

    def render(
        self,
        *,
        status: int = 200,
        made: list[str] | None = None,
        refused: CertoriginError | None = None,
    ) -> HttpResponse:
        """Show the page; new recovery codes are shown this once."""
        request, user, at = self._request, self._caller.user, self._caller.at
        question = passkeys.ask_new(site=site_of(request), user=user)
        keep_challenge(request, question, at=at)
        factors = factors_of(user)
        secret = "" if factors.one_time else self._secret()
        told = say(refused.code, refused.facts, self.language) if refused else ""
        context = {
            "form": self.code_form if self.code_form.errors else self.passkey_form,
            "passkey_form": self.passkey_form,
            "code_form": self.code_form,
            "factors": factors,
            "question": question.options,
            "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            "picture": _picture(codes.uri_of(secret, user)) if secret else "",
            "codes": made,
            "refused": told,
            "is_demanded": needs_second(user, at=at) and not has_second_proof(request.session),
            "events": events_of(user)[:_LAST_EVENTS],
        }
        return render(request, "web/sign_in/proofs.html", context, status=status)

    def add_passkey(self) -> HttpResponse:
        """Keep the passkey that the device made. Raises FindingsError, StandingError."""
        request, user, at = self._request, self._caller.user, self._caller.at
        passkeys.add_passkey(
            answer=request.POST.get("credential", ""),
            challenge=take_challenge(request, at=at),
            site=site_of(request),
            name=self.passkey_form.values["name"],
            by=user,
            at=at,
        )
        return self._added("web.passkey_added")

    def add_one_time(self) -> HttpResponse:
        """Keep the secret that the app has. Raises FindingsError, StandingError."""
        secret = str(self._request.session.get(_SHOWN, ""))
        code = self.code_form.values["code"]
        codes.add_one_time(secret=secret, code=code, by=self._caller.user, at=self._caller.at)
        self._request.session.pop(_SHOWN, None)
        return self._added("web.one_time_added")

    def rename(self, number: int) -> HttpResponse:
        """Give a passkey another name. Raises UnknownError, FindingsError."""
        name = self._request.POST.get(f"name-{number}", "")
        passkeys.rename_passkey(passkey=number, name=name, by=self._caller.user)
        return self._done("web.passkey_renamed")

    def remove(self, number: int) -> HttpResponse:
        """Remove a passkey. Raises UnknownError, StandingError."""
        passkeys.remove_passkey(passkey=number, by=self._caller.user, at=self._caller.at)
        return self._done("web.factor_removed")

    def remove_one_time(self) -> HttpResponse:
        """Remove the one-time codes. Raises UnknownError, StandingError."""
        codes.remove_one_time(by=self._caller.user, at=self._caller.at)
        return self._done("web.factor_removed")

    def make_codes(self) -> HttpResponse:
        """Make new recovery codes and show them this once. Raises StandingError."""
        if not factors_of(self._caller.user).has_second:
            raise StandingError("sign_in.codes_for_nothing")
        return self.render(made=codes.make_codes(by=self._caller.user, at=self._caller.at))

    def mark_seen(self) -> HttpResponse:
        """Note that the person has seen what happened."""
        mark_told(by=self._caller.user, at=self._caller.at)
        return redirect("home" if self._request.POST.get("back") == "home" else "sign-in-account")

    def _added(self, code: str) -> HttpResponse:
        """The first factor comes with recovery codes; the session has shown it just now."""
        user, at = self._caller.user, self._caller.at
        note_confirmed(self._request.session, second=True, at=at)
        if factors_of(user).codes_left:
            return self._done(code)
        messages.success(self._request, say(code, {}, self.language))
        # What was typed is kept by now: the fields are empty for the next one.
        self.passkey_form = Form.from_data(PASSKEY, {}, self.language)
        self.code_form = Form.from_data(FIRST_CODE, {}, self.language)
        return self.render(made=codes.make_codes(by=user, at=at))

    def _done(self, code: str) -> HttpResponse:
        messages.success(self._request, say(code, {}, self.language))
        return redirect("sign-in-account")

    def _secret(self) -> str:
        """Return the secret that the page shows until a first code proves that the app has it."""
        session = self._request.session
        if _SHOWN not in session:
            session[_SHOWN] = codes.new_secret()
        return str(session[_SHOWN])


_FORMS = ("passkey", "one_time")


def _picture(text: str) -> str:
    """Return the QR symbol of a text as an address that holds the picture itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(symbol_svg(text).encode()).decode()


def _number(text: str) -> int:
    """Read the number of a row. Raises UnknownError."""
    if not text.isdecimal() or len(text) > 18:
        raise UnknownError("sign_in.factor_unknown")
    return int(text)
