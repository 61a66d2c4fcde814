"""Send back, deputies, the rules of a body and the exporter's approval: who may what, and when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from certorigin.errors import ConflictError, RightError
from certorigin_server.application.models import Application
from certorigin_server.application.queries import draft_from_data
from certorigin_server.application.services import begin
from certorigin_server.assessment.models import Assessment, Reopening
from certorigin_server.certification import services
from certorigin_server.certification.case import Terms
from certorigin_server.certification.deputies import name_deputy
from certorigin_server.certification.models import (
    Certificate,
    Deputation,
    DraftAnswer,
    LaidDraft,
    NumberSequence,
    SentBack,
)
from certorigin_server.certification.queries import drafts_to_answer
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import RoleGrant, User
from certorigin_server.users.power_services import revoke_power
from certorigin_server.users.rights import Role
from tests.server.authority import START
from tests.server.factories import (
    Api,
    certified,
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


def client_of(user, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


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
def second(application):
    return make_certifier("second-certifier")


@pytest.fixture
def administrator():
    return make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))


def certify(user, application, **order):
    return Api(user).post(f"/certification/{application}/certify", order or None)


# -- send back ------------------------------------------------------------------------------------


def test_a_case_goes_back_with_a_reason_and_is_decided_anew(application, certifier, assessor):
    page = client_of(certifier).get(f"/certification/{application}").content.decode()
    assert f"/certification/{application}/send-back" in page
    answer = client_of(certifier).post(
        f"/certification/{application}/send-back", {"reason": "Графа 9, позиция 1"}
    )
    assert answer["Location"] == "/certification/"
    row = Application.objects.get()
    assert (row.decided_at, SentBack.objects.get().reason) == (None, "Графа 9, позиция 1")
    assert Reopening.objects.get().assessment == Assessment.objects.get()
    assert certify(certifier, application).data["code"] == "certification.not_assessed"
    assert Api(certifier).get("/certification/waiting").data == {"waiting": []}
    assert "Графа 9" in client_of(assessor).get(f"/assessment/{application}").content.decode()
    again = Api(assessor).post(f"/assessment/{application}/decide", {"worksheet_version": "1"})
    assert again.status == 200, again.data
    assert certify(certifier, application).status == 201
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_goes_back(application, certifier, reason):
    answer = client_of(certifier).post(
        f"/certification/{application}/send-back", {"reason": reason}
    )
    assert answer.status_code == 422
    assert 'id="reason-told"' in answer.content.decode()
    assert not SentBack.objects.exists()
    assert not Reopening.objects.exists()


def test_what_is_certified_does_not_go_back(application, certifier):
    certify(certifier, application)
    answer = Api(certifier).post(f"/certification/{application}/send-back", {"reason": "x"})
    assert (answer.status, answer.data["code"]) == (409, "certification.done")
    assert Application.objects.get().decided_at is not None


def test_another_body_sends_nothing_back(application):
    brest = Api(make_certifier("brest-certifier", "brest"))
    assert brest.post(f"/certification/{application}/send-back", {"reason": "x"}).status == 404
    central = Api(make_certifier("central-certifier", "belcci"))
    answer = central.post(f"/certification/{application}/send-back", {"reason": "x"})
    assert (answer.status, answer.data["code"]) == (403, "certification.another_body")


# -- deputies -------------------------------------------------------------------------------------


def name(officer, deputy, *, start=0, days=5, reason="Отпуск"):
    at = timezone.now()
    return name_deputy(
        deputy=deputy,
        starts=at + timedelta(days=start),
        ends=at + timedelta(days=start + days),
        reason=reason,
        by=officer,
        at=at,
    )


def test_a_deputy_certifies_and_everything_says_for_whom(application, certifier, second):
    name(certifier, "second-certifier")
    page = client_of(second).get(f"/certification/{application}").content.decode()
    assert '<option value="certifier"' in page
    fields = {"confirmed": "on", "acted_for": "certifier"}
    client_of(second).post(f"/certification/{application}", fields)
    row = Certificate.objects.get()
    assert (row.certified_by, row.acted_for) == (second, certifier)
    shown = client_of(second).get(f"/certification/{row.pk}").content.decode()
    assert "as deputy of Certifier" in shown
    trail = TrailEntry.objects.get(action="certification.certified")
    assert (trail.actor, '"acted_for":"certifier"' in trail.facts) == ("second-certifier", True)


def test_who_is_away_does_not_certify_until_the_deputation_is_ended(application, certifier, second):
    made = name(certifier, "second-certifier")
    answer = certify(certifier, application)
    assert (answer.status, answer.data["code"]) == (403, "certification.away")
    page = client_of(certifier).get("/certification/deputies").content.decode()
    assert f"/certification/deputies/{made.pk}/end" in page
    assert client_of(second).post(f"/certification/deputies/{made.pk}/end").status_code == 404
    client_of(certifier).post(f"/certification/deputies/{made.pk}/end")
    assert certify(certifier, application).status == 201
    assert certify(second, application, acted_for="certifier").data["code"] == (
        "certification.not_deputy"
    )


@pytest.mark.parametrize("start", [2, None])
def test_before_the_period_and_without_one_nobody_is_a_deputy(
    application, certifier, second, start
):
    if start is not None:
        name(certifier, "second-certifier", start=start)
    answer = certify(second, application, acted_for="certifier")
    assert (answer.status, answer.data["code"]) == (403, "certification.not_deputy")
    assert not NumberSequence.objects.filter(last__gt=0).exists()


def test_after_the_period_nobody_is_a_deputy(application, certifier, second):
    made = name(certifier, "second-certifier", days=1)
    terms = Terms(acted_for=certifier)
    with pytest.raises(RightError) as refused:
        services.certify(application=application, by=second, at=made.ends, terms=terms)
    assert refused.value.code == "certification.not_deputy"
    last = made.ends - timedelta(seconds=1)
    assert services.certify(application=application, by=second, at=last, terms=terms)


@pytest.mark.parametrize(
    ("username", "body"),
    [
        ("keyless", "minsk"),
        ("former-certifier", "minsk"),
        ("examiner", "minsk"),
        ("brest-certifier", "brest"),
        ("certifier", "minsk"),
        ("nobody-at-all", ""),
    ],
)
def test_nobody_is_named_who_would_not_be_believed(certifier, username, body):
    if body and username != "certifier":
        make_certifier(username, body)
    answer = Api(certifier).post(
        "/certification/deputies",
        {
            "deputy": username,
            "starts": "2026-01-01T00:00:00Z",
            "ends": "2026-12-31T00:00:00Z",
            "reason": "Отпуск",
        },
    )
    assert (answer.status, answer.data["code"]) == (403, "certification.deputy_not_entitled")
    assert not Deputation.objects.exists()


def test_a_deputy_needs_the_right_until_the_last_day(certifier, second):
    at = timezone.now()
    RoleGrant.objects.filter(user=second).update(ends=at + timedelta(days=2))
    page = client_of(certifier).post(
        "/certification/deputies",
        {
            "deputy": "second-certifier",
            "starts": timezone.localdate().isoformat(),
            "ends": (timezone.localdate() + timedelta(days=5)).isoformat(),
            "reason": "Отпуск",
        },
    )
    assert page.status_code == 422
    assert 'id="deputy-told"' in page.content.decode()
    assert not Deputation.objects.exists()


def test_all_faults_of_the_form_are_told_at_once_and_kept(certifier, second):
    page = client_of(certifier).post(
        "/certification/deputies", {"starts": "morgen", "reason": "", "ends": "01.02.2001"}
    )
    text = page.content.decode()
    assert page.status_code == 422
    for place in ("deputy-told", "starts-told", "reason-told"):
        assert f'id="{place}"' in text
    assert 'value="morgen"' in text


def test_two_deputies_for_one_time_or_an_absent_deputy_are_refused(certifier, second):
    name(certifier, "second-certifier")
    with pytest.raises(ConflictError) as overlap:
        name(certifier, "second-certifier", start=1)
    assert overlap.value.code == "certification.deputation_overlaps"
    with pytest.raises(ConflictError) as away:
        name(second, "certifier", start=1)
    assert away.value.code == "certification.deputy_away"


def test_the_database_keeps_what_was_said_of_deputies(certifier, second):
    name(certifier, "second-certifier")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputation.objects.update(deputy=certifier)
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputation.objects.update(ends=timezone.now() + timedelta(days=300))


# -- the rules of a body --------------------------------------------------------------------------


def test_one_person_may_do_both_where_the_body_says_so_visibly(exporter, certifier, administrator):
    RoleGrant.objects.create(user=certifier, role=str(Role.ASSESSING_OFFICER), starts=START)
    own = decided(Api(exporter), Api(certifier), "04-butter")
    assert certify(certifier, own).data["code"] == "certification.two_persons"
    client_of(administrator).post("/certification/rules/minsk", {"one_person": "on"})
    page = client_of(certifier).get(f"/certification/{own}").content.decode()
    assert "who assessed may certify as well" in page
    assert certify(certifier, own).status == 201
    assert '"one_person":"yes"' in TrailEntry.objects.get(action="certification.certified").facts
    client_of(administrator).post("/certification/rules/minsk", {})
    third = decided(Api(exporter), Api(certifier), "01-tractors")
    assert certify(certifier, third).data["code"] == "certification.two_persons"
    assert TrailEntry.objects.filter(action="certification.rules_set").count() == 2


def test_only_administrators_of_the_state_set_rules(certifier, administrator):
    make_body("brest")
    assert client_of(certifier).get("/certification/rules").status_code == 404
    assert client_of(certifier).post("/certification/rules/minsk", {}).status_code == 404
    page = client_of(administrator).get("/certification/rules").content.decode()
    assert "/certification/rules/minsk" in page
    assert "/certification/rules/brest" in page
    elsewhere = make_user("other", Role.ADMINISTRATOR, organisation=make_body("brest"))
    assert client_of(elsewhere).get("/certification/rules/minsk").status_code == 404


# -- the exporter's approval ----------------------------------------------------------------------


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
