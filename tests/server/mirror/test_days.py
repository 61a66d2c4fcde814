"""Days are stated and compared, terms told of in time, and notices open and close by themselves."""

from datetime import date, timedelta

import orjson
import pytest
from django.conf import settings

from certorigin.errors import StandingError, UnknownError
from certorigin.mirror.days import deadline_of, state_day
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.calendar import local_day
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.notices import DayStatement, TrailStatement
from certorigin_server.audit.logged import compare_with_logs
from certorigin_server.certification.models import Certificate
from certorigin_server.loops.services import note_turn
from certorigin_server.mirror import notices
from certorigin_server.mirror.models import Alarm, DayCompared, FollowedLog
from certorigin_server.mirror.own_acts import act_of
from certorigin_server.mirror.watch import EVERY, Watcher
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import act_in
from certorigin_server.trail.guards import Guard
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import get_head
from tests.server import partner as az
from tests.server.authority import CORRIDOR
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    make_user,
)
from tests.server.trail.test_trail import Editor
from tests.server.turns import OURS, THEIRS

pytestmark = pytest.mark.django_db


def watcher(clock, holder="first"):
    (corridor,) = settings.SYSTEM.corridors
    return Watcher(corridor, keyring=get_keyring(), clock=clock, holder=holder)


def watch(clock):
    return watcher(clock).turn()


def open_alarms():
    return {row.code: orjson.loads(row.facts) for row in Alarm.objects.filter(ended_at=None)}


def statements():
    rows = SealedAct.objects.filter(kind="DayStated").order_by("prepared_at", "subject")
    return [read_body(act_of(row), DayStatement.from_record) for row in rows]


def stated(day, issued, partner, index):
    """The partner's statement about its own certificates, entered in its log."""
    body = state_day(day, issued).to_data()
    act = Act(
        az.act_id(),
        Kind.DAY_STATED,
        az.INSTALLATION,
        partner.clock(),
        Corridor.from_text(CORRIDOR),
        f"urn:certorigin:day:AZ-1:AZ-BY:CIS-2009:{day}:{index}",
        body,
    )
    partner.enter(az.sealed(act, "gateway"))


# -- the partner's days ---------------------------------------------------------------------------


def test_a_day_that_agrees_alarms_nobody_and_one_that_lacks_something_does(partner, turns):
    first, second = partner.issue("AZBY6001000001"), partner.issue("AZBY6001000002")
    day = first.at.date()
    known = [(az.BODY, first.cause.digest), (az.BODY, second.cause.digest)]
    stated(day, known, partner, 1)
    turns.follow(partner)
    row = DayCompared.objects.get()
    assert (row.body, row.stated_count, row.held_count, row.agrees) == (az.BODY, 2, 2, True)
    assert not open_alarms()
    stated(day, [*known, (az.BODY, "c" * 64)], partner, 2)
    turns.follow(partner)
    facts = open_alarms()["alarm.day_differs"]
    assert (facts["stated"], facts["held"]) == ("3", "2")
    assert not DayCompared.objects.get().agrees
    stated(day, known, partner, 3)
    turns.follow(partner)
    assert not open_alarms()
    assert DayCompared.objects.count() == 1


def test_a_statement_about_bodies_of_any_name_is_compared(partner, turns):
    """A name too long for our table must not keep the rest of the partner's log from us."""
    day = local_day(partner.clock(), "AZ")
    name = "urn:certorigin:" + "x" * 200
    stated(day, [(name, "ab" * 32)], partner, 1)
    turns.follow(partner)
    assert open_alarms()["alarm.day_differs"]["body"] == name[:200]


def test_a_certificate_that_nobody_stated_is_seen(partner, turns):
    issue = partner.issue("AZBY6001000001")
    stated(issue.at.date(), [], partner, 1)
    turns.follow(partner)
    assert open_alarms()["alarm.day_differs"]["stated"] == "0"


def test_a_statement_by_a_key_without_the_right_compares_nothing(partner, turns):
    body = state_day(date(2026, 5, 16), []).to_data()
    act = Act(
        az.act_id(), Kind.DAY_STATED, az.BODY, partner.clock(), Corridor.from_text(CORRIDOR),
        "urn:certorigin:day:AZ-1:x", body,
    )  # fmt: skip
    partner.enter(az.sealed(act, "seal"))
    turns.follow(partner)
    assert RegisteredAct.objects.get(origin=THEIRS, index=1).void
    assert not DayCompared.objects.exists()


