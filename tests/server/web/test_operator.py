"""What auditors and operators ask: the trail with its chain, and the loops with their faults."""

import pytest

from certorigin_server.loops.services import note_turn
from certorigin_server.trail.models import TrailHead
from certorigin_server.trail.services import record_read
from certorigin_server.users.rights import Role
from tests.server.factories import Api, make_auditor, make_body, make_user

pytestmark = pytest.mark.django_db


def test_an_auditor_reads_the_trail_and_has_its_chain_verified(partner, turns):
    turns.publish()
    api = Api(make_auditor())
    plain = api.get("/trail").data
    assert (plain["is_verified"], plain["broken_at"]) == (False, "")
    newest = plain["entries"][0]
    assert int(newest["sequence"]) == len(plain["entries"])
    assert newest["action"].startswith("log.")
    verified = api.get("/trail", verify="true").data
    assert (verified["is_verified"], verified["broken_at"]) == (True, "")
    TrailHead.objects.update(hash="0" * 64)
    broken = api.get("/trail", verify="true").data
    assert broken["broken_at"] == str(len(plain["entries"]) + 1)


def test_the_trail_is_shown_a_hundred_entries_at_a_time(clock):
    for number in range(120):
        record_read(by="olga", at=clock(), subject=str(number))
    entries = Api(make_auditor()).get("/trail").data["entries"]
    assert [one["subject"] for one in entries] == [str(119 - back) for back in range(100)]


def test_an_operator_sees_what_stopped_a_loop(clock):
    at = clock()
    note_turn(name="log x", at=at, worked=True)
    note_turn(name="mirror x", at=at, worked=False, fault="line.unreachable")
    admin = Api(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    first, second = admin.get("/loops").data
    assert (first["name"], first["fault"]) == ("log x", "")
    assert first["worked"]
    assert second == {"name": "mirror x", "worked": "", "fault": "line.unreachable"}


def test_an_operator_sees_the_logs(partner, turns):
    turns.publish()
    admin = Api(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    (shown,) = admin.get("/log").data
    assert (shown["size"], shown["cosigned_size"], shown["cosigned_at"]) == ("1", "0", "")
    assert shown["path"] == "log/BY-1/AZ-BY/CIS-2009/2026"
    partner.follow(shown["origin"])
    turns.follow(partner)
    (shown,) = admin.get("/log").data
    assert shown["cosigned_size"] == "1"
    assert shown["cosigned_at"]
