"""Mirrors that stay open between requests: the same answers, and every change seen at once."""

from datetime import timedelta

import pytest
from django.conf import settings

from certorigin_server.recognition import kept
from certorigin_server.recognition.examination import Examiner
from certorigin_server.standing.queries import issued_act_of
from tests.server import partner as az

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(monkeypatch):
    """The mirrors that were opened; files count as settled at once."""
    found, open_terms = [], kept.open_terms
    monkeypatch.setattr(kept, "_SETTLED_NS", -(10**12))

    def opening(origin, *, note):
        found.append(origin)
        return open_terms(origin, note=note)

    monkeypatch.setattr(kept, "open_terms", opening)
    return found


def codes(subject, at):
    parts = Examiner(at=at).verify(issued_act_of(subject), None).parts
    return {name: part.code for name, part in parts.items()}


def test_an_open_mirror_is_looked_into_again_and_a_new_head_opens_it_anew(
    opened, issue, partner, turns
):
    now = turns.clock()
    first = codes(issue.subject, now)
    assert codes(issue.subject, now + timedelta(seconds=1)) == first
    assert len(opened) == 1
    # What depends on the moment is asked anew, though the mirror is the same.
    assert codes(issue.subject, now + timedelta(days=30))["freshness"] == "freshness.stale"
    assert len(opened) == 1
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    assert codes(issue.subject, turns.clock())["standing"] == "standing.annulled"
    assert len(opened) == 2


def test_a_mirror_that_has_just_changed_is_not_kept(opened, issue, turns, monkeypatch):
    monkeypatch.setattr(kept, "_SETTLED_NS", 10**15)
    codes(issue.subject, turns.clock())
    codes(issue.subject, turns.clock())
    assert len(opened) == 2


@pytest.mark.parametrize("kind", ["entries", "0"])
def test_a_tile_that_is_altered_under_an_open_mirror_is_noticed(opened, officer, issue, kind):
    row = issued_act_of(issue.subject)
    at = az.datetime.now(az.UTC)
    (before,) = Examiner(at=at).examine_issues(None, issue.reference, [row])
    assert str(before.report.bottom_line) == "recognised"
    for tile in (settings.SYSTEM.mirror_folder(row.origin) / f"tile/{kind}").rglob("*"):
        if tile.is_file():
            tile.write_bytes(tile.read_bytes()[:-1] + b"#")
    (after,) = Examiner(at=at).examine_issues(None, issue.reference, [row])
    outcome = str(after.report.bottom_line) if after.report else "undetermined"
    assert (outcome, len(opened)) == ("undetermined", 1)
