"""Sessions of the machine interface: a token for a password, in force until it ends."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import AccessToken
from certorigin_server.users.rights import Role
from certorigin_server.users.services import TOKEN_LIFE, add_user
from tests.server.factories import Api, make_body, make_exporter

pytestmark = pytest.mark.django_db
SIGN_IN = {"username": "olga", "password": "a long password"}


@pytest.fixture
def olga(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return add_user(
        by="operator",
        at=timezone.now(),
        roles=[Role.ASSESSING_OFFICER],
        organisation=make_body(),
        first_name="Ольга",
        last_name="Савицкая",
        **SIGN_IN,
    )


def with_token(token):
    api = Api()
    api._headers["authorization"] = f"Bearer {token}"
    return api


def test_a_password_gives_a_token_of_which_only_the_digest_is_kept(olga):
    token = Api().post("/session", SIGN_IN).data["token"]
    kept = AccessToken.objects.get()
    assert kept.digest == hashlib.sha256(token.encode()).hexdigest()
    assert kept.expires - kept.created == TOKEN_LIFE
    me = with_token(token).get("/me").data
    assert me["username"] == "olga"
    assert me["name"] == "Ольга Савицкая"
    assert me["roles"] == ["assessing_officer"]
    assert "assessment.decide" in me["rights"]


@pytest.mark.parametrize(
    "body", [SIGN_IN | {"password": "wrong"}, SIGN_IN | {"username": "nobody"}]
)
def test_a_refusal_says_nothing_about_what_was_wrong(olga, body):
    answer = Api().post("/session", body)
    assert (answer.status, answer.data["code"]) == (401, "session.refused")
    assert answer.data["facts"] == {}
    entry = TrailEntry.objects.order_by("-sequence").first()
    assert entry.action == "users.session_refused"
    assert "password" not in entry.facts


def test_who_left_does_not_sign_in(olga):
    olga.is_active = False
    olga.save()
    assert Api().post("/session", SIGN_IN).status == 401


def test_a_closed_session_is_over(olga):
    api = with_token(Api().post("/session", SIGN_IN).data["token"])
    assert api.delete("/session").status == 204
    assert api.get("/me").status == 401


def test_a_session_ends_by_itself(olga):
    api = with_token(Api().post("/session", SIGN_IN).data["token"])
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert api.get("/me").status == 401


def test_a_person_who_left_loses_open_sessions(olga):
    api = with_token(Api().post("/session", SIGN_IN).data["token"])
    olga.is_active = False
    olga.save()
    assert api.get("/me").status == 401


@pytest.mark.parametrize("header", ["", "Basic x", "Bearer", "Bearer x", "token", "Bearer  \t"])
def test_another_header_is_no_session(header):
    make_exporter()
    api = Api()
    api._headers["authorization"] = header
    assert api.get("/me").status == 401


def test_a_misshaped_request_is_answered_place_by_place():
    answer = Api().post("/session", {"username": 5})
    assert (answer.status, answer.data["code"]) == (400, "request.misshaped")
    assert len(answer.data["findings"]) == 2


def test_a_password_typed_for_a_name_stays_out_of_the_trail():
    body = {"username": "correct horse battery", "password": "x"}
    assert Api().post("/session", body).status == 401
    entry = TrailEntry.objects.get(action="users.session_refused")
    assert (entry.subject, entry.facts) == ("", "{}")


@pytest.mark.parametrize("name", ["a\r\nb", "\x7f", "\u202eolga", "\ufeff", "\u2028"])
def test_a_name_of_signs_that_nobody_sees_is_refused_and_noted(name):
    assert Api().post("/session", SIGN_IN | {"username": name}).status == 401
    assert TrailEntry.objects.filter(action="users.session_refused").count() == 1


@pytest.mark.parametrize("name", ["ol\0ga", "x" * 5_000, "\ud800"])
def test_a_name_that_nobody_can_have_is_refused(name):
    assert Api().post("/session", SIGN_IN | {"username": name}).status == 400
