from datetime import date, timedelta

import pytest

from certorigin.assessment.term import Term, appeal_term_of, term_of


@pytest.mark.parametrize(
    ("state", "start", "due"),
    [
        ("BY", date(2026, 5, 18), date(2026, 5, 25)),  # Monday: the next Monday
        ("BY", date(2026, 5, 22), date(2026, 5, 29)),  # Friday
        ("BY", date(2026, 5, 23), date(2026, 5, 29)),  # Saturday: the week begins on Monday
        ("AZ", date(2026, 5, 22), date(2026, 5, 25)),  # Saturdays and Sundays count
        ("KZ", date(2026, 5, 18), date(2026, 5, 25)),
    ],
)
def test_the_term_of_a_state(state, start, due):
    assert term_of(state).due(start) == due


def test_a_term_of_no_days_ends_at_once():
    assert Term(0).due(date(2026, 1, 1)) == Term(0, working=True).due(date(2026, 1, 1))


MONDAY = date(2026, 5, 18)
WORKING = Term(5, working=True)


def days(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("today", "left", "overdue"),
    [
        (MONDAY, 5, False),
        (days(4), 1, False),  # Friday: the next Monday is left
        (days(5), 1, False),
        (days(7), 0, False),  # the last day
        (days(8), -1, True),
        (days(12), -4, True),  # Saturday: the days that were worked since
    ],
)
def test_the_days_that_are_left(today, left, overdue):
    clock = WORKING.clock(MONDAY, today=today)
    assert (clock.due, clock.days_left, clock.is_overdue) == (days(7), left, overdue)


def test_while_a_question_is_open_nothing_runs():
    stops = ((days(1), None),)
    clocks = [WORKING.clock(MONDAY, today=days(number), stops=stops) for number in (1, 8, 90)]
    assert [(clock.due, clock.days_left) for clock in clocks] == [(None, 4)] * 3
    assert clocks[0].suspended_since == days(1)
    assert not clocks[2].is_overdue


def test_the_days_of_a_question_come_on_top():
    stops = ((days(1), days(3)),)  # asked on Tuesday, answered on Thursday
    assert WORKING.clock(MONDAY, today=days(3), stops=stops).due == days(9)
    same_day = ((days(1), days(1)),)
    assert WORKING.clock(MONDAY, today=days(3), stops=same_day).due == days(7)
    weekend = ((days(4), days(6)),)  # from Friday to Sunday: no working day is lost
    assert WORKING.clock(MONDAY, today=days(3), stops=weekend).due == days(7)


def test_two_questions_at_one_time_stop_the_clock_once():
    once = WORKING.clock(MONDAY, today=MONDAY, stops=((days(1), days(3)),))
    twice = WORKING.clock(MONDAY, today=MONDAY, stops=((days(1), days(3)), (days(2), days(3))))
    assert once == twice


def test_a_term_that_was_over_stays_over_when_somebody_asks():
    clock = WORKING.clock(MONDAY, today=days(20), stops=((days(9), None),))
    assert clock.days_left == -2
    assert clock.is_overdue


def test_calendar_days_are_counted_on_weekends():
    assert Term(3).clock(days(4), today=days(8)).days_left == -1
    assert Term(3).clock(days(4), today=days(6)).days_left == 1


def test_a_term_that_ended_on_a_friday_is_over_on_the_weekend():
    assert Term(4, working=True).clock(MONDAY, today=days(5)).is_overdue


def test_a_refusal_can_be_appealed_for_a_while():
    assert appeal_term_of("BY").due(MONDAY) == days(30)
