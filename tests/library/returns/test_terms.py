"""The clocks of a verification request: calendar months, ends of months, two calendars."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.returns.terms import WARNING, last_day_to_restore, term_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STATES = {"BY": ZoneInfo("Europe/Minsk"), "AZ": ZoneInfo("Asia/Baku")}
days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
pairs = st.permutations(list(STATES)).map(lambda two: {"asking": two[0], "asked": two[1]})


def noon(day):
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("registered", "last"),
    [
        (date(2025, 11, 30), date(2026, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2027, 11, 29), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2026, 5, 16), date(2026, 8, 16)),
        (date(2026, 12, 1), date(2027, 3, 1)),
    ],
)
def test_three_months_end_on_the_same_day_or_with_the_month(registered, last):
    term = term_of(registered, noon(registered), asking="AZ", asked="BY")
    assert (term.begins, term.last_day) == (registered, last)


def test_the_last_day_is_over_when_it_is_over_in_both_states():
    registered = date(2026, 5, 16)
    for asking, asked in (("AZ", "BY"), ("BY", "AZ")):
        term = term_of(registered, noon(registered), asking=asking, asked=asked)
        assert term.ends == datetime(2026, 8, 16, 21, tzinfo=UTC)  # midnight in Minsk
        assert not term.is_over(term.ends - timedelta(seconds=1))
        assert term.is_over(term.ends)


def test_a_day_begins_in_baku_an_hour_before_it_does_in_minsk():
    late = datetime(2026, 5, 16, 20, 30, tzinfo=UTC)
    registered = date(2026, 5, 16)
    assert term_of(registered, late, asking="AZ", asked="BY").begins == date(2026, 5, 17)
    assert term_of(registered, late, asking="BY", asked="AZ").begins == registered


def test_summer_time_does_not_move_the_last_day():
    term = term_of(date(2026, 1, 29), noon(date(2026, 1, 29)), asking="AZ", asked="MD")
    assert term.last_day == date(2026, 4, 29)
    assert term.ends == datetime(2026, 4, 29, 21, tzinfo=UTC)  # Chisinau keeps summer time by then


def test_it_is_told_of_two_weeks_before():
    term = term_of(NOON.date(), NOON, asking="AZ", asked="BY")
    assert not term.is_near(term.ends - WARNING - timedelta(seconds=1))
    assert term.is_near(term.ends - WARNING)
    assert not term.is_near(term.ends)


@given(days, pairs, st.integers(0, 400), st.integers(0, 86_399))
def test_nobody_is_silent_about_what_did_not_reach_him(registered, states, delay, seconds):
    reached = noon(registered) + timedelta(days=delay, seconds=seconds)
    term = term_of(registered, reached, **states)
    assert term.begins == max(registered, reached.astimezone(STATES[states["asking"]]).date())
    assert timedelta(days=88) < term.ends - reached < timedelta(days=94)
    for zone in STATES.values():
        assert term.ends.astimezone(zone).date() > term.last_day


@given(days, days, pairs)
def test_a_later_request_never_ends_sooner(one, other, states):
    first, second = (term_of(day, noon(day), **states) for day in sorted((one, other)))
    assert first.ends <= second.ends
    assert first.last_day <= second.last_day


@given(days)
def test_a_preference_can_be_restored_for_a_year_to_the_day(day):
    last = last_day_to_restore(day)
    assert last.year == day.year + 1
    assert last.month == day.month
    assert last.day == (28 if (day.month, day.day) == (2, 29) else day.day)
