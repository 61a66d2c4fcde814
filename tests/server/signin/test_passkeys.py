"""Passkeys: made, named, used, removed; what a device must not get away with."""

import json

import pytest

from certorigin_server.signin.models import Passkey, SignInEvent
from certorigin_server.trail.models import TrailEntry
from tests.server.factories import make_certifier, make_exporter
from tests.server.signin.device import Device, to_bytes, to_text
from tests.server.signin.people import (
    browser,
    codes_in,
    demand,
    enter,
    is_in,
    options_in,
    with_password,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    return with_password(make_certifier("olga"))


@pytest.fixture
def client(olga):
    client = browser()
    assert enter(client, olga).status_code == 302
    return client


def register(client, device, name="office key", **bend):
    options = options_in(client.get("/account/sign-in"))
    fields = {"order": "passkey", "name": name, "credential": device.make(options)} | bend
    return client.post("/account/sign-in", fields)


def by_passkey(device, *, bend=lambda answer: answer, **how):
    client = browser()
    options = options_in(client.post("/sign-in/passkey"))
    answer = bend(device.use(options, **how))
    return client, client.post("/sign-in/passkey", {"credential": answer})


def test_a_passkey_alone_opens_the_session_and_stands_in_the_trail(olga, client):
    device = Device()
    page = register(client, device)
    assert (page.status_code, len(codes_in(page))) == (200, 10)
    there, answer = by_passkey(device)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(there)
    assert Passkey.objects.get().used_at is not None
    added = TrailEntry.objects.filter(action="sign_in.factor_added", subject="olga")
    assert added.count() == 1


def test_several_are_named_and_removed_and_the_administrator_is_alarmed(olga, client):
    first, second = Device(), Device()
    register(client, first)
    register(client, second, "telephone")
    pk = Passkey.objects.get(name="telephone").pk
    rename = {"order": f"rename:{pk}", f"name-{pk}": "new telephone"}
    assert client.post("/account/sign-in", rename).status_code == 302
    assert "new telephone" in client.get("/account/sign-in").content.decode()
    assert client.post("/account/sign-in", {"order": f"remove:{pk}"}).status_code == 302
    assert by_passkey(second)[1].status_code == 422
    assert by_passkey(first)[1].status_code == 302
    assert SignInEvent.objects.filter(kind="factor_removed", is_alarm=True).count() == 1


def test_nobody_touches_the_passkeys_of_others(client, olga):
    register(client, Device())
    pk = Passkey.objects.get().pk
    rival = with_password(make_exporter("rival"))
    other = browser()
    enter(other, rival)
    for order in (f"remove:{pk}", f"rename:{pk}"):
        fields = {"order": order, f"name-{pk}": "mine"}
        assert other.post("/account/sign-in", fields).status_code == 404
    assert Passkey.objects.get().name == "office key"


def test_one_passkey_is_one_persons(client, olga):
    device = Device()
    register(client, device)
    other = browser()
    enter(other, with_password(make_exporter("rival")))
    assert register(other, device).status_code == 422
    assert Passkey.objects.count() == 1


def _of_another_page(answer):
    changed = json.loads(answer)
    said = json.loads(to_bytes(changed["response"]["clientDataJSON"]))
    said["origin"] = "https://evil.example"
    changed["response"]["clientDataJSON"] = to_text(json.dumps(said).encode())
    return json.dumps(changed)


def _with_another_signature(answer):
    changed = json.loads(answer)
    changed["response"]["signature"] = to_text(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    return json.dumps(changed)


@pytest.mark.parametrize(
    "bend",
    [
        _of_another_page,
        _with_another_signature,
        lambda answer: answer[:-2],
        lambda _: "[" * 15_000,
        lambda _: "[]",
        lambda answer: answer.replace("public-key", "private-key"),
        lambda answer: answer + " " * 30_000,
    ],
)
def test_no_bent_answer_opens_anything(client, bend):
    device = Device()
    register(client, device)
    there, answer = by_passkey(device, bend=bend)
    assert answer.status_code == 422
    assert not is_in(there)
    assert by_passkey(device)[1].status_code == 302  # the passkey itself is good


def test_an_answer_is_good_once_and_for_its_own_page(client):
    device = Device()
    register(client, device)
    there = browser()
    answer = device.use(options_in(there.post("/sign-in/passkey")))
    assert browser().post("/sign-in/passkey", {"credential": answer}).status_code == 422
    assert there.post("/sign-in/passkey", {"credential": answer}).status_code == 302
    there.post("/sign-out")
    assert there.post("/sign-in/passkey", {"credential": answer}).status_code == 422
    assert by_passkey(device, domain="evil.example")[1].status_code == 422


def test_a_device_that_does_not_know_its_person_is_no_two_factors(client, olga):
    device = Device()
    register(client, device)
    device.verifies = False
    assert by_passkey(device)[1].status_code == 422
    careless = Device(verifies=False)
    assert register(client, careless).status_code == 422
    assert Passkey.objects.count() == 1


def test_after_a_password_any_device_is_enough_unless_the_role_wants_more(client, olga, settings):
    device = Device()
    register(client, device)
    device.verifies = False
    assert second(olga, device).status_code == 302
    demand(settings, verified_passkey=("certifying_officer",))
    assert second(olga, device).status_code == 422
    device.verifies = True
    assert second(olga, device).status_code == 302


def second(user, device):
    there = browser()
    page = enter(there, user)
    assert page.status_code == 200
    assert not is_in(there)
    answer = device.use(options_in(page))
    return there.post("/sign-in/second", {"credential": answer})


def test_a_copy_that_counts_backwards_is_not_let_in_and_raises_an_alarm(client, olga):
    device = Device(count=7)
    register(client, device)
    assert by_passkey(device)[1].status_code == 302
    device.count = 3
    assert by_passkey(device)[1].status_code == 422
    assert SignInEvent.objects.get(kind="passkey_behind").is_alarm


def test_a_suspended_person_has_no_passkeys_that_open(client, olga):
    device = Device()
    register(client, device)
    olga.is_active = False
    olga.save()
    assert by_passkey(device)[1].status_code == 422


def test_a_passkey_has_a_name_and_what_was_made_without_is_not_kept(client):
    assert register(client, Device(), " ").status_code == 422
    assert not Passkey.objects.exists()
