"""What must not be stops or is set aside, exactly; with evidence, an alarm, and nothing lost."""

from dataclasses import replace

import orjson
import pytest
from django.conf import settings

from certorigin.errors import CertoriginError
from certorigin.log import append
from certorigin.mirror.evidence import Evidence, check_evidence
from certorigin.seal.canonical import parse_strict
from certorigin.seal.proof import seal_document
from certorigin.standing.entry import certificate_subject
from certorigin_server.mirror.alarms import note_alarm
from certorigin_server.mirror.models import Alarm, FollowedLog
from certorigin_server.recognition.examination import examine_alone
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import find_issued
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from tests.server import partner as az
from tests.server.turns import THEIRS

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "AZBY6001000001", "AZBY6001000002"
SECOND = certificate_subject("AZ-1", "second")


def open_alarms():
    return {row.key: row for row in Alarm.objects.filter(ended_at=None)}


def proved(alarm):
    """What the alarm's file proves to somebody who has the trust lists alone."""
    evidence = Evidence.from_bytes((settings.SYSTEM.folder / alarm.evidence).read_bytes())
    return check_evidence(evidence, get_trust())


def standing_code(number, at):
    return [
        examine_alone(row, at=at).report.parts["standing"].code
        for row in find_issued(number=number)
    ]


def alarmed():
    return TrailEntry.objects.filter(action="mirror.alarm").count()


# -- set aside ------------------------------------------------------------------------------------


def test_a_number_issued_twice_sets_both_aside_and_nothing_else(partner, turns):
    partner.issue(NUMBER)
    partner.issue(OTHER)
    turns.follow(partner)
    assert standing_code(NUMBER, turns.clock()) == ["standing.valid"]
    assert not open_alarms()
    partner.issue(NUMBER, subject=SECOND)
    turns.follow(partner)
    at = turns.clock()
    assert standing_code(NUMBER, at) == ["standing.number_issued_twice"] * 2
    assert standing_code(OTHER, at) == ["standing.valid"]
    raised = list(open_alarms().values())
    assert [row.code for row in raised] == ["alarm.number_twice"] * 2
    assert {proved(row).code for row in raised} == {"evidence.number_twice"}
    assert alarmed() == 2
    assert find_broken_link() is None
    partner.issue("AZBY6001000003")
    turns.follow(partner)  # the log goes on
    assert standing_code("AZBY6001000003", turns.clock()) == ["standing.valid"]
    assert alarmed() == 2


def test_when_the_issuer_annuls_the_wrong_one_the_other_is_good_again(partner, turns):
    first = partner.issue(NUMBER)
    second = partner.issue(NUMBER, subject=SECOND)
    turns.follow(partner)
    assert len(open_alarms()) == 2
    partner.enter(second.annulment(turns.clock()))
    turns.follow(partner)
    assert not open_alarms()
    codes = {
        row.subject: examine_alone(row, at=turns.clock()).report.parts["standing"].code
        for row in find_issued(number=NUMBER)
    }
    assert codes == {first.subject: "standing.valid", second.subject: "standing.annulled"}


def test_when_the_key_of_one_is_withdrawn_the_other_is_good_again(partner, turns):
    partner.issue(NUMBER)
    turns.follow(partner)
    stolen = turns.clock.tick()
    partner.issue(NUMBER, subject=SECOND)
    turns.follow(partner)
    assert len(open_alarms()) == 2
    partner.lists[2] = az.trust_list(2, withdrawn={"seal": stolen, "officer": stolen})
    turns.follow(partner)
    assert {row.code for row in open_alarms().values()} == {"alarm.no_right"}
    assert standing_code(NUMBER, turns.clock()) == ["standing.valid"]


def test_entries_that_are_no_acts_share_an_alarm_with_the_evidence_of_the_first(partner, turns):
    partner.enter(b"\x00\xff", b"rubbish", b"more rubbish")
    issue = partner.issue(NUMBER)
    turns.follow(partner)
    assert find_issued(number=issue.number)
    (alarm,) = open_alarms().values()
    facts = orjson.loads(alarm.facts)
    assert (alarm.code, facts["count"], facts["first"], facts["last"]) == (
        "alarm.no_act",
        "3",
        "1",
        "3",
    )
    assert proved(alarm).code == "evidence.no_act"


def test_an_entry_said_to_be_larger_than_any_act_is_set_aside_and_not_asked_for(
    partner, turns, monkeypatch
):
    with monkeypatch.context() as patch:  # our own log would refuse it: a partner's need not
        patch.setattr(append, "entry_of", lambda data: data)
        partner.enter(b"certorigin-object/v1\n" + b"a" * 64 + b"\n99999999\n")
    issue = partner.issue(NUMBER)
    turns.follow(partner)
    assert find_issued(number=issue.number)
    assert [row.code for row in open_alarms().values()] == ["alarm.no_act"]
    assert not [path for path in partner.asked if "object/" in path]


def test_an_act_by_a_key_without_the_right_is_set_aside(partner, turns):
    act = replace(az.Issue(NUMBER, turns.clock()).act, issuer=az.CUSTOMS)
    partner.enter(az.sealed(act, "seal-customs"))
    turns.follow(partner)
    (alarm,) = open_alarms().values()
    assert alarm.code == "alarm.no_right"
    assert proved(alarm).code == "evidence.no_right"
    assert not find_issued(number=NUMBER)


def test_an_act_of_a_later_profile_is_kept_and_alarms_nobody(partner, turns):
    issue = az.Issue(NUMBER, turns.clock())
    document = parse_strict(issue.raw)
    document.pop("proof")
    document["type"][1] = "Translated"
    gateway = (az.sealer("gateway"), az.INSTALLATION)
    partner.enter(seal_document(document, [gateway], created=turns.clock()))
    turns.follow(partner)
    row = RegisteredAct.objects.get(origin=THEIRS, index=1)
    assert (row.void, row.kind) == ("act.kind_unknown", "")
    assert not open_alarms()


# -- stops ----------------------------------------------------------------------------------------


def test_a_fork_stops_the_log_and_leaves_what_was_verified(partner, turns):
    partner.issue(NUMBER)
    turns.follow(partner)
    partner.restart_log(az.Issue(OTHER, turns.clock()).raw, b"another history")
    with pytest.raises(CertoriginError):
        turns.follow(partner)
    (alarm,) = open_alarms().values()
    assert (alarm.code, alarm.key) == ("alarm.halted", "halt")
    assert orjson.loads(alarm.facts)["reason"] == "mirror.forked"
    assert proved(alarm).code == "evidence.two_histories"
    assert FollowedLog.objects.get(origin=THEIRS).status == "halted"
    assert standing_code(NUMBER, turns.clock()) == ["standing.valid"]
    turns.follow(partner)
    assert alarmed() == 1


def test_who_looked_is_kept_and_what_comes_afterwards_alarms_anew(
    partner, turns, django_user_model
):
    partner.enter(b"rubbish")
    turns.follow(partner)
    (alarm,) = open_alarms().values()
    user = django_user_model.objects.create(username="operator")
    noted = note_alarm(alarm=alarm.pk, remark="spoken to them", by=user, at=turns.clock())
    assert (noted.noted_by, noted.remark) == (user, "spoken to them")
    assert not open_alarms()
    partner.enter(b"rubbish again")
    turns.follow(partner)
    (again,) = open_alarms().values()
    assert again.pk != alarm.pk
    assert orjson.loads(again.facts)["count"] == "1"
