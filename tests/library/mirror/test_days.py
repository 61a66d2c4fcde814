"""Days of the issuing state, around its midnight; and what is stated of one."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from certorigin.mirror.days import (
    Due,
    deadline_of,
    differing,
    judge_due,
    state_day,
)
from certorigin.vocabulary.calendar import local_day
from certorigin.vocabulary.notices import BodyCount, DayStatement

DAY = date(2026, 5, 16)
MINSK, BREST = "urn:certorigin:body:BY:minsk", "urn:certorigin:body:BY:brest"
ONE = timedelta(seconds=1)


def at(day, hour, minute=0):
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("state", "end"), [("BY", at(17, 21)), ("AZ", at(17, 20))])
def test_the_term_ends_at_midnight_of_the_issuing_state(state, end):
    assert deadline_of(DAY, state) == end
    assert local_day(end - ONE, state) == date(2026, 5, 17)
    assert local_day(end, state) == date(2026, 5, 18)
    judge = {
        end - timedelta(hours=12) - ONE: Due.OPEN,
        end - timedelta(hours=12): Due.NEAR,
        end - ONE: Due.NEAR,
        end: Due.MISSED,
    }
    for moment, expected in judge.items():
        assert judge_due(DAY, None, state=state, at=moment) is expected
    assert judge_due(DAY, end - ONE, state=state, at=at(30, 0)) is Due.MET
    assert judge_due(DAY, end, state=state, at=at(30, 0)) is Due.LATE


def test_an_hour_before_midnight_in_minsk_it_is_tomorrow_in_baku():
    moment = at(16, 20, 30)
    assert (local_day(moment, "BY"), local_day(moment, "AZ")) == (DAY, date(2026, 5, 17))
    assert judge_due(DAY, None, state="AZ", at=at(17, 20, 30)) is Due.MISSED
    assert judge_due(DAY, None, state="BY", at=at(17, 20, 30)) is Due.NEAR


def test_a_day_of_summer_time_has_its_own_length():
    assert deadline_of(date(2026, 3, 28), "MD") - deadline_of(date(2026, 3, 27), "MD") == timedelta(
        hours=23
    )


def test_a_state_that_is_not_known_keeps_utc():
    assert deadline_of(DAY, "ZZ") == at(18, 0)


def test_a_day_is_counted_body_by_body_whatever_the_order():
    digests = [hashlib.sha256(bytes([number])).hexdigest() for number in range(3)]
    issued = [(MINSK, digests[0]), (BREST, digests[1]), (MINSK, digests[2])]
    stated = state_day(DAY, issued)
    assert stated == state_day(DAY, reversed(issued))
    assert [(one.body, one.count) for one in stated.bodies] == [(BREST, 1), (MINSK, 2)]
    text = "".join(f"{one}\n" for one in sorted((digests[0], digests[2])))
    assert stated.bodies[1].digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("held", "differ"),
    [
        ([(MINSK, "a"), (BREST, "b")], ()),
        ([(MINSK, "a")], (BREST,)),
        ([(MINSK, "a"), (BREST, "c")], (BREST,)),
        ([(MINSK, "a"), (BREST, "b"), (BREST, "c")], (BREST,)),
        ([], (BREST, MINSK)),
    ],
)
def test_what_is_missing_or_another_is_seen(held, differ):
    stated = state_day(DAY, [(MINSK, "a"), (BREST, "b")])
    assert differing(stated, state_day(DAY, held)) == differ
    assert differing(state_day(DAY, held), stated) == differ
    assert isinstance(stated, DayStatement)
    assert isinstance(stated.bodies[0], BodyCount)
