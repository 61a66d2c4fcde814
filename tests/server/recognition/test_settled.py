"""Annulments at which nobody has to look are set aside; those that wait are found as ever (R50)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.recognition.services import note_recheck
from certorigin_server.recognition.uses import rechecks
from certorigin_server.recognition.uses.rechecks import causes_of, settle, to_recheck
from certorigin_server.recognition.worker import Settler
from certorigin_server.standing.models import RegisteredAct
from tests.server import partner as az

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def endings():
    return RegisteredAct.objects.filter(kind="Annulled")


def settled():
    return endings().exclude(settled_at=None).count()


def test_an_annulment_waits_until_an_officer_has_looked(officer, annulled):
    later = timezone.now() + LATER
    assert settle(after=0, at=later) == (0, 0)
    assert to_recheck(officer).get() == annulled
    ((_, cause, _),) = causes_of(annulled)
    note_recheck(decision=annulled.pk, cause=cause, remark="Проверено", by=officer, at=later)
    assert not to_recheck(officer).exists()
    assert settle(after=0, at=later) == (1, 0)
    assert not to_recheck(officer).exists()


def test_an_annulment_that_meets_no_decision_is_set_aside(officer, issue, partner, turns):
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    now = timezone.now()
    assert settle(after=0, at=now) == (0, 0), "a decision may be under way"
    assert (settle(after=0, at=now + LATER), settled()) == ((1, 0), 1)


def test_the_loop_goes_on_behind_what_waits(officer, annulled, issue, partner, turns, monkeypatch):
    """One that nobody looks at holds up none of those after it."""
    monkeypatch.setattr(rechecks, "_AT_ONCE", 1)
    other = partner.issue("AZBY6001000002")
    partner.enter(other.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    clock = [timezone.now() + LATER]
    loop = Settler(clock=lambda: clock[0])
    assert [loop.turn() for _ in range(4)] == [0, 1, 0, 0]
    assert (settled(), to_recheck(officer).count()) == (1, 1)
    ((_, cause, _),) = causes_of(annulled)
    note_recheck(decision=annulled.pk, cause=cause, remark="x", by=officer, at=clock[0])
    assert loop.turn() == 0, "it rests"
    clock[0] += Settler.EVERY
    assert loop.turn() == 1
    assert settled() == 2
