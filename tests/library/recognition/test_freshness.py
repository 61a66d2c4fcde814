"""Step 7: how old the newest head is."""

from dataclasses import replace
from datetime import date, timedelta

from certorigin.recognition.report import Outcome
from certorigin.seal.trust.entries import Roots
from certorigin.seal.trust.trust import Trust
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from tests.library.recognition import world as w
from tests.library.recognition.expecting import expect, report
from tests.library.recognition.world import minutes


def test_a_head_older_than_the_corridor_allows_decides_nothing(world, bundle):
    limit = minutes(1) + timedelta(seconds=w.MAX_AGE)
    expect(report(bundle, world.trust, at=limit), "freshness.fresh")
    facts = expect(report(bundle, world.trust, at=limit + timedelta(seconds=1)), "freshness.stale")
    assert facts["age"] == str(w.MAX_AGE + 1)


def test_a_heartbeat_makes_a_mirror_fresh_again(tmp_path):
    world = w.small(tmp_path)
    later = minutes(60 * 30)
    mirrors = [world.view()]
    expect(report(world.bundle(0), world.trust, at=later, mirrors=mirrors), "freshness.stale")
    world.log.heartbeat(later - timedelta(minutes=1))
    world.follow(later)
    mirrors = [world.view()]
    expect(report(world.bundle(0), world.trust, at=later, mirrors=mirrors), "freshness.fresh")
    # What the newer head tells about the past is fresh too.
    expect(report(world.bundle(0), world.trust, mirrors=mirrors), "freshness.fresh")


def test_a_head_without_a_time_tells_no_age(world):
    note = world.log.head().data.splitlines(keepends=True)
    raw = world.bundle(0, head=b"".join(note[:-1]))
    expect(report(raw, world.trust), "freshness.no_time", Outcome.UNDETERMINED)


def test_a_head_that_says_tomorrow_tells_no_age(world):
    seeds = world.seeds()
    text = world.log.head().data.partition(b"\n\n")[0] + b"\n"
    beat = seeds["heartbeat"].sign(text, int(minutes(60 * 24).timestamp()))
    note = text + b"\n" + seeds["log"].sign(text) + beat
    raw = world.bundle(0, head=note)
    expect(report(raw, world.trust), "freshness.head_from_future", Outcome.UNDETERMINED)


def test_a_corridor_that_no_list_sets_has_no_limit_to_keep(world, bundle):
    lists = w.trust(by={"corridors": []}, az={"corridors": []})
    expect(report(bundle, lists), "freshness.corridor_unknown")


def test_the_stricter_of_two_states_limits_holds(world, bundle):
    strict = replace(w.contents("AZ").corridors[0], max_head_age=100)
    lists = w.trust(az={"corridors": [strict]})
    facts = expect(report(bundle, lists), "freshness.stale")
    assert facts["limit"] == "100"


def test_a_trust_list_that_is_overdue_is_said(world, bundle):
    lists = w.trust(az={"next_update": date(2026, 5, 15)})
    facts = expect(report(bundle, lists), "freshness.trust_list_overdue")
    assert facts == {"state": "AZ", "due": "2026-05-15"}


def test_the_list_of_a_third_state_is_not_asked(world, bundle):
    root = w.sealer("RU root")
    drafted = draft_trust_list(
        state="RU",
        version=1,
        valid_from=date(2026, 1, 1),
        next_update=date(2026, 2, 1),
        roots=Roots(1, (root.key,)),
    )
    lists = Trust(
        {state: Roots(1, (w.sealer(f"{state} root").key,)) for state in ("AZ", "BY", "RU")}
    )
    for raw in [*w.trust_lists(), seal_trust_list(drafted, [root], created=w.START)]:
        lists.adopt(raw)
    assert [overdue.state for overdue in lists.overdue(minutes(5))] == ["RU"]
    expect(report(bundle, lists), "freshness.fresh")
