"""Conditions of preference are noted with their papers; goods are judged at the rate of the day."""

import pytest

from certorigin_server.recognition.models import ConditionNote, Decision, ExchangeRate
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server.factories import Api, client_of, make_user

pytestmark = pytest.mark.django_db


def note(client, path, condition="transit", found="not_met", evidence="CMR 17 от 01.05.2026"):
    data = {"order": "note", "condition": condition, "found": found, "evidence": evidence}
    return client.post(f"{path}/conditions", data)


def test_a_condition_that_is_not_met_wants_a_reason(client, officer, lodged, issue):
    assert note(client, lodged).status_code == 302
    page = client.get(f"{lodged}/conditions").content.decode()
    assert "not met" in page
    assert "CMR 17 от 01.05.2026" in page
    api, body = Api(officer), {"subject": issue.subject}
    answer = api.post(f"{lodged.replace('/recognition', '/recognition/declaration')}/accept", body)
    assert (answer.status, answer.data["code"]) == (422, "conditions.not_met")
    shown = client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    assert shown.status_code == 422
    assert not Decision.objects.exists()
    assert note(client, lodged, found="met", evidence="T1 18").status_code == 302
    assert client.post(f"{lodged}/{issue.subject}", {"order": "accept"}).status_code == 302
    assert [one.found for one in ConditionNote.objects.all()] == ["not_met", "met"]
    facts = TrailEntry.objects.filter(action="recognition.condition_noted").first().facts
    assert "CMR" not in facts


@pytest.mark.parametrize(
    "changes", [{"condition": ""}, {"found": "perhaps"}, {"evidence": " "}, {"evidence": "x" * 401}]
)
def test_a_note_that_says_nothing_is_told_and_not_kept(client, lodged, changes):
    answer = note(client, lodged, **changes)
    assert answer.status_code == 422
    assert not ConditionNote.objects.exists()


def rate(client, **changes):
    data = {
        "order": "enter",
        "currency": "USD",
        "units": "1",
        "price": "3.25",
        "price_currency": "BYN",
        "source": "НБРБ",
    }
    return client.post("/recognition/rates", data | changes)


@pytest.fixture
def admin(officer):
    return client_of(make_user("keeper", Role.ADMINISTRATOR, organisation=officer.organisation))


@pytest.fixture
def small(officer, issue):
    """Goods under a declaration of origin, worth 16,250 BYN; the day, the address."""
    document = issue.declaration("7")
    line = document["items"][0]
    del line["certificate"]
    line["originDeclaration"] = {"number": "D-7", "date": document["date"]}
    line["goodsValue"] = {"amount": "16250", "currency": "BYN"}
    answer = Api(officer).post("/recognition/declaration", document)
    assert answer.status == 201, answer.data
    return document["date"], f"/recognition/{answer.data['id']}"


def test_the_desk_checks_what_goods_are_worth_at_the_rate_of_the_day(client, admin, small):
    day, path = small
    assert "is not known" in client.get(path).content.decode()
    assert rate(admin, day=day).status_code == 302
    shown = client.get(path).content.decode()
    assert "are worth 5000.00 USD" in shown
    assert rate(admin, day=day, price="3.24").status_code == 302
    assert "a certificate is needed" in client.get(path).content.decode()
    assert ExchangeRate.objects.count() == 2
    page = admin.get("/recognition/rates").content.decode()
    assert "НБРБ" in page
    assert TrailEntry.objects.filter(action="recognition.rate_entered").count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"day": ""},
        {"currency": "XYZ"},
        {"price_currency": "USD"},
        {"units": "0"},
        {"units": "1.5"},
        {"price": "nan"},
        {"price": "0.0000001"},
        {"source": ""},
    ],
)
def test_a_rate_that_is_none_is_told_and_not_kept(admin, changes):
    answer = rate(admin, **({"day": "2026-05-20"} | changes))
    assert answer.status_code == 422
    assert not ExchangeRate.objects.exists()


def test_rates_are_the_administrators(client):
    assert client.get("/recognition/rates").status_code == 404
