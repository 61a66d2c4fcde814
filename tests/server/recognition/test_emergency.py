"""Service is disturbed: paper rules by themselves, an emergency form, and the mirror afterwards."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.conf import settings
from django.utils import timezone

from certorigin_server.mirror import notices
from certorigin_server.recognition.models import Decision, EmergencyEntry
from certorigin_server.recognition.paper.emergency import entries_to_reconcile, reconcile_one
from certorigin_server.recognition.preference.services import note_condition
from certorigin_server.recognition.worker import PaperReconciler
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.web.work import tasks_for
from tests.server.factories import Api, make_user
from tests.server.recognition.hands import lodge

pytestmark = pytest.mark.django_db

CORRIDOR = "AZ-BY/CIS-2009"
SEEN = {"order": "enter", "seen": "yes", "blank": "1234567"}


@pytest.fixture
def disturbed(partner, turns):
    """A notice that began ten minutes ago; returns what ends it."""
    start = timezone.now().replace(microsecond=0) - timedelta(minutes=10)
    facts = {"affects": "exchange", "remark": ""}
    body = notices.planned(starts=start, ends=start + timedelta(hours=9), **facts)
    operator = make_user("operator")
    common = {"keyring": get_keyring(), "by": operator}
    corridor = settings.SYSTEM.corridor_of(CORRIDOR)
    subject = notices.announce(corridor=corridor, body=body, at=start, **common)
    at = start + timedelta(minutes=1)
    return lambda: notices.end_notice(subject=subject, at=at, **common)


def reconcile():
    return PaperReconciler(clock=lambda: datetime.now(UTC)).turn()


def tasks(officer):
    return [one for one in tasks_for(officer, at=timezone.now()) if "emergency" in one.what]


def test_the_form_is_there_while_service_is_disturbed_and_never_else(
    client, officer, lodged, issue, disturbed
):
    page = unescape(client.get(f"{lodged}/{issue.subject}").content.decode())
    assert "the paper rules apply" in page
    where = f"{lodged}/emergency/0"
    assert where in page
    unseen = client.post(where, {"order": "enter", "remark": "оригинал цел"})
    assert (unseen.status_code, "оригинал цел" in unseen.content.decode()) == (422, True)
    disturbed()
    told = client.post(where, SEEN)
    assert told.status_code == 409
    assert not EmergencyEntry.objects.exists()
    assert "the paper rules apply" not in client.get(f"{lodged}/{issue.subject}").content.decode()


def test_what_agrees_afterwards_counts_as_used_in_the_officers_name(
    client, officer, lodged, issue, disturbed, turns
):
    assert client.post(f"{lodged}/emergency/0", SEEN).status_code == 302
    assert client.post(f"{lodged}/emergency/0", SEEN).status_code == 409
    entry = EmergencyEntry.objects.get()
    assert reconcile() == 0  # service is still disturbed
    disturbed()
    assert reconcile() == 1
    entry.refresh_from_db()
    assert (entry.outcome, entry.closed_by) == ("agrees", officer)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.decided_by) == ("accepted", officer)
    assert entry.act in decision.override
    assert reconcile() == 0
    assert not tasks(officer)
    turns.publish()
    act = SealedAct.objects.get(pk=entry.act)
    assert (act.kind, act.subject) == ("PaperAnswered", entry.notice)
    assert officer.officer_urn in act.sealed


def test_what_differs_or_is_not_found_is_work_until_somebody_notes_what_was_done(
    client, officer, issue, disturbed
):
    wrong = lodge(officer, issue.declaration("5", amount="999999"))
    missing = lodge(officer, issue.declaration("6", cite="AZBY6001999999"))
    for lodged in (wrong, missing):
        assert client.post(f"{lodged}/emergency/0", SEEN).status_code == 302
    disturbed()
    assert reconcile() == 2
    found = {entry.declaration.number: entry for entry in EmergencyEntry.objects.all()}
    assert found["06533/5"].outcome == "differs"
    assert "match.differs" in found["06533/5"].codes
    assert found["06533/6"].outcome == "not_found"
    assert {one.status for one in tasks(officer)} == {
        "emergency.outcome.differs",
        "emergency.outcome.not_found",
    }
    assert reconcile() == 0
    assert not Decision.objects.exists()
    assert client.post(f"{wrong}/emergency/0", {"remark": " "}).status_code == 422
    assert client.post(f"{wrong}/emergency/0", {"remark": "запрос отправлен"}).status_code == 302
    assert len(tasks(officer)) == 1
    assert "запрос отправлен" in client.get(f"{wrong}/emergency/0").content.decode()


def test_what_comes_late_agrees_in_the_end(client, officer, partner, turns, issue, disturbed):
    """The certificate reached us only after service was restored."""
    late = partner.issue("AZBY6001000007")
    lodged = lodge(officer, late.declaration("7"))
    client.post(f"{lodged}/emergency/0", SEEN)
    disturbed()
    reconcile()
    assert EmergencyEntry.objects.get().outcome == "not_found"
    turns.follow(partner)
    assert reconcile() == 1
    assert EmergencyEntry.objects.get().outcome == "agrees"
    assert Decision.objects.get().subject == late.subject


def test_paper_that_was_seen_opens_the_grounds_of_paper(officer, client, partner, turns, disturbed):
    paper = partner.issue("AZBY6001000008", medium="paper+record")
    turns.follow(partner)
    lodged = lodge(officer, paper.declaration("8"))
    body = {"subject": paper.subject, "ground": "erasures"}
    path = f"/recognition/declaration/{lodged.rpartition('/')[2]}/refuse"
    assert Api(officer).post(path, body).status == 409
    client.post(f"{lodged}/emergency/0", SEEN)
    assert Api(officer).post(path, body).status == 201


def test_nothing_is_accepted_in_the_officers_name_against_what_customs_noted(
    client, officer, lodged, issue, disturbed
):
    """Only an officer gives the reason that a condition needs which was not met (R19, R42)."""
    client.post(f"{lodged}/emergency/0", SEEN)
    entry = EmergencyEntry.objects.get()
    note_condition(
        declaration=entry.declaration_id,
        condition="transit",
        found="not_met",
        evidence="CMR 77: перегружено в третьей стране",
        by=officer,
        at=timezone.now(),
    )
    disturbed()
    reconcile()
    entry.refresh_from_db()
    assert (entry.outcome, entry.codes) == ("differs", "conditions.not_met")
    assert not Decision.objects.exists()


def test_entries_that_wait_for_a_person_keep_no_later_one_from_its_turn(
    client, officer, partner, lodged, issue, disturbed
):
    """The oldest is not found, and nobody closes it; of one place the next turn has the other."""
    wrong = lodge(officer, partner.issue("AZBY6001000007").declaration("7"))
    client.post(f"{wrong}/emergency/0", SEEN)
    client.post(f"{lodged}/emergency/0", SEEN)
    disturbed()
    (oldest,) = entries_to_reconcile(limit=1)
    for _ in range(2):
        reconcile_one(entry=oldest, at=timezone.now())
        (after,) = entries_to_reconcile(limit=1)
        assert after != oldest


def test_a_machine_writes_the_form_and_closes_what_was_not_found(officer, issue, disturbed):
    api = Api(officer)
    cited = issue.declaration("6", cite="AZBY6001999999")
    declared = api.post("/recognition/declaration", cited).data["id"]
    path = f"/recognition/declaration/{declared}/emergency"
    assert api.post(path, {"blank": "1234567"}).status == 400  # who did not see it says nothing
    made = api.post(path, {"seen": True, "blank": "1234567"})
    assert (made.status, made.data["blank"], made.data["outcome"]) == (201, "1234567", "")
    closing = f"/recognition/emergency/{made.data['id']}/close"
    early = api.post(closing, {"remark": "запрос"})
    assert (early.status, early.data["code"]) == (409, "emergency.not_judged")
    disturbed()
    assert reconcile() == 1
    assert api.post(closing, {"remark": "запрос отправлен"}).status == 204
    (found,) = api.get(path).data
    assert (found["outcome"], found["closing_remark"]) == ("not_found", "запрос отправлен")
