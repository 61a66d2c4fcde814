"""The register at a past moment: what was there, what it was worth, and for whom."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from certorigin_server.certification.models import Certificate
from certorigin_server.standing.queries import standing_of, standings_of
from certorigin_server.users import access
from certorigin_server.users.models import User
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
TAG = re.compile(r'<span class="tag[^>]*>([^<]+)</span>')


def exchange(partner, turns, clock, *, hours):
    """So many hours on, both states hold what was prepared."""
    clock.tick(hours * 3600)
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)


@pytest.fixture
def annulled(partner, turns, clock, monkeypatch):
    """A certificate that was registered within the hour and annulled a day later; three days on."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    made = certified(application, Api(make_certifier()))
    exchange(partner, turns, clock, hours=2)
    officer = Api(User.objects.get(username="certifier"))
    answer = officer.post(f"/returns/{made['id']}/annul", {"ground": "error_in_certificate"})
    assert answer.status == 201, answer.data
    exchange(partner, turns, clock, hours=24)
    start = Certificate.objects.get().certified_at
    later = SimpleNamespace(now=lambda: start + timedelta(days=3))
    monkeypatch.setattr(access, "timezone", later)
    return made


def ask(client, moment=None, **more):
    local = timezone.localtime(moment) if moment else None
    when = {"day": f"{local:%Y-%m-%d}", "hour": f"{local:%H:%M}"} if local else {}
    page = client.get("/certification/register", {**when, **more})
    assert page.status_code == 200
    return TAG.findall(page.text.partition("<tbody>")[2])


def test_a_moment_shows_what_the_certificate_was_worth_then(annulled):
    client = client_of(make_auditor(body="belcci"))
    start = Certificate.objects.get().certified_at
    assert ask(client, start - timedelta(minutes=2)) == []
    assert ask(client, start + timedelta(minutes=30)) == ["not registered yet", "annulled"]
    assert ask(client, start + timedelta(hours=4)) == ["valid", "annulled"]
    assert ask(client, start + timedelta(days=2)) == ["annulled", "annulled"]
    assert ask(client) == ["annulled"]
    subject = annulled["id"]
    at = start + timedelta(hours=4)
    assert standings_of([subject], at=at) == {subject: standing_of(subject, at=at)}


def test_a_central_body_finds_every_branch_s_certificates_and_a_body_its_own(annulled):
    central = client_of(make_certifier("centre", body="belcci"))
    number = annulled["number"]
    assert ask(central, text=number) == ["annulled"]
    assert ask(central, body="minsk") == ["annulled"]
    assert ask(central, body="belcci") == []
    assert ask(central, text="хвфчщ") == []
    assert ask(client_of(make_certifier("brest-officer", body="brest"))) == []
    exporter = client_of(User.objects.get(username="exporter"))
    assert exporter.get("/certification/register").status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"day": "2026-13-01"}, "2026-13-01"),
        ({"day": "2026-05-20", "hour": "25:99"}, "25:99"),
        ({"hour": "10:00"}, "10:00"),
    ],
)
def test_what_is_no_moment_is_told_and_kept(typed, told, folder):
    page = client_of(make_certifier()).get("/certification/register", typed)
    assert page.status_code == 422
    assert told in page.text
