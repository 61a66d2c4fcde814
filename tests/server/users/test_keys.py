"""Keys of programs: they let through chosen rights, and nothing by which they could let more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.trail.models import TrailEntry
from certorigin_server.users import access
from certorigin_server.users.models import AccessToken, RoleGrant
from certorigin_server.users.pace import Pace
from certorigin_server.users.rights import Right
from certorigin_server.users.services import USE_NOTED_EVERY, make_token
from certorigin_server.web.keys import RIGHT_LABELS
from tests.server.factories import NOW, Api, consignment, make_customs_officer, make_exporter

pytestmark = pytest.mark.django_db
READ, WRITE = "application.read", "application.write"


def with_key(user, *scopes):
    at = timezone.now()
    token = make_token(by=user, at=at, expires=at + timedelta(days=1), scopes=scopes)
    api = Api()
    api._headers["authorization"] = f"Bearer {token}"
    return api


def test_a_key_for_reading_reads_and_does_not_write():
    user = make_exporter()
    api, document = with_key(user, READ), consignment()["application"]
    assert api.get("/application").status == 200
    refused = api.post("/application", document)
    assert (refused.status, refused.data["facts"]) == (403, {"right": WRITE})
    assert with_key(user, WRITE).post("/application", document).status == 201
    assert api.get("/me").data["rights"] == [READ]


def test_a_narrow_key_makes_no_other_key_and_ends_only_itself():
    api = with_key(make_exporter(), READ)
    through = (timezone.localdate() + timedelta(days=1)).isoformat()
    refused = api.post("/account/tokens", {"through": through})
    assert (refused.status, refused.data["code"]) == (403, "token.narrow")
    assert api.delete("/account/sessions").status == 403
    assert AccessToken.objects.count() == 1
    assert api.delete("/session").status == 204
    assert api.get("/me").status == 401


def test_a_key_gives_nothing_that_its_person_lost():
    user = make_exporter()
    api = with_key(user, READ)
    RoleGrant.objects.filter(user=user).delete()
    assert api.get("/application").status == 403
    assert api.get("/me").data["rights"] == []


def test_nobody_makes_a_key_for_what_they_may_not_do():
    body = {"through": (timezone.localdate() + timedelta(days=1)).isoformat()}
    answer = Api(make_exporter()).post("/account/tokens", body | {"scopes": ["users.write", READ]})
    assert answer.status == 422
    assert [one["facts"] for one in answer.data["findings"]] == [{"scope": "users.write"}]


def test_a_key_says_what_it_is_for_and_when_it_was_used():
    user = make_exporter()
    api = Api(user)
    through = (timezone.localdate() + timedelta(days=1)).isoformat()
    made = api.post("/account/tokens", {"through": through, "name": "1C", "scopes": [READ]})
    row = AccessToken.objects.get(name="1C")
    assert row.last_used is None
    key = Api()
    key._headers["authorization"] = f"Bearer {made.data['token']}"
    key.get("/me")
    row.refresh_from_db()
    first = row.last_used
    key.get("/me")
    row.refresh_from_db()
    assert row.last_used == first, "each request wrote its time"
    AccessToken.objects.filter(pk=row.pk).update(last_used=first - USE_NOTED_EVERY)
    key.get("/me")
    row.refresh_from_db()
    assert row.last_used >= first
    (told,) = [one for one in api.get("/account/tokens").data if one["name"] == "1C"]
    assert (told["scopes"], bool(told["last_used"])) == ([READ], True)
    assert TrailEntry.objects.filter(facts__contains=READ).exists()


def test_the_page_makes_keys_for_reading_for_ticked_rights_and_for_everything(client):
    user = make_exporter()
    client.force_login(user)
    day = (timezone.localdate() + timedelta(days=30)).strftime("%d.%m.%Y")
    asked = {"order": "token", "expires": day}
    for extra, scopes in (
        ({"reach": "reading"}, "application.read assessment.read certification.read company.read"),
        ({"reach": "chosen", "scopes.application_write": "on"}, WRITE),
        ({"reach": "everything"}, ""),
    ):
        page = client.post("/account/keys", asked | extra)
        assert page.status_code == 200
        assert AccessToken.objects.latest("pk").scopes == scopes
    for wrong in ({"reach": "chosen"}, {"reach": "chosen", "scopes.users_write": "on"}, {}):
        assert client.post("/account/keys", asked | wrong).status_code == 422
    assert AccessToken.objects.count() == 3


def test_every_right_has_a_name_on_the_page():
    assert set(RIGHT_LABELS) == set(Right)


def test_a_traders_program_that_calls_too_often_waits_and_customs_never_does(settings, monkeypatch):
    monkeypatch.setattr(access, "_PACE", Pace())
    settings.SYSTEM = replace(settings.SYSTEM, calls_a_minute=2)
    trader, customs = Api(make_exporter()), Api(make_customs_officer())
    told = [trader.get("/me") for _ in range(3)]
    assert [one.status for one in told] == [200, 200, 429]
    assert told[2].data["code"] == "token.too_fast"
    assert 1 <= int(told[2].data["facts"]["seconds"]) <= 60
    assert [customs.get("/me").status for _ in range(4)] == [200] * 4  # R7


def test_a_pace_begins_anew_each_minute_and_is_kept_for_each_key():
    pace, at = Pace(), NOW
    assert [pace.seconds_to_wait("a", most=1, at=at) for _ in range(2)] == [0, 60]
    assert pace.seconds_to_wait("b", most=1, at=at + timedelta(seconds=30)) == 0
    assert pace.seconds_to_wait("a", most=1, at=at + timedelta(seconds=59)) == 1
    assert pace.seconds_to_wait("a", most=1, at=at + timedelta(seconds=60)) == 0
    assert pace.seconds_to_wait("a", most=1, at=at) == 0  # a clock that was put back
