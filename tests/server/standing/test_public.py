"""What leaves for posts and third parties: many certificates are folded in one question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from certorigin_server.standing import public
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.public import live_subjects, ranked
from tests.pages import counting
from tests.server import partner as az

pytestmark = pytest.mark.django_db


@pytest.fixture
def issues(partner, turns):
    """Three certificates of the partner's, the second of which is annulled."""
    made = [partner.issue(f"AZBY600100000{at}") for at in (1, 2, 3)]
    partner.enter(made[1].annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    return made


def soon():
    """A moment at which both states have all of it: the loops' clock runs ahead of ours."""
    return timezone.now() + timedelta(minutes=1)


def asked():
    """What is live now, and with how many statements it was found."""
    with counting(connection) as caught:
        found = set(live_subjects(at=soon()))
    return found, len([sql for sql, _ in caught if sql.startswith("SELECT")])


def test_live_ones_are_found_together_and_in_parts_alike(issues, monkeypatch):
    live = {issues[0].subject, issues[2].subject}
    assert asked() == (live, 2)
    monkeypatch.setattr(public, "_AT_ONCE", 1)
    assert asked() == (live, 4)


def test_one_that_can_not_be_read_hides_no_other(issues):
    row = RegisteredAct.objects.get(subject=issues[0].subject)
    facts = {"kind": "Issued", "raw": "{}", "issued_on": row.issued_on}
    broken = "urn:certorigin:certificate:AZ-1:broken"
    RegisteredAct.objects.create(
        subject=broken, origin=row.origin, index=99, registered_at=timezone.now(), **facts
    )
    assert asked()[0] == {issues[0].subject, issues[2].subject}


def test_what_no_form_lets_be_valid_is_not_looked_at(issues):
    late = timezone.now() + timedelta(days=3 * 366)
    with counting(connection) as caught:
        assert list(live_subjects(at=late)) == []
    assert not [sql for sql, _ in caught if '"raw"' in sql]


def test_what_has_ended_has_its_rank(issues):
    (log,) = ranked(publisher="AZ-1", at=soon())
    assert (log.count, log.ended) == (3, frozenset({1}))
