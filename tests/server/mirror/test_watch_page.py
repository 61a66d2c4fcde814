"""The pages of the exchange: who sees what, what is noted, what anybody may read of it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from certorigin_server.certification.models import Certificate
from certorigin_server.mirror.alarms import FALLEN, raise_alarm
from certorigin_server.mirror.models import Alarm, FollowedLog
from certorigin_server.mirror.notices import own_notices
from certorigin_server.users.models import User
from certorigin_server.users.rights import Role
from tests.server import partner as az
from tests.server.authority import CORRIDOR
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)
from tests.server.turns import OURS, THEIRS

pytestmark = pytest.mark.django_db


def operator():
    return client_of(make_user("operator", Role.ADMINISTRATOR))


def customs():
    make_organisation("gtk")
    return client_of(make_customs_officer())


def rubbish(partner, turns):
    partner.enter(b"rubbish")
    turns.follow(partner)
    return Alarm.objects.get()


def test_an_alarm_is_work_until_somebody_says_what_was_done(partner, turns):
    alarm = rubbish(partner, turns)
    browser = operator()
    assert "Look at an alarm" in browser.get("/").text
    page = browser.get("/mirror/").text
    assert "Entries that are no valid acts are set aside" in page
    assert alarm.evidence in page
    assert browser.post("/mirror/", {"alarm": str(alarm.pk), "remark": " "}).status_code == 422
    long = browser.post("/mirror/", {"alarm": str(alarm.pk), "remark": "y" * 1001})
    assert (long.status_code, "y" * 1001 in long.text) == (422, True)
    answer = browser.post("/mirror/", {"alarm": str(alarm.pk), "remark": "Spoken to Baku"})
    assert answer.status_code == 302
    assert "Spoken to Baku" in browser.get("/mirror/").text
    assert "Look at an alarm" not in browser.get("/").text


def test_customs_sees_alarms_and_notes_none(partner, turns):
    alarm = rubbish(partner, turns)
    browser = customs()
    assert "set aside" in browser.get("/mirror/").text
    answer = browser.post("/mirror/", {"alarm": str(alarm.pk), "remark": "x"})
    assert answer.status_code in {403, 404}
    assert Alarm.objects.get().noted_at is None


def announce(browser, **changes):
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = tomorrow.isoformat()
    form = {
        "corridor": CORRIDOR,
        "affects": "exchange",
        "starts_day": day,
        "starts_time": "22:00",
        "ends_day": day,
        "ends_time": "23:30",
        "remark": "Замена оборудования",
    }
    return browser.post("/mirror/announce", form | changes)


def test_a_planned_interruption_is_shown_published_and_ended(partner, turns):
    browser = operator()
    assert announce(browser).status_code == 302
    (notice,) = own_notices(CORRIDOR)
    assert notice.body.ends - notice.body.starts == timedelta(minutes=90)
    shown = customs().get("/mirror/").text
    assert "Planned interruption ahead" in shown
    assert "paper rules apply" in shown
    public = browser.get("/service.json").json()
    assert (public["disturbed"], public["installation"]) == (False, "BY-1")
    (told,) = public["notices"]
    assert (told["nature"], told["affects"]) == ("planned", "exchange")
    assert "Замена" not in browser.get("/service.json").text
    assert browser.post("/mirror/", {"end": notice.subject}).status_code == 302
    assert "restored" in browser.get("/service.json").json()["notices"][0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts_day": "tomorrow"}, "tomorrow"),
        ({"ends_time": "25 o'clock"}, "is no time of day"),
        ({"ends_time": "21:00"}, "ends before it starts"),
        ({"starts_day": "2020-01-01", "ends_day": "2020-01-02"}, "over already"),
    ],
)
def test_what_can_t_be_announced_is_told_beside_its_field_and_kept(folder, changes, said):
    answer = announce(operator(), **changes)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#x27;", "'")
    assert "Замена оборудования" in answer.text
    assert own_notices(CORRIDOR) == []


@pytest.fixture
def certificate(partner):
    exporter, assessor = make_exporter(), make_assessor()
    application = decided(Api(exporter), Api(assessor))
    return certified(application, Api(make_certifier()))


def test_what_the_partner_does_not_know_is_listed_with_its_term(certificate, partner, turns):
    browser = client_of(make_certifier("second", "minsk"))
    assert certificate["number"] in browser.get("/mirror/terms").text
    assert (
        certificate["number"]
        not in client_of(make_certifier("b", "brest")).get("/mirror/terms").text
    )
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    assert certificate["number"] not in browser.get("/mirror/terms").text


def test_a_certificate_that_fell_is_work_for_its_body_alone(certificate, folder):
    facts = {"number": certificate["number"], "reason": "trust.key_withdrawn"}
    subject = Certificate.objects.get().pk
    raise_alarm(origin=OURS, key="fallen", code=FALLEN, at=timezone.now(), subject=subject, **facts)
    own, other = client_of(make_certifier("second")), client_of(make_certifier("b", "brest"))
    assert "Replace a certificate that fell" in own.get("/").text
    assert "Replace a certificate that fell" not in other.get("/").text
    assert certificate["number"] in own.get("/mirror/fallen").text
    assert certificate["number"] not in other.get("/mirror/fallen").text
    alarm = Alarm.objects.get()
    order = {"alarm": str(alarm.pk), "remark": "issued anew"}
    assert other.post("/mirror/fallen", order).status_code == 422
    assert own.post("/mirror/fallen", order).status_code == 302
    assert "Replace a certificate that fell" not in own.get("/").text
    assert "issued anew" in own.get("/mirror/fallen").text


def test_measures_are_there_for_who_knows_the_token_alone(partner, turns, client):
    rubbish(partner, turns)
    assert client.get("/metrics").status_code == 404
    (settings.SYSTEM.keys_folder / "metrics-token").write_text("secret\n")
    for shown in ("", "Bearer", "Bearer wrong", "secrets"):
        assert client.get("/metrics", headers={"authorization": shown}).status_code == 404
    answer = client.get("/metrics", headers={"authorization": "Bearer secret"})
    lines = answer.text.splitlines()
    assert 'certorigin_alarms{code="alarm.no_act"} 1' in lines
    assert f'certorigin_mirror_entries{{origin="{THEIRS}",status="following"}} 2' in lines
    assert f'certorigin_mirror_halted{{origin="{THEIRS}"}} 0' in lines
    assert "# TYPE certorigin_loop_age_seconds gauge" in lines
    assert az.BODY not in answer.text


def test_the_picture_tells_lag_halt_and_alarm_of_each_direction(partner, turns):
    application = decided(Api(make_exporter()), Api(make_assessor()))
    certified(application, Api(make_certifier()))
    turns.publish()
    browser = operator()
    page = browser.get("/mirror/picture").text
    assert page.count('role="img"') == 1
    assert "0 of 2 entries held" in page
    assert "to come: 2" in page
    assert "behind" in page
    assert "No open alarm" in page
    partner.follow(OURS)
    turns.follow(partner)
    page = browser.get("/mirror/picture").text
    assert "2 of 2 entries held" in page
    assert "to come" not in page
    rubbish(partner, turns)
    FollowedLog.objects.update(status=FollowedLog.Status.HALTED)
    page = browser.get("/mirror/picture").text
    assert "stopped" in page
    assert "No open alarm" not in page
    assert " style=" not in page
    assert (
        client_of(User.objects.get(username="exporter")).get("/mirror/picture").status_code == 404
    )
