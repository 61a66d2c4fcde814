"""Days of a state, around its midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest

from certorigin.vocabulary.calendar import local_day, start_of_day, zone_of

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(("state", "hour"), [("AZ", 20), ("BY", 21), ("XX", 24)])
def test_a_day_begins_at_midnight_of_the_state(state, hour):
    begins = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour)
    assert start_of_day(DAY, state) == begins
    assert local_day(begins, state) == DAY
    assert local_day(begins - timedelta(seconds=1), state) == DAY - timedelta(days=1)


def test_a_state_that_is_not_known_counts_in_utc():
    assert zone_of("XX") is UTC


@pytest.mark.parametrize("state", ["AZ", "BY", "XX"])
def test_the_first_and_the_last_day_of_all_begin(state):
    assert start_of_day(date.min, state) == datetime(1, 1, 1, tzinfo=UTC)
    assert start_of_day(date.max, state).year == 9999
