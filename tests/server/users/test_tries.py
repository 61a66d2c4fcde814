"""Tries to sign in: counted over all processes, for whoever tries; nobody locks out others."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from certorigin.errors import RightError
from certorigin_server.administration.models import OpenSession
from certorigin_server.trail.models import TrailEntry, Tries
from certorigin_server.trail.services import (
    KNOWN_FOR,
    MOST_TRIES,
    WINDOW,
    count_try,
    note_success,
)
from certorigin_server.users.models import AccessToken
from certorigin_server.users.queries import find_token
from tests.server.factories import Api, make_assessor, make_exporter
from tests.server.race import at_once

pytestmark = pytest.mark.django_db
SECRET = "a long password"
PAIR, ACCOUNT, ADDRESS = 3, 6, 10


@pytest.fixture(autouse=True)
def few_tries(monkeypatch):
    """Fewer than in life, so that the tests take less time."""
    for kind, most in {"pair": PAIR, "account": ACCOUNT, "address": ADDRESS}.items():
        assert MOST_TRIES[kind] > most
        monkeypatch.setitem(MOST_TRIES, kind, most)


@pytest.fixture
def olga():
    user = make_assessor("olga")
    user.set_password(SECRET)
    user.save()
    return user


def tries(count, account="olga", address="10.0.0.1", at=None):
    """How many of these tries are let through to the password."""
    passed = 0
    for _ in range(count):
        with suppress(RightError):
            count_try(account=account, address=address, at=at or timezone.now())
            passed += 1
    return passed


def test_after_too_many_tries_one_waits_until_the_window_is_over():
    at = timezone.now()
    assert tries(PAIR + 3, at=at) == PAIR
    with pytest.raises(RightError) as refused:
        count_try(account="olga", address="10.0.0.1", at=at + timedelta(minutes=5, seconds=1))
    assert refused.value.facts == {"minutes": "10"}
    assert tries(1, at=at + WINDOW - timedelta(seconds=1)) == 0
    assert tries(PAIR + 1, at=at + WINDOW) == PAIR


def test_another_person_at_the_same_address_goes_on():
    assert tries(PAIR + 1) == PAIR
    assert tries(1, account="anna") == 1


def test_the_name_counts_however_it_is_typed():
    assert tries(PAIR, account=" OLGA ") == PAIR
    assert tries(1) == 0


def test_tries_from_many_addresses_at_one_account_end():
    passed = sum(tries(1, address=f"10.0.1.{number}") for number in range(ACCOUNT + 5))
    assert passed == ACCOUNT


def test_tries_from_one_address_at_many_accounts_end():
    passed = sum(tries(1, account=f"person-{number}") for number in range(ADDRESS + 5))
    assert passed == ADDRESS


def test_nobody_is_locked_out_where_they_usually_sign_in():
    """Whoever tries at a body's accounts, from elsewhere or from its own address."""
    at = timezone.now()
    assert tries(1, at=at) == 1
    note_success(account="olga", address="10.0.0.1", at=at)
    for number in range(ACCOUNT + 5):
        tries(1, address=f"10.0.1.{number}", at=at)
    for number in range(ADDRESS + 5):
        tries(1, account=f"person-{number}", at=at)
    assert tries(1, address="10.9.9.9", at=at) == 0
    assert tries(PAIR + 1, at=at) == PAIR  # her own tries count still


def test_what_was_usual_is_forgotten():
    at = timezone.now()
    tries(1, at=at - KNOWN_FOR)
    note_success(account="olga", address="10.0.0.1", at=at - KNOWN_FOR)
    for number in range(ACCOUNT):
        tries(1, address=f"10.0.1.{number}", at=at)
    assert tries(1, at=at) == 0


def test_a_try_that_went_well_does_not_count():
    for _ in range(3 * ACCOUNT):
        assert tries(1) == 1
        note_success(account="olga", address="10.0.0.1", at=timezone.now())
    assert set(Tries.objects.values_list("count", flat=True)) == {0}


def test_old_counts_are_forgotten_and_hold_no_names():
    old = timezone.now() - KNOWN_FOR - timedelta(days=1)
    tries(1, account="anna", address="10.0.0.9", at=old)
    tries(1)
    assert not any(
        "olga" in key or "10.0" in key for key in Tries.objects.values_list("key", flat=True)
    )
    note_success(account="olga", address="10.0.0.1", at=timezone.now())
    assert Tries.objects.count() == 3


def test_another_way_to_type_a_name_is_no_other_name():
    """The sign-in takes all of these for `olga`: they are compatible forms of it (NFKC)."""
    ways = ["olga", " olga ", "\uff4flga", "o\uff4cga", "ol\uff47a", "OLGA"]
    assert sum(tries(1, account=way) for way in ways) == PAIR


def test_the_trail_holds_any_name_that_was_typed_too_often():
    tries(PAIR, account="ol\r\n\0ga")
    assert TrailEntry.objects.get(action="users.session_limited").subject == "olga"


def test_the_trail_tells_once_that_somebody_has_to_wait():
    tries(PAIR + 20)
    (told,) = TrailEntry.objects.filter(action="users.session_limited")
    assert (told.subject, told.facts) == ("olga", '{"counted":"pair"}')


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_processes_at_once_count_together():
    at = timezone.now()

    def act():
        return lambda: count_try(account="olga", address="10.0.0.1", at=at)

    outcomes = at_once([act() for _ in range(4 * PAIR)])
    assert sum(1 for one in outcomes if one is None) == PAIR


# -- at the doors ---------------------------------------------------------------------------------


