"""What ends in a trust list is told ahead: to administrators, and to partners by the exchange."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from certorigin.seal.canonical import parse_strict
from certorigin.seal.trust.change import renew, with_specimen
from certorigin.seal.trust.expiry import list_ends
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import Specimen
from certorigin_server.seal import ceremony, views
from certorigin_server.seal.trust import get_trust
from certorigin_server.users.rights import Role
from certorigin_server.web.work import tasks_for
from tests.server.authority import START, body_urn
from tests.server.factories import make_body, make_user
from tests.server.seal.test_ceremony import PNG, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends(folder, clock):
    """Our list ends in some thirty days."""
    last = (timezone.now() + timedelta(days=30)).date()
    ceremony.change_draft(settings.SYSTEM, lambda draft: renew(draft, next_update=last), at=clock())
    publish(folder, clock())
    return list_ends(get_trust().newest("BY").contents)


def test_administrators_have_it_on_their_list_and_others_don_t(ends):
    admin = make_user("root-admin", Role.ADMINISTRATOR, organisation=make_body())
    clerk = make_user("clerk", Role.ASSESSING_OFFICER, organisation=make_body())
    (task,) = tasks_for(admin, at=ends - timedelta(days=20))
    assert (task.what, task.due, task.is_overdue) == ("web.task_ending", ends.date(), False)
    (task,) = tasks_for(admin, at=ends + timedelta(days=1))
    assert (task.what, task.is_overdue) == ("web.task_list_ended", True)
    assert tasks_for(admin, at=ends - timedelta(days=90)) == []
    assert tasks_for(clerk, at=ends) == []


def test_a_partner_reads_it_for_machines(ends, monkeypatch):
    monkeypatch.setattr(views, "require_any_partner", lambda request: None)
    answer = views.read_announcements(RequestFactory().get("/"))
    told = parse_strict(answer.content)
    (one,) = told["expiries"]
    assert (told["state"], one["kind"], one["stage"]) == ("BY", "list", "60")
    assert "private" in answer.headers["Cache-Control"]


def test_a_partner_reads_the_picture_of_a_specimen(folder, clock, monkeypatch):
    monkeypatch.setattr(views, "require_any_partner", lambda request: None)
    picture = ceremony.keep_picture(settings.SYSTEM, PNG)
    shown = Specimen(body_urn("minsk"), "stamp", Period(START), "", picture)
    ceremony.change_draft(settings.SYSTEM, lambda draft: with_specimen(draft, shown), at=clock())
    publish(folder, clock())
    answer = views.read_specimen(RequestFactory().get("/"), picture.sha256)
    assert b"".join(answer.streaming_content) == PNG
    answer.close()