# -- the trail's head -----------------------------------------------------------------------------


def test_the_head_of_the_trail_is_logged_once_a_day_and_betrays_who_rewrites_it(
    partner, turns, clock
):
    turns.publish()
    head = get_head()
    watch(clock)
    assert not SealedAct.objects.filter(kind="TrailStated").exists()  # the first day is not over
    clock.now += timedelta(days=1)
    watch(clock)
    watch(clock)
    turns.publish()
    row = RegisteredAct.objects.get(kind="TrailStated")
    stated = read_body(act_in(row), TrailStatement.from_record)
    assert (stated.sequence, stated.hash) == head
    assert row.subject.endswith(f":AZ-BY:CIS-2009:{local_day(clock.now, 'BY')}")
    assert (compare_with_logs().count, compare_with_logs().fault) == (1, None)
    Guard("trail_trailentry").remove(Editor)
    entry = TrailEntry.objects.get(sequence=stated.sequence)
    TrailEntry.objects.filter(pk=entry.pk).update(hash="f" * 64)
    fault = compare_with_logs().fault
    assert (fault.code, fault.facts["sequence"]) == ("audit.logged_head_differs", str(head[0]))
    clock.now += timedelta(days=1)
    watch(clock)
    assert open_alarms()["alarm.trail_differs"] == {"sequence": str(stated.sequence)}


# -- our own days and terms -----------------------------------------------------------------------


@pytest.fixture
def certificate(partner):
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    application = decided(Api(exporter), Api(assessor))
    certified(application, Api(certifier))
    return Certificate.objects.select_related("act").get()


def moment_of(day, hours):
    """So many hours before the term of a day is over in Minsk."""
    return deadline_of(day, "BY") - timedelta(hours=hours)


def test_a_day_is_stated_when_it_is_over_and_its_certificates_are_published(
    certificate, partner, turns, clock
):
    day = certificate.issued_on
    clock.now = moment_of(day, 25)  # the day is not over
    turns.publish()
    watch(clock)
    assert statements() == []
    clock.now = moment_of(day, 23)
    watch(clock)
    (statement,) = statements()
    certificate.act.refresh_from_db()
    issued = [("urn:certorigin:body:BY:minsk", certificate.act.digest)]
    assert statement == state_day(day, issued)
    watch(clock)
    assert len(statements()) == 1
    clock.now += timedelta(days=1)
    watch(clock)
    assert [(one.day, len(one.bodies)) for one in statements()] == [
        (day, 1),
        (day + timedelta(days=1), 0),
    ]


def test_what_is_not_published_is_waited_for_until_the_term_is_over(certificate, clock):
    day = certificate.issued_on
    clock.now = moment_of(day, 1)
    watch(clock)
    assert statements() == []
    clock.now = moment_of(day, 0)
    watch(clock)
    assert statements()[0] == state_day(day, [])


def test_a_term_is_told_of_before_it_passes_and_when_it_has(certificate, partner, turns, clock):
    day = certificate.issued_on
    turns.publish()
    clock.now = moment_of(day, 12) - timedelta(seconds=1)
    watch(clock)
    assert not open_alarms()
    clock.tick()
    watch(clock)
    assert open_alarms() == {"alarm.term_near": {"day": day.isoformat(), "count": "1"}}
    clock.now = moment_of(day, 0)
    watch(clock)
    assert open_alarms() == {"alarm.term_missed": {"day": day.isoformat(), "count": "1"}}
    partner.follow(OURS)
    turns.follow(partner)
    watch(clock)
    assert not open_alarms()


# -- notices --------------------------------------------------------------------------------------


def beat(at):
    FollowedLog.objects.update_or_create(
        origin=THEIRS, defaults={"publisher": "AZ-1", "corridor": CORRIDOR, "heartbeat": at}
    )