def test_the_machine_interface_says_how_long_to_wait(olga):
    wrong = {"username": "olga", "password": "wrong"}
    assert [Api().post("/session", wrong).status for _ in range(PAIR)] == [401] * PAIR
    refused = Api().post("/session", {"username": "olga", "password": SECRET})
    assert (refused.status, refused.data["code"]) == (429, "session.wait")
    assert refused.data["facts"] == {"minutes": "15"}
    assert Api(olga).get("/me").status == 200  # a token that is there goes on


def test_the_sign_in_page_says_it_and_keeps_the_name(olga):
    client = Client(headers={"accept-language": "en"})
    for _ in range(PAIR):
        assert client.post("/sign-in", {"username": "olga", "password": "wrong"}).status_code == 200
    page = client.post("/sign-in", {"username": "olga", "password": SECRET})
    assert page.status_code == 429
    assert "Wait 15 min" in page.content.decode()
    assert 'value="olga"' in page.content.decode()
    Tries.objects.update(since=timezone.now() - WINDOW)
    assert client.post("/sign-in", {"username": "olga", "password": SECRET}).status_code == 302


# -- one's own account ----------------------------------------------------------------------------


@pytest.fixture
def client(olga):
    client = Client(headers={"accept-language": "en", "user-agent": "Firefox"})
    assert client.post("/sign-in", {"username": "olga", "password": SECRET}).status_code == 302
    return client


def test_a_password_is_changed_and_other_sessions_end(olga, client):
    other = Client()
    other.post("/sign-in", {"username": "olga", "password": SECRET})
    fields = {
        "order": "password",
        "old": "wrong",
        "new": "another secret",
        "again": "another secret",
    }
    assert client.post("/account", fields).status_code == 422
    assert client.post("/account", fields | {"old": SECRET, "again": "x"}).status_code == 422
    short = {"old": SECRET, "new": "12345", "again": "12345"}
    page = client.post("/account", fields | short)
    assert (page.status_code, "too short" in page.content.decode()) == (422, True)
    assert "12345" not in page.content.decode()
    assert client.post("/account", fields | {"old": SECRET})["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    olga.refresh_from_db()
    assert olga.check_password("another secret")


def test_wrong_old_passwords_are_tries_as_well(olga, client):
    fields = {
        "order": "password",
        "old": "wrong",
        "new": "another secret",
        "again": "another secret",
    }
    answers = [client.post("/account", fields).status_code for _ in range(PAIR + 1)]
    assert answers == [422] * PAIR + [429]


def test_sessions_are_seen_and_ended(olga, client):
    others = [Client(headers={"user-agent": f"Browser {number}"}) for number in range(3)]
    for other in others:
        other.post("/sign-in", {"username": "olga", "password": SECRET})
    page = client.get("/account").content.decode()
    assert all(f"Browser {number}" in page for number in range(3))
    assert page.count("this session") == 1
    ended = OpenSession.objects.get(browser="Browser 0")
    client.post("/account", {"order": f"end_session:{ended.pk}"})
    assert [other.get("/account").status_code for other in others] == [302, 200, 200]
    client.post("/account", {"order": "end_others"})
    assert [other.get("/account").status_code for other in others] == [302, 302, 302]
    assert client.get("/account").status_code == 200


def test_nobody_ends_what_is_not_theirs(olga, client):
    stranger = make_exporter()
    row = OpenSession.objects.create(key="k", user=stranger, opened=timezone.now())
    Api(stranger)
    token = AccessToken.objects.get(user=stranger)
    assert client.post("/account", {"order": f"end_session:{row.pk}"}).status_code == 404
    for order in (f"end_token:{token.pk}", "end_token:x"):
        assert client.post("/account/keys", {"order": order}).status_code == 404
    assert OpenSession.objects.filter(pk=row.pk).exists()
    assert AccessToken.objects.get(pk=token.pk).revoked is None


def test_a_token_is_shown_once_and_revoked(olga, client):
    day = timezone.localdate() + timedelta(days=30)
    asked = {"order": "token", "expires": day.strftime("%d.%m.%Y"), "reach": "everything"}
    page = client.post("/account/keys", asked)
    token = page.context["token"]
    assert token in page.content.decode()
    assert token not in client.get("/account/keys").content.decode()
    assert find_token(token, at=timezone.now()).user == olga
    row = AccessToken.objects.get(user=olga)
    assert row.expires.date() == day + timedelta(days=1)
    client.post("/account/keys", {"order": f"end_token:{row.pk}"})
    assert find_token(token, at=timezone.now()) is None


@pytest.mark.parametrize("expires", ["", "x", "2020-01-01", "2100-01-01", "9999-12-31"])
def test_a_token_has_an_end_within_a_year(client, expires):
    asked = {"order": "token", "expires": expires, "reach": "everything"}
    page = client.post("/account/keys", asked)
    assert page.status_code == 422
    assert not AccessToken.objects.exists()


def test_a_program_makes_and_ends_tokens_of_its_person(olga):
    api, stranger = Api(olga), make_exporter()
    day = timezone.localdate() + timedelta(days=30)
    token = api.post("/account/tokens", {"through": day.isoformat()}).data["token"]
    assert find_token(token, at=timezone.now()).user == olga
    for wrong in ("2020-01-01", "9999-12-31"):
        assert api.post("/account/tokens", {"through": wrong}).status == 422
    mine = {one["id"] for one in api.get("/account/tokens").data}
    (row,) = AccessToken.objects.filter(expires__date=day + timedelta(days=1))
    assert str(row.pk) in mine
    assert Api(stranger).delete(f"/account/tokens/{row.pk}").status == 404
    assert api.delete(f"/account/tokens/{row.pk}").status == 204
    assert find_token(token, at=timezone.now()) is None
