"""One-time codes, recovery codes, and what a role demands."""

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone

from certorigin_server.signin.codes import add_one_time, code_fits, make_codes
from certorigin_server.signin.models import OneTime, RecoveryCode, SignInEvent
from certorigin_server.signin.queries import untold_events
from certorigin_server.trail.services import MOST_TRIES
from certorigin_server.users.rights import Role
from tests.server.factories import Api, make_certifier, make_user
from tests.server.signin.people import (
    SECRET,
    browser,
    codes_in,
    demand,
    enter,
    is_in,
    with_password,
)

pytestmark = pytest.mark.django_db
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment, seed=SEED):
    return pyotp.TOTP(seed).at(moment)


@pytest.fixture
def olga():
    return with_password(make_certifier("olga"))


@pytest.fixture
def armed(olga):
    """Olga with one-time codes; the code of now is not used up."""
    at = timezone.now() - timedelta(minutes=5)
    add_one_time(secret=SEED, code=code_at(at), by=olga, at=at)
    return olga


def test_one_adds_codes_by_hand_and_is_asked_at_the_next_sign_in(olga):
    client = browser()
    enter(client, olga)
    page = client.get("/account/sign-in")
    seed = page.context["secret"].replace(" ", "")
    assert "data:image/svg+xml" in page.content.decode()
    refused = client.post("/account/sign-in", {"order": "one_time", "code": "000000"})
    assert refused.status_code == 422
    at = timezone.now()
    made = client.post("/account/sign-in", {"order": "one_time", "code": code_at(at, seed)})
    assert len(codes_in(made)) == 10
    assert seed not in OneTime.objects.get().secret
    assert not codes_in(client.get("/account/sign-in"))

    there = browser()
    asked = enter(there, olga, next="/account")
    assert (asked.status_code, is_in(there)) == (200, False)
    used = there.post("/sign-in/second", {"code": code_at(at, seed)})
    assert used.status_code == 422, "a code that was used once is over"
    later = code_at(at + timedelta(seconds=30), seed)
    done = there.post("/sign-in/second", {"code": later, "next": "/account"})
    assert (done.status_code, done["Location"]) == (302, "/account")
    assert is_in(there)


def test_a_code_is_good_around_its_half_minute_and_once(armed):
    at = timezone.now()
    assert not code_fits(user=armed, code=code_at(at - timedelta(seconds=61)), at=at)
    assert not code_fits(user=armed, code=code_at(at + timedelta(seconds=61)), at=at)
    assert code_fits(user=armed, code=code_at(at), at=at)
    assert not code_fits(user=armed, code=code_at(at), at=at)
    assert not code_fits(user=armed, code=code_at(at - timedelta(seconds=30)), at=at)
    for odd in ("", "١٢٣٤٥٦", "x" * 100, "\0"):
        assert not code_fits(user=armed, code=odd, at=at)


def test_recovery_codes_are_hashed_good_once_and_alarm_the_administrator(armed):
    codes = make_codes(by=armed, at=timezone.now())
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    there = browser()
    enter(there, armed)
    typed = codes[3].lower().replace("-", " ")
    assert there.post("/sign-in/second", {"code": typed}).status_code == 302
    assert SignInEvent.objects.get(kind="recovery_used").is_alarm
    again = browser()
    enter(again, armed)
    assert again.post("/sign-in/second", {"code": codes[3]}).status_code == 422
    make_codes(by=armed, at=timezone.now())
    assert again.post("/sign-in/second", {"code": codes[4]}).status_code == 422


def test_guessing_codes_ends_although_the_password_is_known(armed):
    answers = []
    for _ in range(MOST_TRIES["pair"]):
        there = browser()
        answers.append(enter(there, armed).status_code)
        answers.append(there.post("/sign-in/second", {"code": "000000"}).status_code)
    assert answers.count(422) <= MOST_TRIES["pair"]
    assert answers[-1] != 422
    assert SignInEvent.objects.get(kind="tries").is_alarm


def test_the_second_step_waits_some_minutes_and_for_the_same_browser(armed):
    there = browser()
    enter(there, armed)
    kept = there.session
    past = timezone.now() - timedelta(minutes=6)
    kept["signin_waiting"] = kept["signin_waiting"] | {"at": past.isoformat()}
    kept.save()
    code = code_at(timezone.now())
    assert there.post("/sign-in/second", {"code": code})["Location"] == "/sign-in"
    assert browser().post("/sign-in/second", {"code": code})["Location"] == "/sign-in"


def test_a_role_that_demands_a_second_factor_leads_to_it_and_nowhere_else(olga, settings):
    demand(settings, second_factor=("certifying_officer",))
    client = browser()
    enter(client, olga)
    for path in ("/", "/account", "/certification/"):
        assert client.get(path)["Location"] == "/account/sign-in"
    page = client.get("/account/sign-in")
    assert "Your role demands a second factor" in page.content.decode()
    seed = page.context["secret"].replace(" ", "")
    client.post("/account/sign-in", {"order": "one_time", "code": code_at(timezone.now(), seed)})
    assert client.get("/certification/").status_code == 200
    kept = client.post("/account/sign-in", {"order": "remove_one_time"})
    assert (kept.status_code, OneTime.objects.count()) == (409, 1)
    other = browser()
    enter(other, with_password(make_user("petr", Role.AUDITOR, organisation=olga.organisation)))
    assert other.get("/account").status_code == 200


def test_a_program_needs_the_code_as_well(armed, settings):
    body = {"username": "olga", "password": SECRET}
    assert Api().post("/session", body).status == 401
    at = timezone.now()
    assert Api().post("/session", body | {"code": code_at(at)}).status == 200
    OneTime.objects.all().delete()
    assert Api().post("/session", body).status == 200
    demand(settings, second_factor=("certifying_officer",))
    assert Api().post("/session", body).status == 401


def test_who_was_let_in_elsewhere_is_told_on_the_first_page_until_seen(olga):
    here = browser()
    enter(here, olga)
    assert not untold_events(olga)
    there = browser(**{"user-agent": "Strange browser"})
    enter(there, olga)
    told = here.get("/").content.decode()
    assert "Strange browser" in told
    here.post("/account/sign-in", {"order": "seen", "back": "home"})
    assert "Strange browser" not in here.get("/").content.decode()
    here.post("/sign-out")
    enter(here, olga)
    assert not untold_events(olga), "a browser that is known is no news"
