"""A hint wakes the partner's loop and does nothing else; a lost one costs nothing but a rest."""

import time
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from certorigin.errors import UnknownError
from certorigin.mirror.http import HttpLine
from certorigin_server.loops import bell
from certorigin_server.mirror.hints import Bell
from certorigin_server.operate import turn
from tests.server import partner as az
from tests.server.acts import prepare
from tests.server.authority import CORRIDOR
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
PATH = f"hint/{CORRIDOR}"


@pytest.fixture(autouse=True)
def open_connection():
    """A real request ends its connection to the database; here the test's transaction goes on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def line(sealer=None):
    nonces = iter(f"nonce-{number:020}" for number in range(100))
    return HttpLine(
        "http://testserver/exchange",
        sealer=sealer or az.sealer("exchange"),
        clock=timezone.now,
        nonce=lambda: next(nonces),
        transport=httpx.WSGITransport(app=WSGIHandler()),
    )


def listening():
    bell = Bell(CORRIDOR)
    bell.listen()
    return bell


def test_a_hint_of_the_partner_rings_once(partner):
    bell = listening()
    assert not bell.rings()
    line().hint(PATH, wait=1)
    assert bell.rings()
    bell.listen()
    assert not bell.rings()


@pytest.mark.parametrize("path", [PATH, "hint/AZ-KZ/CIS-2009", "hint/AZ-BY/OTHER"])
def test_a_stranger_wakes_nobody_and_learns_nothing(partner, path):
    bell = listening()
    with pytest.raises(UnknownError, match="404"):
        line(az.sealer("stranger")).hint(path, wait=1)
    unsigned = httpx.Client(transport=httpx.WSGITransport(app=WSGIHandler()))
    for method in ("POST", "GET", "PUT"):
        answer = unsigned.request(method, f"http://testserver/exchange/{path}")
        assert answer.status_code == 404
    assert not bell.rings()


def test_what_was_published_is_told_once_and_what_was_countersigned_too(partner, turns):
    turns.publish()
    turns.follow(partner)
    first = partner.hinted
    turns.follow(partner)
    assert partner.hinted == first
    prepare(at=turns.clock())
    turns.publish()
    turns.follow(partner)
    assert partner.hinted == first + 1
    partner.issue()
    turns.follow(partner)
    assert partner.hinted == first + 2


def test_our_own_publication_calls_the_loop_that_sends(partner, turns):
    turns.publish()
    follower = turns.follower(partner)
    turns.follow(partner)
    assert not follower.is_called()
    prepare(at=turns.clock())
    turns.publish()
    assert (settings.SYSTEM.log_folder(OURS) / "checkpoint").is_file()
    assert follower.is_called()


@pytest.mark.parametrize("fault", [500, httpx.ConnectError("gone")])
def test_a_lost_hint_stops_nothing(partner, turns, monkeypatch, fault):
    def answer(request):
        if request.method == "POST":
            if isinstance(fault, Exception):
                raise fault
            return httpx.Response(fault)
        return az.Partner.answer(partner, request)

    monkeypatch.setattr(partner, "answer", answer)
    turns.publish()
    turns.follow(partner)
    issue = partner.issue()
    assert turns.follow(partner) > 0
    assert issue.number


def test_hints_can_be_switched_off(partner, turns, folder, settings):
    loops = replace(settings.SYSTEM.loops, hint=0.0)
    settings.SYSTEM = replace(settings.SYSTEM, loops=loops)
    turns.publish()
    turns.follow(partner)
    partner.issue()
    turns.follow(partner)
    assert partner.hinted == 0


def test_who_is_called_does_not_rest_to_the_end():
    asked = []

    def is_called():
        asked.append(time.monotonic())
        return len(asked) > 1

    loop = SimpleNamespace(is_called=is_called)
    turn._rest(turn._calls([loop], bell, bell.rung()), 3600.0, lambda: False)  # would take an hour
    assert len(asked) == 2
