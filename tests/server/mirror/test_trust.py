"""Newer trust lists: taken from the partner one by one, and every entry judged by the newest."""

import os

import pytest

from certorigin.errors import CertoriginError, VerificationError
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import entered_about, find_issued, standing_of
from certorigin_server.trail.models import TrailEntry
from tests.server import partner as az
from tests.server.turns import THEIRS, Crash

pytestmark = pytest.mark.django_db


def pin_without_seals(folder):
    """Our system knows a first list in which the body has no keys yet."""
    place = folder / "trust" / "AZ" / "1.json"
    place.write_bytes(az.trust_list(omit=("seal", "officer")))


def void_of(issue):
    return RegisteredAct.objects.get(subject=issue.subject, kind="Issued").void


def test_the_next_version_is_taken_and_lies_in_the_folder(partner, turns, folder):
    turns.follow(partner)
    assert get_trust().newest("AZ").version == 1
    partner.lists[2] = az.trust_list(2)
    partner.lists[3] = az.trust_list(3)
    turns.follow(partner)
    turns.follow(partner)
    assert get_trust().newest("AZ").version == 3
    assert (folder / "trust" / "AZ" / "2.json").read_bytes() == partner.lists[2]
    assert FollowedLog.objects.get().judged_by == 3
    assert turns.follow(partner) == 0


def test_what_waited_for_a_list_counts_once_it_came(partner, turns, folder):
    pin_without_seals(folder)
    issue = partner.issue()
    turns.follow(partner)
    assert void_of(issue) == "issuer.key_unknown"
    assert [row.index for row in entered_about(issue.subject)[1]] == [1]
    assert not find_issued(number=issue.number)

    partner.lists[2] = az.trust_list(2)
    turns.follow(partner)
    assert void_of(issue) == ""
    assert find_issued(number=issue.number)
    assert TrailEntry.objects.filter(action="mirror.judged_anew").count() == 1


def test_what_a_withdrawn_key_sealed_since_counts_no_longer(partner, turns):
    early = partner.issue()
    turns.follow(partner)
    withdrawn = turns.clock.tick()
    late = partner.issue("AZBY6001000002")
    turns.follow(partner)
    assert find_issued(number=late.number)

    partner.lists[2] = az.trust_list(2, withdrawn={"seal": withdrawn})
    turns.follow(partner)
    assert void_of(early) == ""
    assert void_of(late) == "trust.key_withdrawn"
    assert not find_issued(number=late.number)
    at = turns.clock()
    assert str(standing_of(late.subject, at=at).status) == "unknown"
    assert str(standing_of(early.subject, at=at).status) == "valid"


def test_a_list_that_somebody_put_into_the_folder_is_judged_by_too(partner, turns, folder):
    pin_without_seals(folder)
    issue = partner.issue()
    turns.follow(partner)
    (folder / "trust" / "AZ" / "2.json").write_bytes(az.trust_list(2))
    turns.follow(partner)
    assert void_of(issue) == ""


def test_a_crash_between_the_list_and_the_verdicts_loses_no_verdict(
    partner, turns, folder, monkeypatch
):
    pin_without_seals(folder)
    issue = partner.issue()
    turns.follow(partner)
    partner.lists[2] = az.trust_list(2)

    def die(**_):
        raise Crash

    monkeypatch.setattr("certorigin_server.mirror.worker.judge_anew", die)
    with pytest.raises(Crash):
        turns.follow(partner)
    monkeypatch.undo()
    assert get_trust().newest("AZ").version == 2
    assert void_of(issue) == "issuer.key_unknown"
    turns.follow(partner)
    assert void_of(issue) == ""


def test_another_list_than_the_one_asked_for_is_not_believed(partner, turns):
    turns.follow(partner)
    partner.lists[2] = az.trust_list(1)
    with pytest.raises(VerificationError) as error:
        turns.follow(partner)
    assert error.value.code == "mirror.trust_list_differs"
    assert error.value.facts == {"asked": "2", "name": "AZ/1.json"}
    partner.lists[2] = az.trust_list(3)
    with pytest.raises(VerificationError, match=r"mirror\.trust_list_differs"):
        turns.follow(partner)
    assert get_trust().newest("AZ").version == 1


def test_a_list_by_other_roots_is_not_believed(partner, turns, folder):
    turns.follow(partner)
    partner.lists[2] = (folder / "trust" / "BY" / "1.json").read_bytes()
    with pytest.raises(CertoriginError):
        turns.follow(partner)
    partner.lists[2] = az.trust_list(2)[:-40] + b'x"}'
    with pytest.raises(CertoriginError):
        turns.follow(partner)
    assert get_trust().states == ("AZ", "BY")
    assert get_trust().newest("AZ").version == 1


def test_a_list_of_the_same_name_that_was_replaced_is_seen(partner, folder):
    place = folder / "trust" / "AZ" / "1.json"
    before = get_trust()
    assert get_trust() is before
    place.write_bytes(az.trust_list(omit=("seal",)))
    assert get_trust() is not before
    assert not get_trust().keys_of(az.BODY, "seal")
    place.write_bytes(az.trust_list())
    os.utime(place, ns=(1, 1))
    assert get_trust().keys_of(az.BODY, "seal")


def test_a_closing_that_could_not_be_judged_at_first_leads_on_later(partner, turns, folder):
    place = folder / "trust" / "AZ" / "1.json"
    place.write_bytes(az.trust_list(omit=("gateway",)))
    partner.close_term("2026", az.origin_of("AZ-1", "2027"))
    partner.open_term("2027", "2026")
    turns.follow(partner)
    assert FollowedLog.objects.get().status == "following"
    partner.lists[2] = az.trust_list(2)
    turns.follow(partner)
    assert FollowedLog.objects.get(origin=THEIRS).status == "closed"
    turns.follow(partner)
    assert FollowedLog.objects.get(origin=az.origin_of("AZ-1", "2027")).size == 1
