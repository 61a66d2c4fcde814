"""The paper original is demanded, comes or does not, and opens its grounds (R20)."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin_server.recognition.models import Decision, PaperDemand
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from certorigin_server.web.work import tasks_for
from tests.server.factories import Api, make_organisation, make_user
from tests.server.recognition.hands import lodge

pytestmark = pytest.mark.django_db

OF_PAPER = {"original_not_presented", "erasures", "corrections_not_certified", "specimens_differ"}


@pytest.fixture
def issue(partner, turns):
    made = partner.issue(medium="paper+record")
    turns.follow(partner)
    return made


@pytest.fixture
def api(officer):
    return Api(officer)


def day(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def demand(api, lodged, **changes):
    body = {"reason": "origin_in_doubt", "until": day(10)} | changes
    return api.post(f"/recognition/declaration/{lodged.rpartition('/')[2]}/paper", body)


def answer(api, demanded, outcome):
    return api.post(f"/recognition/paper/{demanded.data['id']}/answer", {"outcome": outcome})


def refuse(api, lodged, issue, ground):
    body = {"subject": issue.subject, "ground": ground}
    path = f"/recognition/declaration/{lodged.rpartition('/')[2]}/refuse"
    return api.post(path, body)


def accept(api, lodged, issue, **more):
    path = f"/recognition/declaration/{lodged.rpartition('/')[2]}/accept"
    return api.post(path, {"subject": issue.subject, **more})


def overdue():
    """Let the last day of every demand be over; the database lets nobody write it."""
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperDemand.objects.update(until=timezone.localdate() - timedelta(days=1))


def test_a_demand_waits_in_the_work_list_and_its_acts_are_sealed(
    api, officer, lodged, issue, turns
):
    made = demand(api, lodged, remark="оттиск печати не читается")
    assert made.status == 201, made.data
    assert (made.data["subject"], made.data["outcome"]) == (issue.subject, "")
    (task,) = [one for one in tasks_for(officer, at=timezone.now()) if "demand" in one.what]
    assert (task.due.isoformat(), task.is_overdue) == (day(10), False)
    turns.publish()
    done = answer(api, made, "agrees")
    assert done.status == 200, done.data
    turns.publish()
    kinds = {row.pk: row.kind for row in SealedAct.objects.exclude(sealed=None)}
    assert kinds[done.data["act"]] == "PaperDemanded"
    assert kinds[done.data["answer_act"]] == "PaperAnswered"
    assert done.data["act"] in SealedAct.objects.get(pk=done.data["answer_act"]).sealed
    assert not [one for one in tasks_for(officer, at=timezone.now()) if "demand" in one.what]
    actions = TrailEntry.objects.filter(action__startswith="recognition.paper")
    assert [one.subject for one in actions] == [issue.subject] * 2
    assert "печат" not in "".join(one.facts for one in actions)


def test_grounds_of_paper_are_closed_until_the_paper_was_seen(api, lodged, issue):
    for ground in OF_PAPER:
        told = refuse(api, lodged, issue, ground)
        assert (told.status, told.data["code"][:18]) == (409, "refusal.paper_not_")
    made = demand(api, lodged)
    assert refuse(api, lodged, issue, "erasures").status == 409
    assert answer(api, made, "differs").status == 200
    assert refuse(api, lodged, issue, "original_not_presented").status == 409
    assert refuse(api, lodged, issue, "erasures").status == 201
    assert Decision.objects.get().ground == "erasures"


def test_who_has_time_to_bring_it_has_not_failed_to(api, lodged, issue, monkeypatch):
    made = demand(api, lodged, until=day(0))
    early = answer(api, made, "not_presented")
    assert (early.status, early.data["code"]) == (409, "demand.term_runs")
    overdue()
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    assert answer(api, made, "not_presented").status == 200
    assert refuse(api, lodged, issue, "specimens_differ").status == 409
    assert refuse(api, lodged, issue, "original_not_presented").status == 201


def test_an_open_demand_hinders_acceptance_and_a_bad_outcome_needs_a_reason(api, lodged, issue):
    made = demand(api, lodged)
    told = accept(api, lodged, issue)
    assert (told.status, told.data["code"]) == (409, "demand.still_open")
    again = demand(api, lodged)
    assert (again.status, again.data["code"]) == (409, "demand.open_already")
    answer(api, made, "differs")
    assert answer(api, made, "agrees").data["code"] == "demand.answered"
    told = accept(api, lodged, issue)
    assert (told.status, told.data["code"]) == (422, "demand.reason_needed")
    assert accept(api, lodged, issue, override="исправление заверено").status == 201


def test_what_can_not_be_demanded(api, lodged, issue, officer, partner, turns):
    assert demand(api, lodged, until=day(-1)).data["code"] == "demand.term_wrong"
    assert demand(api, lodged, position="7").status == 404
    bare = partner.issue("AZBY6001000002")
    turns.follow(partner)
    second = lodge(officer, bare.declaration("2"))
    assert demand(api, second).data["code"] == "demand.no_original"
    other = make_organisation("other-post", Organisation.Kind.CUSTOMS_POST)
    stranger = Api(make_user("stranger", Role.CUSTOMS_OFFICER, organisation=other))
    assert demand(stranger, lodged).status == 404
    made = demand(api, lodged)
    assert answer(stranger, made, "agrees").status == 404


def test_a_certificate_that_is_not_here_is_demanded_without_an_act(api, officer, issue):
    lodged = lodge(officer, issue.declaration("9", cite="AZBY6001999999"))
    made = demand(api, lodged, reason="not_in_mirror")
    assert (made.status, made.data["act"], made.data["subject"]) == (201, "", "")
    done = answer(api, made, "agrees")
    assert (done.status, done.data["answer_act"]) == (200, "")


def test_the_page_asks_keeps_what_was_typed_and_shows_what_came(client, lodged, issue):
    where = f"{lodged}/paper/0"
    assert client.get(where).status_code == 200
    answered = client.post(where, {"order": "demand", "remark": "печать"})
    page = unescape(answered.content.decode())
    assert answered.status_code == 422
    assert "печать" in page
    assert 'id="reason-told"' in page
    assert 'id="until-told"' in page
    order = {"order": "demand", "reason": "data_differ", "until": day(5)}
    assert client.post(where, order)["Location"] == where
    page = unescape(client.get(f"{lodged}/{issue.subject}").content.decode())
    assert "original demanded" in page
    early = client.post(where, {"order": "answer", "outcome": "not_presented"})
    assert (early.status_code, 'id="outcome-told"' in early.content.decode()) == (422, True)
    client.post(where, {"order": "answer", "outcome": "differs", "remark": "box 10"})
    assert "box 10" in client.get(where).content.decode()
    page = client.get(f"{lodged}/{issue.subject}").content.decode()
    (line,) = [one for one in page.split("<label") if 'value="erasures"' in one]
    assert "disabled" not in line
    assert 'value="original_not_presented" disabled' in page
