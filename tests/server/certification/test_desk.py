"""Send back, deputies, the rules of a body: who may what, and when."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin.errors import ConflictError, RightError
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.application.models import Application
from certorigin_server.assessment.models import Assessment, Reopening
from certorigin_server.certification import services
from certorigin_server.certification.case import Terms
from certorigin_server.certification.deputies import name_deputy
from certorigin_server.certification.models import (
    Certificate,
    Deputation,
    NumberSequence,
    SentBack,
)
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import RoleGrant
from certorigin_server.users.rights import Role
from tests.server.authority import START
from tests.server.factories import (
    Api,
    client_of,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
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
        services.certify(application=UUID(application), by=second, at=made.ends, terms=terms)
    assert refused.value.code == "certification.not_deputy"
    last = made.ends - timedelta(seconds=1)
    assert services.certify(application=UUID(application), by=second, at=last, terms=terms)


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
    at = timezone.now().replace(microsecond=0)
    answer = Api(certifier).post(
        "/certification/deputies",
        {
            "deputy": username,
            "starts": moment_to_text(at - timedelta(days=30)),
            "ends": moment_to_text(at + timedelta(days=30)),
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
