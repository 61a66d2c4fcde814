"""The shell: who signs in, what each role finds, whose journey may be seen, four languages."""

import re

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certorigin.terminal.sentences import say
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.recognition.models import Decision
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from certorigin_server.web import health
from certorigin_server.web.journeys import STOPS, journey_of
from certorigin_server.web.lists import lists_for
from tests.server import partner as az
from tests.server import partner_customs as abroad
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
    submitted,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db


def browser(user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page(client, path, language="en"):
    answer = client.get(path, headers={"accept-language": language})
    return answer.status_code, answer.content.decode()


@pytest.fixture
def olga():
    user = make_user("olga", Role.EXPORTER, organisation=make_organisation("trader"), language="ru")
    user.set_password("pass phrase of olga")
    user.save()
    return user


# -- signing in -----------------------------------------------------------------------------------


def test_who_signs_in_stands_in_the_trail(olga):
    client = browser()
    assert client.get("/").headers["Location"].startswith("/sign-in")
    answer = client.post("/sign-in", {"username": "olga", "password": "pass phrase of olga"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert TrailEntry.objects.get(action="users.session_opened").actor == "olga"

    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out")
    assert answer.headers["Location"] == "/sign-in"
    assert client.get("/").status_code == 302
    assert TrailEntry.objects.get(action="users.session_closed").actor == "olga"


def test_signing_out_twice_is_harmless():
    assert browser().post("/sign-out").status_code == 302
    assert not TrailEntry.objects.exists()


@pytest.mark.parametrize(
    ("username", "recorded"),
    [("olga", "olga"), ("nobody", ""), ("ol\0ga", "olga"), ("ol\r\nga", "olga")],
)
def test_a_refusal_says_nothing_about_what_was_wrong_and_stands_in_the_trail(
    olga, username, recorded
):
    answer = browser().post("/sign-in", {"username": username, "password": "wrong"})
    assert answer.status_code == 200
    assert say("session.refused") in answer.content.decode()
    entry = TrailEntry.objects.get(action="users.session_refused")
    assert (entry.actor, entry.subject) == ("", recorded)


def test_a_session_leads_nowhere_outside(olga):
    form = {"username": "olga", "password": "pass phrase of olga", "next": "https://example.org/"}
    assert browser().post("/sign-in", form).headers["Location"] == "/"


# -- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_person_reads_the_pages_in_the_language_chosen(olga, language):
    client = browser(olga)
    assert client.post("/language", {"language": language, "next": "/"}).status_code == 302
    status, text = page(client, "/", language="de")
    assert status == 200
    assert f'<html lang="{language}"' in text
    assert say("web.sign_out", {}, language) in text


def test_another_language_is_answered_in_the_systems_own(olga):
    assert '<html lang="en"' in page(browser(olga), "/", language="de")[1]


# -- lists ----------------------------------------------------------------------------------------


@pytest.fixture
def received(partner, turns):
    issue = partner.issue()
    turns.follow(partner)
    return issue


def titles(user, at, text=""):
    return [title for title, _ in lists_for(user, text=text, at=at)]


def test_each_role_has_its_lists(clock):
    at = clock()
    issuing = ["web.certificates", "web.applications"]
    assert titles(make_exporter(), at) == issuing
    assert titles(make_assessor(), at) == issuing
    assert titles(make_certifier(), at) == issuing
    assert titles(make_customs_officer(), at) == ["web.received"]
    assert titles(make_auditor(), at) == [*issuing, "web.received"]
    assert titles(make_user("admin", Role.ADMINISTRATOR), at) == []


def test_a_list_holds_what_a_person_may_see_and_the_search_finds(partner, turns):
    exporter = make_exporter()
    application = decided(Api(exporter), Api(make_assessor()))
    made = certified(application, Api(make_certifier()))
    submitted(Api(make_exporter("rival", "rival-trader")), body="brest")

    def rows(user, text=""):
        return [len(found) for _, found in lists_for(user, text=text, at=turns.clock())]

    assert rows(exporter) == [1, 1]
    assert rows(exporter, made["number"][:8].lower()) == [1, 0]
    assert rows(exporter, "nothing like it") == [0, 0]
    assert rows(make_auditor(body="belcci")) == [1, 2, 0]
    status, text = page(browser(exporter), "/")
    assert status == 200
    assert made["number"] in text


def test_customs_finds_what_was_received_and_nothing_that_we_issued(received, turns):
    application = decided(Api(make_exporter()), Api(make_assessor()))
    ours = certified(application, Api(make_certifier()))
    turns.publish()
    officer = make_customs_officer()
    ((_, rows),) = lists_for(officer, text="", at=turns.clock())
    assert [row.number for row in rows] == [received.number]
    for text in ("...", "%", ours["number"]):
        assert lists_for(officer, text=text, at=turns.clock())[0][1] == []
    assert received.number in page(browser(officer), "/search?text=товуз")[1]
    assert page(browser(officer), "/search?text=%00%20")[0] == 200


def test_lists_ask_the_database_as_often_for_many_as_for_one(received, partner, turns):
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    auditor, asked = make_auditor(), []
    for many in (1, 3):
        for number in range(many):
            certified(decided(Api(exporter), Api(assessor)), Api(certifier))
            partner.issue(f"AZBY60010{many}000{number}")
        turns.follow(partner)
        with CaptureQueriesContext(connection) as kept:
            found = lists_for(auditor, text="", at=turns.clock())
        asked.append(len(kept))
    assert [len(rows) for _, rows in found] == [4, 4, 5]
    # Four of them tell what became of what is listed: certificates, applications, received ones.
    assert asked[0] == asked[1] <= 16


# -- journeys -------------------------------------------------------------------------------------


class Own:
    def __init__(self):
        self.exporter = make_exporter()
        application = decided(Api(self.exporter), Api(make_assessor()))
        made = certified(application, Api(make_certifier()))
        self.subject, self.number = made["id"], made["number"]

    def passed(self, at):
        return [stop.name for stop in journey_of(self.subject, at=at).stops if stop.at]


def test_a_journey_grows_stop_by_stop(partner, turns):
    own = Own()
    at = turns.clock()
    before = journey_of(own.subject, at=at)
    assert own.passed(at) == ["application", "assessment"]
    assert before.standing == "standing.status.pending"
    assert {item.used.value for item in before.items} == {0}
    turns.seal()
    assert own.passed(at)[-1] == "certification"
    turns.publish()
    assert own.passed(at)[-1] == "log"
    assert journey_of(own.subject, at=at).standing == "standing.status.pending"
    partner.follow(OURS)
    turns.follow(partner)
    assert own.passed(turns.clock())[-1] == "mirror"
    assert journey_of(own.subject, at=az.datetime.now(az.UTC)).standing == "standing.status.valid"


def test_the_exporter_sees_that_customs_used_it(partner, turns):
    own = Own()
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    row = journey_of(own.subject, at=turns.clock())
    reference = az.CertificateReference("ST-1", own.number, row.date, "BY")
    entry = az.Cause(*_issued(own.subject))
    partner.enter(abroad.use_of(own.subject, reference, entry, turns.clock()))
    turns.follow(partner)
    assert own.passed(turns.clock()) == list(STOPS)
    (used, *_) = journey_of(own.subject, at=turns.clock()).items
    assert used.used.value == 1


def _issued(subject):
    row = issued_act_of(subject)
    return row.act, row.digest


def test_the_journey_of_a_received_certificate_begins_where_we_met_it(received, turns):
    at = turns.clock()
    passed = {stop.name: stop.at for stop in journey_of(received.subject, at=at).stops}
    assert passed["application"] is passed["assessment"] is passed["recognition"] is None
    assert passed["certification"] == passed["log"] == passed["mirror"] == at
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    api = Api(make_customs_officer())
    row = api.post("/recognition/declaration", received.declaration()).data
    api.post(f"/recognition/declaration/{row['id']}/accept", {"subject": received.subject})
    shown = {stop.name: stop.at for stop in journey_of(received.subject, at=at).stops}
    assert shown["recognition"] == Decision.objects.get().decided_at
    FollowedLog.objects.all().delete()
    assert journey_of(received.subject, at=at).stops[3].at is None


def test_nobodys_certificate_has_no_journey(clock):
    assert journey_of("urn:x:y", at=clock()) is None


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_journey_is_shown_in_every_language_and_reading_it_stands_in_the_trail(
    received, language
):
    status, text = page(
        browser(make_customs_officer()), f"/certificate/{received.subject}", language
    )
    assert status == 200
    assert received.number in text
    assert say("stop.recognition", {}, language) in text
    assert TrailEntry.objects.get(action="trail.read").subject == received.subject


def test_anothers_certificate_is_a_page_that_does_not_exist(partner):
    own = Own()
    missing = page(browser(own.exporter), "/certificate/urn:nobody:knows")
    rival = make_exporter("rival", "rival-trader")
    brest = make_certifier("brest-certifier", body="brest")
    for stranger in (
        rival,
        brest,
        make_customs_officer(),
        make_user("x", organisation=make_body()),
    ):
        status, text = page(browser(stranger), f"/certificate/{own.subject}")
        assert (status, missing[0]) == (404, 404)
        assert own.number not in text
    assert page(browser(own.exporter), f"/certificate/{own.subject}")[0] == 200
    assert page(browser(own.exporter), "/certificate/a%00b")[0] == 404


# -- four languages --------------------------------------------------------------------------------


def test_who_changes_the_language_of_an_answer_comes_back_to_the_page_of_its_form():
    """What only takes a form can't be opened again by its address."""
    application = submitted(Api(make_exporter()))
    client, form = browser(make_assessor()), f"/assessment/{application}?page=2"
    for came, expected in (
        (f"http://testserver{form}", form),
        ("https://elsewhere.example/sign-out", f"/assessment/{application}/ask"),
        ("", f"/assessment/{application}/ask"),
    ):
        sent = client.post(
            f"/assessment/{application}/ask", {"text": ""}, headers={"referer": came}
        )
        assert sent.status_code == 422
        assert f'name="next" value="{expected}"' in sent.content.decode()


def test_a_second_refused_try_still_knows_where_its_form_stood():
    """The second comes from the address of the first answer, which takes nothing but forms."""
    application = submitted(Api(make_exporter()))
    client, form = browser(make_assessor()), f"/assessment/{application}?page=2"
    ask = f"/assessment/{application}/ask"
    page = client.post(ask, {"text": ""}, headers={"referer": f"http://testserver{form}"})
    for _ in range(2):
        named = re.findall(r'name="stood_at" value="([^"]*)"', page.content.decode())
        assert set(named) == {form}
        sent = {"text": "", "stood_at": named[0]}
        page = client.post(ask, sent, headers={"referer": f"http://testserver{ask}"})
        assert page.status_code == 422
        assert f'name="next" value="{form}"' in page.content.decode()
    assert client.get(form).status_code == 200


@pytest.mark.parametrize("named", ["https://elsewhere.example/", "//elsewhere.example/", "x"])
def test_no_form_sends_who_changes_the_language_elsewhere(named):
    application = submitted(Api(make_exporter()))
    ask = f"/assessment/{application}/ask"
    sent = browser(make_assessor()).post(ask, {"text": "", "stood_at": named})
    assert f'name="next" value="{ask}"' in sent.content.decode()


# -- health ---------------------------------------------------------------------------------------


def test_health_is_told_to_everybody_without_a_detail(monkeypatch):
    answer = browser().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})

    def broken():
        raise DatabaseError("the connection to 10.0.0.1 was lost")

    monkeypatch.setattr(connection, "cursor", broken)
    assert health.is_healthy() is False
    answer = browser().get("/health")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})