def test_a_silent_partner_opens_a_notice_and_its_heartbeat_closes_it(folder, clock):
    start = clock()
    beat(start)
    clock.now = start + timedelta(minutes=15)
    assert watch(clock) == 0
    clock.tick()
    assert watch(clock) == 1
    (notice,) = notices.notices_now(CORRIDOR, at=clock())
    assert (notice.body.reason, notice.is_planned, notice.body.starts) == (
        "partner_silent",
        False,
        start,
    )
    clock.tick()
    assert watch(clock) == 0  # it is open already, though its act is still on its way
    beat(clock())
    clock.tick()
    assert watch(clock) == 1
    assert notices.notices_now(CORRIDOR, at=clock() + timedelta(seconds=1)) == []
    assert (
        TrailEntry.objects.filter(action__in=("mirror.disturbed", "mirror.restored")).count() == 2
    )


def test_a_corridor_on_which_nothing_was_ever_heard_is_not_disturbed(folder, clock):
    assert watch(clock) == 0


def test_an_outage_of_our_own_is_told_of_afterwards(folder, clock):
    down = clock()
    note_turn(name=f"watch {CORRIDOR}", at=down, worked=False)
    clock.now = down + timedelta(hours=2)
    assert watch(clock) == 1
    (notice,) = notices.own_notices(CORRIDOR)
    assert (notice.body.starts, notice.body.ends) == (down, clock())
    assert notice.body.reason == "system_down"


def test_what_was_planned_is_no_unplanned_outage(folder, clock):
    # A morning: at night a day would end meanwhile, and be stated.
    clock.now = (clock.now - timedelta(days=1)).replace(hour=6)
    user, down = make_user("admin-by"), clock()
    (corridor,) = settings.SYSTEM.corridors
    body = notices.planned(
        affects="exchange", starts=down, ends=down + timedelta(hours=3), remark=""
    )
    facts = {"corridor": corridor, "keyring": get_keyring(), "by": user}
    subject = notices.announce(body=body, at=down, **facts)
    note_turn(name=f"watch {CORRIDOR}", at=down + timedelta(minutes=1), worked=False)
    clock.now = down + timedelta(hours=2)
    assert watch(clock) == 0
    (notice,) = notices.notices_now(CORRIDOR, at=clock())
    assert notice.is_planned
    notices.end_notice(subject=subject, keyring=get_keyring(), by=user, at=clock())
    assert notices.notices_now(CORRIDOR, at=clock()) == []
    with pytest.raises(StandingError, match=r"notice\.is_past"):
        notices.end_notice(subject=subject, keyring=get_keyring(), by=user, at=clock())
    with pytest.raises(UnknownError, match=r"notice\.unknown"):
        notices.end_notice(subject="urn:x", keyring=get_keyring(), by=user, at=clock())
    with pytest.raises(StandingError, match=r"notice\.is_past"):
        notices.announce(body=body, at=down + timedelta(hours=4), **facts)


def test_many_notices_of_the_partner_hide_none_of_ours(partner, turns, clock, monkeypatch):
    """Else it could make us open and close our own again and again, or hide our trail's head."""
    monkeypatch.setattr("certorigin_server.standing.queries.MOST_OF_KIND", 2)
    (corridor,) = settings.SYSTEM.corridors
    body = notices.planned(
        affects="exchange", starts=clock(), ends=clock() + timedelta(hours=3), remark=""
    )
    facts = {"corridor": corridor, "keyring": get_keyring(), "by": make_user("admin-by")}
    ours = notices.announce(body=body, at=clock(), **facts)
    turns.publish()
    for number in range(3):
        act = Act(
            az.act_id(),
            Kind.SERVICE_DISTURBED,
            az.INSTALLATION,
            partner.clock(),
            Corridor.from_text(CORRIDOR),
            f"urn:certorigin:service:AZ-1:{number}",
            body.to_data(),
        )
        partner.enter(az.sealed(act, "gateway"))
    turns.follow(partner)
    assert [one.subject for one in notices.own_notices(CORRIDOR)] == [ours]
    assert len(notices.notices_of(CORRIDOR)) == 3


def test_one_process_watches_and_not_at_every_turn(folder, clock):
    own = watcher(clock)
    own.turn()
    clock.tick()
    beat(clock() - timedelta(hours=1))
    assert own.turn() == 0
    assert watcher(clock, "second").turn() == 0
    clock.tick(EVERY.total_seconds())
    assert own.turn() == 1
    clock.tick()
    assert own.turn() == 0
    beat(clock())
    clock.tick()
    assert own.turn() == 1, "the paper rules outlived the partner's silence"
    clock.tick()
    beat(clock() - timedelta(hours=1))
    assert own.turn() == 0
