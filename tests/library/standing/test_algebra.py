"""The laws of the fold, for any set of acts (docs/spec/standing.md, "Laws")."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from certorigin.standing.standing import RANK, StandingStatus
from tests.library.standing.sample import (
    annulled,
    codes,
    issued,
    refused,
    replaced,
    standing_at,
    utilised,
)
from tests.library.standing.test_events import part

HOURS = st.integers(-20, 20_000)
REGISTERED = st.sampled_from([True, True, True, False])
AMOUNTS = st.decimals(0, 130, places=2).map(str)


@st.composite
def heard(draw, number):
    """An act that some installation with a say publishes."""
    at, registered = draw(HOURS), draw(REGISTERED)
    kind = draw(
        st.sampled_from(["annulled", "replaced", "utilised", "divided", "refused", "issued"])
    )
    changes = {"at": at, "registered": registered}
    if kind == "annulled":
        return annulled(number, effective=draw(HOURS), **changes)
    if kind == "utilised":
        publisher = draw(st.sampled_from(["AZ-1", "AZ-2"]))
        return utilised(number, {1: draw(AMOUNTS)}, publisher=publisher, **changes)
    if kind == "divided":
        return part(number, draw(AMOUNTS), **changes)
    if kind == "refused":
        return refused(number, **changes)
    return (replaced if kind == "replaced" else issued)(number, **changes)


@st.composite
def histories(draw):
    """A certificate's `Issued` and up to eight acts about it; ids may repeat, places can't."""
    numbers = draw(st.lists(st.integers(2, 9), max_size=8))
    first = issued(1, at=draw(HOURS), registered=draw(REGISTERED))
    acts = [draw(heard(number)) for number in numbers]
    return [first, *[replace(act, index=place) for place, act in enumerate(acts, 2)]]


@st.composite
def strangers(draw):
    """An act that its publisher has no say about."""
    at = draw(HOURS)
    make = draw(
        st.sampled_from(
            [
                lambda **c: annulled(2, publisher="AZ-1", **c),
                lambda **c: annulled(3, publisher="BY-2", **c),
                lambda **c: replaced(4, publisher="RU-1", **c),
                lambda **c: utilised(5, {1: "50"}, publisher="BY-1", **c),
                lambda **c: refused(6, publisher="KZ-1", **c),
                lambda **c: issued(7, publisher="BY-3", **c),
            ]
        )
    )
    return make(at=at)


@given(histories(), HOURS, st.randoms())
def test_the_order_in_which_acts_are_given_does_not_matter(acts, at, random):
    mixed = list(acts)
    random.shuffle(mixed)
    assert standing_at(at, *mixed) == standing_at(at, *acts)


@given(histories(), HOURS, st.data())
def test_acts_that_are_given_twice_change_nothing(acts, at, data):
    again = data.draw(st.lists(st.sampled_from(acts)))
    assert standing_at(at, *acts, *again) == standing_at(at, *acts)


@given(histories(), HOURS, HOURS)
def test_as_time_goes_on_the_life_only_goes_forward(acts, one, other):
    early, late = sorted((one, other))
    before, after = standing_at(early, *acts), standing_at(late, *acts)
    assert RANK[before.status] <= RANK[after.status]
    ended = {StandingStatus.ANNULLED, StandingStatus.REPLACED}
    if before.status in ended:
        assert (after.status, after.since) == (before.status, before.since)


@given(histories(), HOURS, HOURS)
def test_as_time_goes_on_what_is_used_never_shrinks(acts, one, other):
    early, late = sorted((one, other))
    before, after = standing_at(early, *acts), standing_at(late, *acts)
    for number, used in before.used.items():
        assert used.value <= after.used[number].value


@given(histories(), st.lists(strangers(), max_size=4), HOURS)
def test_who_has_no_say_changes_nothing(acts, others, at):
    told = standing_at(at, *acts, *others)
    assert replace(told, ignored=()) == replace(standing_at(at, *acts), ignored=())


@given(histories(), HOURS)
def test_nothing_ever_goes_below_zero_unflagged(acts, at):
    standing = standing_at(at, *acts)
    for number, used in standing.used.items():
        limit = standing.certificate.items[number - 1].quantity.value * Decimal("1.05")
        assert standing.remaining(number).value >= 0
        assert standing.allowed(number).value >= 0
        flagged = {"standing.used_twice", "standing.used_beyond", "standing.divided_beyond"} & set(
            codes(standing.findings)
        )
        assert (used.value > limit) == bool(flagged) or number != 1


@given(histories(), HOURS)
def test_every_act_is_in_one_place(acts, at):
    standing = standing_at(at, *acts)
    # An id is a state's own: another's act may bear the same one.
    ahead = {(entry.publisher[:2], entry.act.id) for entry in standing.later}
    waiting = {(entry.publisher[:2], entry.act.id) for entry in standing.pending}
    assert not ahead & waiting
    for entry in (*standing.later, *standing.pending):
        assert not entry.is_registered(standing.at)
