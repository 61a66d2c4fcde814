"""The desk of blanks: what a body holds, and a page for each thing that happens to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from certorigin.errors import ConflictError, MalformedError, StandingError, UnknownError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.moment import day_from_text
from certorigin_server.blanks import services
from certorigin_server.blanks.forms import (
    COUNTING,
    DESTROYING,
    RECEIVING,
    SPOILING,
    TAKING_BACK,
    TAKING_DELIVERY_BACK,
)
from certorigin_server.blanks.queries import (
    bodies_of,
    counts_of,
    deliveries_of,
    destructions_of,
    get_body,
    register_of,
    spoiled_of,
    taken_back_of,
)
from certorigin_server.desk.access import for_right, language_of
from certorigin_server.desk.forms import Form
from certorigin_server.desk.paging import page_of
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from certorigin_server.desk.layout import Layout
    from certorigin_server.users.access import Caller

_DAYS = ("received_on", "destroyed_on")


@for_right(Right.CERTIFICATION_JOURNAL)
def overview(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what a body holds, and what happened to its blanks."""
    try:
        body = get_body(request.GET.get("body", "")[:60], user=caller.user)
    except UnknownError as error:
        raise Http404 from error
    register = register_of(body)
    context = {
        "body": body,
        "bodies": bodies_of(caller.user),
        "register": register,
        "counts": register.counts,
        "page": page_of(request, deliveries_of(body)),
        "spoiled": spoiled_of(body),
        "taken_back": taken_back_of(body),
        "destructions": destructions_of(body),
        "safe_counts": counts_of(body),
        "is_own": body.pk == caller.user.organisation_id,
    }
    return render(request, "blanks/overview.html", context)


@for_right(Right.CERTIFICATION_CERTIFY)
def receive(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note a delivery."""
    return _Page(request, caller, RECEIVING, "web.blanks_receive", "web.blanks_received").respond(
        partial(services.receive, by=caller.user, at=caller.at)
    )


@for_right(Right.CERTIFICATION_CERTIFY)
def take_back_delivery(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note that a delivery was recorded by mistake; the list proposes which."""
    titles = "web.blanks_delivery_back", "web.blanks_delivery_taken_back"
    page = _Page(request, caller, TAKING_DELIVERY_BACK, *titles)
    page.proposed = {"blanks": request.GET.get("blanks", "")[:80]}
    return page.respond(partial(services.take_back_delivery, by=caller.user, at=caller.at))


@for_right(Right.CERTIFICATION_CERTIFY)
def spoil(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note a spoiled blank."""
    return _Page(request, caller, SPOILING, "web.blanks_spoil", "web.blanks_spoiled").respond(
        partial(services.spoil, by=caller.user, at=caller.at)
    )


@for_right(Right.CERTIFICATION_CERTIFY)
def take_back(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note that a blank was recorded as spoiled by mistake; the list proposes which."""
    page = _Page(request, caller, TAKING_BACK, "web.blanks_back", "web.blanks_taken_back")
    page.proposed = {"blank": request.GET.get("blank", "")[:40]}
    return page.respond(partial(services.take_back, by=caller.user, at=caller.at))


@for_right(Right.CERTIFICATION_CERTIFY)
def destroy(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note a destruction; the spoiled blanks that wait for it are proposed."""
    page = _Page(request, caller, DESTROYING, "web.blanks_destroy", "web.blanks_destroyed")
    organisation = caller.user.organisation
    if organisation is not None:
        waiting = register_of(organisation).spoiled
        page.proposed = {"blanks": "\n".join(str(one) for one in waiting)}
    return page.respond(partial(services.destroy, by=caller.user, at=caller.at))


@for_right(Right.CERTIFICATION_CERTIFY)
def count(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Note a count of the safe."""
    return _Page(request, caller, COUNTING, "web.blanks_count", "web.blanks_counted").respond(
        partial(services.count, by=caller.user, at=caller.at)
    )


class _Page:
    """One page with one form and one service behind it; what was typed stays when it is refused."""

    def __init__(
        self, request: HttpRequest, caller: Caller, layout: Layout, title: str, done: str
    ) -> None:
        self.request = request
        self.caller = caller
        self.layout = layout
        self.title = title
        self.done = done
        self.proposed: dict[str, str] = {}

    def respond(self, service: Callable[..., object]) -> HttpResponse:
        """Show the form, or do what it says and go back to the overview."""
        language = language_of(self.request)
        if self.request.method != "POST":
            form = Form.from_data(self.layout, self.proposed, language)
            return self._show(form, 200, "")
        form = Form.from_post(self.layout, self.request.POST, language)
        told = form.to_data()
        try:
            given = {name: _value(name, str(told.get(name, ""))) for name in form.values}
            service(**given)
        except MalformedError as error:
            form.show([Finding(error.code, error.facts.get("place", ""), facts=error.facts)])
            return self._show(form, 422, "")
        except (ConflictError, StandingError) as error:
            return self._show(form, 409, say(error.code, error.facts, language))
        messages.success(self.request, say(self.done, {}, language))
        return redirect("blanks")

    def _show(self, form: Form, status: int, refused: str) -> HttpResponse:
        context = {"form": form, "refused": refused, "title": self.title}
        return render(self.request, "blanks/note.html", context, status=status)


def _value(name: str, text: str) -> Any:  # noqa: ANN401 - a day or a text
    return day_from_text(text, place=name) if name in _DAYS else text
