"""Partners, keys and logs in plain words; the loops, and what to do about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from certorigin.log.directory import Directory
from certorigin.mirror.halt import halt
from certorigin_server.administration.loops import loop_lines, stuck_acts
from certorigin_server.administration.partners import (
    Term,
    fingerprint,
    followed_lines,
    own_lines,
    state_lists,
)
from certorigin_server.loops.services import note_turn, take_lease
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.mirror.services import note_halted
from certorigin_server.seal.models import SealedAct
from certorigin_server.users.rights import Role
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    make_user,
)
from tests.server.turns import OURS, THEIRS

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci"))


@pytest.fixture
def client(admin):
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin)
    return client


@pytest.mark.parametrize(
    ("days", "tone", "is_over"),
    [
        (61, "", False),
        (60, "busy", False),
        (31, "busy", False),
        (30, "wait", False),
        (8, "wait", False),
        (7, "bad", False),
        (0, "bad", False),
        (-1, "", True),
    ],
)
def test_an_end_is_told_sixty_thirty_and_seven_days_ahead(days, tone, is_over):
    at = datetime(2026, 5, 20, 23, 59, tzinfo=UTC)
    term = Term.until(date(2026, 5, 20) + timedelta(days=days), at)
    assert (term.days, term.tone, term.is_over) == (days, tone, is_over)
    assert Term.until(None, at).tone == ""


def test_every_state_is_shown_with_its_keys_the_partners_first(partner, clock, client):
    partners, own = state_lists(clock())
    assert ((partners.state, partners.is_own), (own.state, own.is_own)) == (
        ("AZ", False),
        ("BY", True),
    )
    roles = {role for key in partners.keys for role in key.roles}
    assert {"gateway", "log", "witness", "exchange"} <= roles
    page = client.get("/administration/partners").content.decode()
    for key in partners.keys:
        assert key.fingerprint in page
    assert "countersigns the partner" in page
    # An officer who left is over, and no warning.
    former = next(one for one in own.officers if one.name == "former-certifier")
    assert former.term.is_over
    assert "former-certifier" not in {name for name, _ in own.ending}


def test_a_fingerprint_is_read_by_voice():
    assert fingerprint("key") != fingerprint("kez")
    assert [len(group) for group in fingerprint("key").split()] == [4] * 8


def test_the_lag_of_the_partner_is_counted(partner, turns, clock):
    turns.publish()
    (line,) = own_lines(clock())
    assert (line.log.origin, line.lag, line.age) == (OURS, 1, None)
    partner.follow(OURS)
    turns.follow(partner)
    (line,) = own_lines(clock())
    assert line.lag == 0
    assert line.age is not None


def test_a_head_that_is_too_old_is_marked(partner, turns, clock):
    partner.issue()
    turns.follow(partner)
    (fresh,) = followed_lines(clock())
    assert (fresh.log.origin, fresh.limit, fresh.is_old) == (THEIRS, 86_400, False)
    (old,) = followed_lines(clock() + timedelta(days=2))
    assert old.is_old


def test_a_halted_log_shows_its_evidence_and_goes_on_from_the_page(
    partner, turns, clock, client, settings
):
    partner.issue()
    turns.follow(partner)
    log = FollowedLog.objects.get(origin=THEIRS)
    folder = settings.SYSTEM.mirror_folder(THEIRS)
    halt(Directory(folder), "mirror.head_forked", {}, at=clock(), ours=b"a", theirs=b"b")
    note_halted(log=log, reason="mirror.head_forked", at=clock())
    page = client.get("/administration/partners").content.decode()
    assert "This log stands still" in page
    assert "evidence/0/ours" in page
    assert "/administration/partners" in client.get("/").content.decode()  # in the work list
    fields = {"origin": THEIRS, "remark": ""}
    assert client.post("/administration/partners", fields).status_code == 422
    fields["remark"] = "Both operators spoke."
    assert client.post("/administration/partners", fields).status_code == 302
    log.refresh_from_db()
    assert log.status == "following"
    assert (folder / "evidence/0/lifted.json").is_file()


def test_a_loop_says_how_it_is_and_what_to_do(client):
    at = timezone.now()
    note_turn(name="log x", at=at, worked=True)
    note_turn(name="mirror x", at=at, worked=False, fault="line.unreachable (url='x')")
    note_turn(name="returns", at=at - timedelta(minutes=4), worked=True)
    note_turn(name="seal", at=at - timedelta(seconds=9), worked=False, fault="key.not_here (x)")
    note_turn(name="seal", at=at, worked=False)
    take_lease(name="log x", holder="host-1", seconds=30, at=at)
    lines = {one.state.name: one for one in loop_lines(at)}
    assert {name: (one.status, one.advice) for name, one in lines.items()} == {
        "log x": ("loop.status.turning", ""),
        "mirror x": ("loop.status.failing", "web.advice_line"),
        "returns": ("loop.status.silent", "web.advice_silent"),
        "seal": ("loop.status.turning", ""),  # its fault is over
    }
    assert (lines["log x"].is_held, lines["returns"].is_held) == (True, False)
    page = client.get("/administration/loops").content.decode()
    assert "host-1" in page
    assert "The partner does not answer" in page


def test_an_act_that_stands_still_is_shown(client, partner, turns):
    application = decided(Api(make_exporter()), Api(make_assessor()))
    certified(application, Api(make_certifier()))
    now = timezone.now()
    assert stuck_acts(now) == []
    (stuck,) = stuck_acts(now + timedelta(minutes=11))
    assert stuck == SealedAct.objects.get()
    turns.publish()
    assert stuck_acts(now + timedelta(days=1)) == []


def test_partners_are_told_over_the_machine_interface(admin, partner, turns):
    partner.issue()
    turns.follow(partner)
    told = Api(admin).get("/administration/partners").data
    assert [one["state"] for one in told["states"]] == ["AZ", "BY"]
    assert told["followed"][0]["status"] == "following"
    assert all(len(key["fingerprint"]) == 39 for key in told["states"][0]["keys"])
