"""Leases: one holder at a time, and a holder that comes late is fenced off."""

from datetime import UTC, datetime, timedelta

import pytest

from certorigin.errors import ConflictError
from certorigin_server.loops.models import LoopState
from certorigin_server.loops.queries import loop_states
from certorigin_server.loops.services import give_back, note_turn, require_hold, take_lease

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 20, tzinfo=UTC)
LATER = AT + timedelta(seconds=31)


def take(holder, at=AT, name="log"):
    return take_lease(name=name, holder=holder, seconds=30, at=at)


def test_the_first_holds_and_the_second_does_not():
    assert take("one") is not None
    assert take("two") is None


def test_the_holder_renews_under_the_same_token():
    first = take("one")
    assert take("one", AT + timedelta(seconds=20)) == first
    assert take("two", LATER) is None


def test_a_lease_that_ran_out_goes_to_the_next_with_a_higher_token():
    first, second = take("one"), take("two", LATER)
    assert second.token > first.token


def test_who_comes_late_is_fenced_off():
    first, second = take("one"), take("two", LATER)
    with pytest.raises(ConflictError) as fenced:
        require_hold(first)
    assert fenced.value.code == "loop.fenced_off"
    require_hold(second)


def test_who_ran_out_and_nobody_took_over_may_still_finish():
    first = take("one")
    require_hold(first)
    assert take("one", LATER) == first


def test_a_returning_holder_gets_a_new_token_after_another_held():
    first = take("one")
    take("two", LATER)
    again = take("one", LATER + timedelta(seconds=31))
    assert again.token > first.token + 1
    with pytest.raises(ConflictError):
        require_hold(first)


def test_a_lease_that_was_given_back_is_free_at_once():
    first = take("one")
    give_back(hold=first, at=AT)
    second = take("two")
    assert second.token > first.token


def test_who_was_fenced_off_gives_nothing_back():
    first, second = take("one"), take("two", LATER)
    give_back(hold=first, at=LATER)
    assert take("three", LATER) is None
    require_hold(second)


def test_leases_of_different_names_do_not_meet():
    assert take("one") is not None
    assert take("two", name="mirror") is not None


def test_a_fault_is_shown_until_the_loop_has_worked_again():
    note_turn(name="log", at=AT, worked=False, fault="x" * 900)
    note_turn(name="log", at=LATER, worked=False)
    (state,) = loop_states()
    assert (state.fault, state.fault_at, state.turned) == ("x" * 300, AT, LATER)
    assert state.worked is None
    note_turn(name="log", at=LATER, worked=True)
    state = LoopState.objects.get()
    assert (state.fault, state.worked) == ("", LATER)
