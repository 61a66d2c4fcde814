"""Sessions end; nothing typed is lost; a weighty act asks anew who it is."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from certorigin_server.administration.services import confirm, propose
from certorigin_server.signin.events import Kind, tell
from certorigin_server.signin.models import OneTime, SignInEvent
from certorigin_server.signin.queries import factors_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server.factories import make_body, make_certifier, make_user
from tests.server.signin.people import (
    SECRET,
    browser,
    demand,
    enter,
    is_in,
    with_password,
)

pytestmark = pytest.mark.django_db
DEPUTY = {"username": "nobody", "starts": "01.06.2030", "ends": "02.06.2030"}


@pytest.fixture
def olga():
    return with_password(make_certifier("olga"))


@pytest.fixture
def client(olga):
    client = browser()
    enter(client, olga)
    return client


def let_pass(client, name, **time):
    kept = client.session
    kept[name] = (timezone.now() - timedelta(**time)).isoformat()
    kept.save()


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("signin_seen", {"minutes": 119}, {"minutes": 121}),
        ("signin_opened", {"minutes": 719}, {"minutes": 721}),
    ],
)
def test_a_session_ends_unused_or_after_its_longest_time(client, name, inside, outside):
    let_pass(client, name, **inside)
    assert is_in(client)
    let_pass(client, name, **outside)
    key = client.session.session_key
    assert client.get("/account")["Location"] == "/sign-in?next=%2Faccount"
    assert not Session.objects.filter(session_key=key).exists()
    assert TrailEntry.objects.filter(action="sign_in.session_over", subject="olga").exists()


def test_a_page_that_asks_by_itself_keeps_no_session_alive(client):
    let_pass(client, "signin_seen", minutes=100)
    client.get("/", headers={"HX-Request": "true"})
    seen = client.session["signin_seen"]
    client.get("/")
    assert client.session["signin_seen"] > seen


def test_a_part_of_a_page_says_that_the_session_ended_and_asks_no_more(client):
    let_pass(client, "signin_seen", hours=3)
    part = {"HX-Request": "true"}
    renewed = client.get("/administration/loops", headers=part)
    assert (renewed.status_code, renewed["HX-Retarget"]) == (286, "#notices")
    assert "no longer renewed" in renewed.content.decode()
    typing = {**part, "HX-Trigger-Name": "items[0].tariffCode"}
    for asked in (client.get("/tariff/offers", headers=typing), client.post("/", headers=part)):
        assert (asked.status_code, asked["HX-Retarget"]) == (200, "#notices")
        assert "nothing is lost" in asked.content.decode()


def test_a_page_from_before_the_last_sign_in_says_so_beside_what_is_typed(olga):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.force_login(olga)
    mark = strict.get("/account").context["person_mark"]
    own, others = ({"person": mark}, "signed in anew"), ({}, "does not come from your open session")
    for typed, told in (own, others):
        answer = strict.post("/certification/deputies", typed, headers={"HX-Request": "true"})
        assert answer["HX-Retarget"] == "#notices"
        assert told in answer.content.decode()
        assert "<html" not in answer.content.decode()


def test_what_was_typed_when_the_session_ended_is_offered_after_a_second_factor(client, olga):
    mark = client.get("/account").context["person_mark"]
    let_pass(client, "signin_seen", hours=3)
    page = client.post("/certification/deputies", DEPUTY | {"person": mark})
    assert page.status_code == 401
    carried = page.context["carried"]
    offered = enter(client, olga, carried=carried)
    assert 'value="01.06.2030"' in offered.content.decode()
    assert 'action="/certification/deputies"' in offered.content.decode()


@pytest.fixture
def weighty(settings):
    """An address whose acts ask for a fresh proof: sending a case's certificate on its way."""
    demand(settings, fresh=10)
    return "/certification/00000000-0000-4000-8000-000000000000"


def test_a_weighty_act_asks_anew_and_goes_on_with_what_was_typed(client, olga, weighty):
    mark = client.get("/account").context["person_mark"]
    typed = {"confirmed": "yes", "person": mark}
    assert client.post(weighty, typed).status_code == 404, "who came in just now is not asked"
    let_pass(client, "signin_fresh", minutes=11)
    assert client.get(weighty).status_code == 404, "to look needs no proof"
    asked = client.post(weighty, typed)
    assert (asked.status_code, asked.context["next"]) == (401, weighty)
    proof = {"next": weighty, "carried": asked.context["carried"]}
    wrong = client.post("/sign-in/confirm", proof | {"password": "wrong"})
    assert (wrong.status_code, wrong.context["carried"]) == (422, proof["carried"])
    assert client.post(weighty, typed).status_code == 401
    offered = client.post("/sign-in/confirm", proof | {"password": SECRET})
    assert f'action="{weighty}"' in offered.content.decode()
    assert 'name="confirmed" value="yes"' in offered.content.decode()
    assert client.post(weighty, typed).status_code == 404


def test_without_the_setting_nobody_is_asked(client):
    let_pass(client, "signin_fresh", days=1)
    assert client.post("/certification/00000000-0000-4000-8000-000000000000").status_code == 404


def test_who_finds_a_desk_left_alone_gets_no_key_to_it(client):
    let_pass(client, "signin_fresh", minutes=11)
    for order in ("passkey", "one_time", "codes", "remove_one_time", "remove:1"):
        assert client.post("/account/sign-in", {"order": order}).status_code == 401


def test_nobody_is_led_elsewhere(client, olga):
    there = browser()
    assert enter(there, olga, next="https://evil.example/")["Location"] == "/"
    done = client.post("/sign-in/confirm", {"password": SECRET, "next": "//evil.example/"})
    assert done["Location"] == "/"


# -- alarms, and the administrators' reset ---------------------------------------------------------


@pytest.fixture
def administrators():
    body = make_body("belcci")
    return [make_user(name, Role.ADMINISTRATOR, organisation=body) for name in ("ada", "bob")]


def test_an_alarm_waits_for_an_administrator_who_is_not_its_person(olga, administrators):
    ada, bob = administrators
    at = timezone.now()
    tell(kind=Kind.FACTOR_REMOVED, user=bob, by="bob", at=at)
    row = SignInEvent.objects.get()
    first, second = browser(), browser()
    first.force_login(bob)
    second.force_login(ada)
    assert "Alarm about a sign-in" not in first.get("/").content.decode()
    assert "Alarm about a sign-in" in second.get("/").content.decode()
    first.post(f"/administration/alarms/{row.pk}")
    row.refresh_from_db()
    assert row.noted_by is None
    second.post(f"/administration/alarms/{row.pk}")
    row.refresh_from_db()
    assert row.noted_by == ada
    assert "Alarm about a sign-in" not in second.get("/").content.decode()
    assert "Looked at by Ada" in second.get("/administration/alarms").content.decode()
    nosy = browser()
    nosy.force_login(olga)
    assert nosy.get("/administration/alarms").status_code == 404


def test_two_administrators_reset_lost_factors_and_sessions_end(client, olga, administrators):
    ada, bob = administrators
    at = timezone.now()
    OneTime.objects.create(user=olga, secret="x", made_at=at)
    data = {"username": "olga"}
    row = propose(kind="factors_reset", data=data, by=ada, at=at)
    assert factors_of(olga).has_second
    confirm(proposal=row.pk, by=bob, at=at)
    assert not factors_of(olga).has_second
    assert not is_in(client)
    assert SignInEvent.objects.get(kind="factors_reset", user=olga).is_alarm
    assert enter(browser(), olga).status_code == 302
