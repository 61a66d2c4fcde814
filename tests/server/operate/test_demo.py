"""The pure parts of the demo: samples, the traders in them, and the account."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from certorigin_server.operate.demo.journey import Consignment
from certorigin_server.operate.demo.report import print_account, report_of
from certorigin_server.operate.demo.samples import read_samples
from certorigin_server.operate.demo.systems import NationalSystem
from certorigin_server.operate.demo.traders import trader_of, traders_profile
from certorigin_server.operate.profile import read_profile

DAY = date(2026, 5, 20)
SAMPLES = read_samples(DAY)


def test_samples_travel_both_ways_and_come_to_every_outcome():
    assert len(SAMPLES) >= 10
    assert {(one.exporter_state, one.importer_state) for one in SAMPLES} == {
        ("BY", "AZ"),
        ("AZ", "BY"),
    }
    outcomes = {one.expected for one in SAMPLES}
    assert {"accepted", "not_originating", "annulled", "partly_used", "mismatch"} <= outcomes


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_days_of_a_sample_are_counted_from_today(sample):
    assert "{day" not in f"{sample.application}{sample.worksheet}{sample.declarations}"
    assert date.fromisoformat(sample.application["invoice"]["date"]) <= DAY
    assert all(one["date"] <= DAY.isoformat() for one in sample.declarations)


@pytest.mark.parametrize("state", ["BY", "AZ"])
def test_each_exporter_is_a_trader_who_can_sign_in(state, tmp_path):
    text = traders_profile(SAMPLES, state)
    (tmp_path / "more.toml").write_text(text, "utf-8")
    wanted = {trader_of(one) for one in SAMPLES if one.exporter_state == state}
    tables = tomllib.loads(text)
    assert {one["slug"] for one in tables["organisation"]} == wanted
    profile = read_profile(state, None, tmp_path / "more.toml")
    people = {person.username: person for person in profile.people}
    assert all(people[name].organisation == name for name in wanted)


def carried(sample, outcome, **facts):
    done = Consignment(sample, outcome=outcome, number="BYAZ1", **facts)
    done.pass_stop("application", "asked", "2026-05-20T09:30:00Z")
    return done


@pytest.fixture
def systems(tmp_path):
    return {state: NationalSystem(state, tmp_path / state, 1) for state in ("BY", "AZ")}


def test_the_account_is_good_only_when_every_stop_of_every_consignment_held(systems):
    good = carried(SAMPLES[0], SAMPLES[0].expected, seal_to_seen=0.5)
    report = report_of([good], systems, seconds=1.234)
    assert (report["ok"], report["seconds"]) == (True, 1.23)
    assert report["seal_to_seen_seconds"] == {"median": 0.5, "most": 0.5}
    assert report["consignments"][0]["stops"] == [
        {"name": "application", "time": "2026-05-20T09:30:00Z", "held": True}
    ]
    other = carried(SAMPLES[1], "something else")
    failed = carried(SAMPLES[2], SAMPLES[2].expected)
    failed.fail_stop("assessment", "the officer left")
    for bad in ([], [good, other], [good, failed]):
        assert not report_of(bad, systems, seconds=1)["ok"]
    lines = print_account(report_of([good, failed], systems, seconds=1))
    assert "1 of 2 held, in 1 s." in lines
    assert any("FAILED" in line for line in lines)
    assert "      error: the officer left" in lines


def test_a_consignment_without_a_number_is_told_without_one(systems):
    done = carried(SAMPLES[0], "not_originating")
    done.number = None
    report = report_of([done], systems, seconds=1)
    assert report["seal_to_seen_seconds"]["median"] is None
    assert "[no certificate]" in "\n".join(print_account(report))


@pytest.mark.django_db
def test_logs_and_mirrors_are_found_with_their_sizes(partner, turns, systems):
    turns.publish()
    turns.follow(partner)
    systems["BY"].folder = Path(partner.ours)
    report = report_of([], systems, seconds=1)
    (log,) = report["logs"]
    assert (log["owner"], log["partner"], log["size"]) == ("BY", "AZ", 1)
    (mirror,) = report["mirrors"]
    assert (mirror["owner"], mirror["partner"]) == ("BY", "AZ")
    assert Path(mirror["path"]).is_dir()
