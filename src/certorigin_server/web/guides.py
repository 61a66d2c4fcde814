"""Help for each kind of person, and the tour of the demo: steps as data, with links to pages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from certorigin_server.administration.forms import ROLES
from certorigin_server.desk.access import for_person
from certorigin_server.users.queries import roles_of
from certorigin_server.users.rights import Role
from certorigin_server.web.demo import is_demo

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from certorigin_server.users.access import Caller


@dataclass(frozen=True)
class Step:
    """What to do: the code of a sentence, where, and in the tour of the demo by whom."""

    code: str
    url: str
    state: str = ""
    account: str = ""

    def link_for(self, person: str) -> str:
        """Return where it leads somebody: first to signing in as the one whose step it is."""
        if not self.account or person == self.account:
            return self.url
        at = urlsplit(self.url)
        wanted = urlunsplit(("", "", at.path, at.query, ""))
        asked = urlencode({"next": wanted, "as": self.account})
        return urlunsplit((at.scheme, at.netloc, "/sign-in", asked, ""))


@cache
def _table() -> dict[str, Any]:
    text = files("certorigin_server.web").joinpath("guides.toml").read_text("utf-8")
    return tomllib.loads(text)


def _path(name: str) -> str:
    return name if name.startswith("/") else reverse(name)


def steps_of(role: str) -> list[Step]:
    """Return what a person with a role does, in the order of a day."""
    return [Step(code, _path(name)) for code, name in _table()["steps"][role]]


def tour_steps() -> list[Step]:
    """Return the ten steps of the tour; those of the other state lead to its system."""
    system = settings.SYSTEM
    partners = {one.partner.partition("-")[0]: one.partner_url for one in system.corridors}
    return [
        Step(code, partners.get(state, "").rstrip("/") + _path(name), state, account)
        for code, state, account, name in _table()["tour"]["steps"]
    ]


@for_person
def guide(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Show what people with the roles of this person do, and what all of them may rely on."""
    held = roles_of(caller.user, at=caller.at)
    guides = [(one.value, ROLES[one], steps_of(one)) for one in Role if one in held]
    return render(request, "web/guide.html", {"guides": guides})


def tour(request: HttpRequest) -> HttpResponse:
    """Lead through the demo in ten steps. Elsewhere there is no such page."""
    if not is_demo():
        raise Http404
    person = request.user.get_username()
    steps = [(step, step.link_for(person)) for step in tour_steps()]
    return render(request, "web/tour.html", {"steps": steps})
