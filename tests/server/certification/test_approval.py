"""The exporter's approval of a draft: nothing is sealed before it, and any change voids it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.application.queries import draft_from_data
from certorigin_server.application.services import begin
from certorigin_server.certification.models import Certificate, DraftAnswer, LaidDraft
from certorigin_server.certification.queries import drafts_to_answer
from certorigin_server.users.models import RoleGrant, User
from certorigin_server.users.power_services import revoke_power
from certorigin_server.users.rights import Role
from tests.server.authority import START
from tests.server.factories import (
    Api,
    certified,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_power,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    return make_exporter()


@pytest.fixture
def assessor():
    return make_assessor()


@pytest.fixture
def application(exporter, assessor):
    return decided(Api(exporter), Api(assessor))


@pytest.fixture
def certifier(application):
    return make_certifier()


@pytest.fixture
def administrator():
    return make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))


def certify(user, application, **order):
    return Api(user).post(f"/certification/{application}/certify", order or None)


@pytest.fixture
def asking(administrator, application):
    body = {"one_person": "false", "asks_exporter": "true"}
    answer = Api(administrator).put("/certification/rules/minsk", body)
    assert answer.status == 200, answer.data


def lay(certifier, application, **order):
    answer = Api(certifier).post(f"/certification/{application}/draft", order or None)
    assert answer.status == 201, answer.data
    return answer.data


def test_nothing_is_sealed_before_the_exporter_approves(asking, application, certifier, exporter):
    path = f"/certification/{application}/draft"
    assert certify(certifier, application).data["code"] == "certification.draft_not_laid"
    page = client_of(certifier).post(f"/certification/{application}", {"order": "lay"})
    assert page.status_code == 302
    assert certify(certifier, application).data["code"] == "certification.draft_waits"
    assert path in client_of(exporter).get("/").content.decode()
    shown = client_of(exporter).get(path).content.decode()
    assert "Д8418" in shown
    digest = LaidDraft.objects.get().digest
    unsaid = client_of(exporter).post(path, {"order": "change", "digest": digest})
    assert unsaid.status_code == 422
    fields = {"order": "change", "digest": digest, "remark": "Иной адрес"}
    client_of(exporter).post(path, fields)
    assert certify(certifier, application).data["code"] == "certification.draft_to_change"
    officer = client_of(certifier).get(f"/certification/{application}").content.decode()
    assert "Иной адрес" in officer
    client_of(certifier).post(f"/certification/{application}", {"order": "lay"})
    assert LaidDraft.objects.count() == 2
    assert path in client_of(exporter).get("/").content.decode()
    client_of(exporter).post(path, {"order": "approve", "digest": digest})
    assert certify(certifier, application).status == 201
    assert path not in client_of(exporter).get("/").content.decode()


def test_a_change_of_the_draft_voids_the_approval(asking, application, certifier, exporter):
    draft = lay(certifier, application)
    answer = {"digest": draft["digest"], "approved": "true"}
    assert Api(exporter).post(f"/certification/{application}/draft/answer", answer).status == 200
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    marked = {"exported": {"number": "CMR 1", "date": yesterday}}
    refused = certify(certifier, application, **marked)
    assert (refused.status, refused.data["code"]) == (409, "certification.draft_changed")
    assert lay(certifier, application, **marked)["digest"] != draft["digest"]
    stale = Api(exporter).post(f"/certification/{application}/draft/answer", answer)
    assert (stale.status, stale.data["code"]) == (409, "certification.draft_changed_meanwhile")
    assert not Certificate.objects.exists()


def test_the_number_that_others_take_meanwhile_voids_nothing(
    asking, application, certifier, exporter, assessor
):
    draft = lay(certifier, application)
    answer = {"digest": draft["digest"], "approved": "true"}
    Api(exporter).post(f"/certification/{application}/draft/answer", answer)
    other = decided(Api(exporter), Api(assessor), "04-butter")
    laid = lay(certifier, other)
    Api(exporter).post(
        f"/certification/{other}/draft/answer", {"digest": laid["digest"], "approved": "true"}
    )
    certified(other, Api(certifier))
    assert certify(make_certifier("second-certifier"), application).status == 201


@pytest.mark.parametrize("covers", ["prepare", "submit"])
def test_an_agent_answers_drafts_under_a_power_that_covers_handing_in(
    asking, application, certifier, exporter, covers
):
    agent, assessor = make_exporter("agent", "broker"), User.objects.get(username="assessor")
    power = make_power(exporter, "broker", covers=covers)
    draft = draft_from_data(consignment("04-butter")["application"])
    row = begin(draft=draft, by=agent, at=timezone.now(), behalf="trader")
    facts = consignment("04-butter")["worksheet"]
    assert Api(agent).put(f"/application/{row.pk}/worksheet", facts).status == 200
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert Api(exporter).post(f"/application/{row.pk}/submit", order).status == 200
    decision = {"worksheet_version": "1"}
    assert Api(assessor).post(f"/assessment/{row.pk}/decide", decision).status == 200
    lay(certifier, application)
    body = {"digest": lay(certifier, row.pk)["digest"], "approved": "true"}
    path = f"/certification/{row.pk}/draft"
    waiting = [one.application_id for one in drafts_to_answer(agent)]
    # Never the draft of what the principal handed in by itself.
    assert waiting == ([row.pk] if covers == "submit" else [])
    assert (path in client_of(agent).get("/").content.decode()) is (covers == "submit")
    answer = Api(agent).post(f"{path}/answer", body)
    if covers == "prepare":
        assert (answer.status, answer.data["code"]) == (403, "application.no_power")
        return
    assert DraftAnswer.objects.count() == 1
    assert DraftAnswer.objects.get().answered_by == agent
    assert drafts_to_answer(agent) == []
    other = lay(certifier, application)
    refused = Api(agent).post(
        f"/certification/{application}/draft/answer",
        {"digest": other["digest"], "approved": "true"},
    )
    assert refused.status == 404
    revoke_power(power=power.pk, by=exporter, at=timezone.now())
    assert Api(agent).post(f"{path}/answer", body).status in {403, 404}


def test_a_draft_is_answered_once_and_by_the_exporter_alone(
    asking, application, certifier, exporter
):
    draft = lay(certifier, application)
    path = f"/certification/{application}/draft/answer"
    body = {"digest": draft["digest"], "approved": "true"}
    assert Api(make_exporter("rival", "rival-trader")).post(path, body).status == 404
    both = make_certifier("both")
    RoleGrant.objects.create(user=both, role=str(Role.EXPORTER), starts=START)
    assert Api(both).post(path, body).status in {403, 404}
    assert not DraftAnswer.objects.exists()
    assert Api(exporter).post(path, body).status == 200
    again = Api(exporter).post(path, body | {"approved": "false", "remark": "x"})
    assert (again.status, again.data["code"]) == (409, "certification.draft_answered")
    assert lay(certifier, application)["status"] == "approved"
    assert LaidDraft.objects.count() == 1
