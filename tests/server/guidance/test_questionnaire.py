"""The questionnaire: every role is asked, answers are kept, and used as facts of production."""

import json

import pytest
from django.db import DatabaseError, transaction

from certorigin_server.application.models import Application
from certorigin_server.application.queries import latest_worksheet, worksheet_of
from certorigin_server.assessment.forms import label_of
from certorigin_server.guidance.models import AnswerSet, Inquiry
from certorigin_server.guidance.shown import left_open_in_words
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server.factories import (
    client_of,
    make_assessor,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
BEGIN = {"tariffCode": "841810", "productionCountry": "BY", "destination": "AZ"}
MATERIAL = {
    "q0[0].description": "compressor",
    "q0[0].tariffCode": "841430",
    "q0[0].originCountry": "CN",
}
WORTH = {
    "q0.amount": "1000",
    "q0.currency": "USD",
    "q1.amount": "400",
    "q1.currency": "USD",
    "q2": "customs_value",
}


@pytest.fixture
def client():
    return client_of(make_exporter())


def begun(client, **more):
    answer = client.post("/ask/", BEGIN | more)
    assert answer.status_code == 302, answer.context["form"].told
    return answer["Location"]


def go(client, url, turn, status=302, **typed):
    answer = client.post(url, {"turn": str(turn), "order": "go"} | typed)
    assert answer.status_code == status
    return answer


def asked(client, url):
    return [one.place for one in client.get(url).context["turn"].questions]


def finished(client):
    """A refrigerator with 40 % foreign parts, asked for to the end."""
    url = begun(client)
    go(client, url, 1)  # wholly obtained: passed over
    assert asked(client, url) == ["items[0].materials"]
    go(client, url, 2, **MATERIAL)
    assert asked(client, url) == ["items[0].operations"]
    go(client, url, 3, **{"q0.case_making": "on", "q0.minimal-ironing": "on"})
    assert asked(client, url)[0] == "items[0].exWorksPrice"
    go(client, url, 4, **WORTH)
    assert all(place.startswith("trade.") for place in asked(client, url))
    return url


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_conversation_ends_in_a_decision(language):
    client = client_of(make_exporter(), language)
    page = client.get(finished(client))
    turn = page.context["turn"]
    assert str(turn.assessment.items[0].criterion) == "Д8418"
    assert turn.answers.worksheet().items[0].operations == ("case_making", "minimal.ironing")
    text = page.content.decode()
    assert "ask." not in text.replace("ask.html", "")
    assert not any(f"{room}." in text for room in ("words", "operation", "category"))


def test_every_turn_is_kept_with_its_digest_and_who_and_when(client):
    finished(client)
    turns = list(AnswerSet.objects.order_by("number"))
    assert [one.number for one in turns] == [1, 2, 3, 4, 5]
    assert len({one.digest for one in turns}) == 5
    assert turns[-1].outcome == "originating"
    told = TrailEntry.objects.filter(action="guidance.answered").order_by("sequence")
    assert [json.loads(one.facts)["digest"] for one in told] == [one.digest for one in turns[1:]]
    for row in (turns[0], Inquiry.objects.get()):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AnswerSet.objects.filter(number=1).update(document="{}")


def test_one_click_makes_an_application_with_these_facts(client):
    url = finished(client)
    answer = client.post(f"{url}/use", {"application": ""})
    page = client.get(answer["Location"])
    row = page.context["form"]
    assert row.values["items[0].tariffCode"] == "841810"
    assert row.values["destinationCountry"] == "AZ"
    made = Application.objects.get()
    assert row.values["exporter.name"] == made.organisation.name
    assert row.values["applicant"] == "exporter"
    sheet = worksheet_of(latest_worksheet(made))
    assert sheet.items[0].materials[0].description == "compressor"
    assert TrailEntry.objects.filter(action="guidance.used", subject=made.urn).exists()


def test_what_stays_open_is_named_in_words():
    told = left_open_in_words("items[0].operations", "en")
    assert told == label_of("items[0].operations", "en") != "items[0].operations"
    assert left_open_in_words("agreement:BY-US", "en").endswith("BY-US")


def test_or_they_go_into_a_draft_that_is_there(client):
    url = finished(client)
    client.post("/application/new")
    draft = Application.objects.get()
    answer = client.post(f"{url}/use", {"application": str(draft.pk)})
    assert answer["Location"] == f"/application/{draft.pk}/edit"
    assert latest_worksheet(draft).version == 1


def test_what_is_wrong_stands_beside_its_question_and_nothing_is_lost(client):
    url = begun(client)
    go(client, url, 1)
    page = go(client, url, 2, 422, **MATERIAL | {"q0[0].tariffCode": "84x"})
    form = page.context["form"]
    assert [one.place for one in form.told] == ["q0[0].tariffCode"]
    assert form.values["q0[0].description"] == "compressor"
    more = client.post(url, MATERIAL | {"turn": "2", "order": "add:q0"})
    assert more.context["form"].counts["q0"] == 2


def test_two_people_at_one_turn_are_told(client):
    url = begun(client)
    go(client, url, 1)
    page = go(client, url, 1, 409)
    assert page.context["conflict"]
    assert AnswerSet.objects.count() == 2


def test_a_beginning_that_is_none_is_told_at_its_field(client):
    page = client.post("/ask/", BEGIN | {"tariffCode": "x", "productionCountry": "Narnia"})
    assert page.status_code == 422
    found = {one.place for one in page.context["form"].told}
    assert found == {"tariffCode", "productionCountry"}
    assert client.post("/ask/", BEGIN | {"at": "tomorrow"}).status_code == 422
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("make", [make_exporter, make_assessor, make_customs_officer])
def test_every_role_asks_by_the_same_pages(make):
    client = client_of(make())
    url = begun(client)
    page = client.get(url)
    assert page.status_code == 200
    assert (page.context["drafts"] is not None) is (make is make_exporter)


def test_others_do_not_see_an_inquiry(client):
    url = begun(client)
    other = client_of(make_user("rival", Role.EXPORTER, organisation=make_organisation("rival")))
    assert other.get(url).status_code == 404
    assert other.post(url, {"turn": "1"}).status_code == 404
    assert other.post(f"{url}/use").status_code == 404
    assert list(other.get("/ask/").context["page"]) == []
    colleague = client_of(make_exporter("colleague"))
    assert colleague.get(url).status_code == 200


def test_between_states_without_an_agreement_it_says_so(client):
    url = begun(client, destination="TR")
    page = client.get(url)
    assert page.context["turn"].left_open == ("agreement:BY-TR",)
    assert client.post(f"{url}/use").status_code == 409
