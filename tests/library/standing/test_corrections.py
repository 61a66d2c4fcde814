"""A recorded use is corrected by who recorded it; uses and overuse in whichever order they come."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, StandingError, UnknownError
from certorigin.recognition.balance import find_overuse
from certorigin.returns.correction import use_corrected
from certorigin.standing.standing import StandingStatus
from certorigin.vocabulary.bodies import ItemUse
from tests.library.standing import sample
from tests.library.standing.sample import (
    annulled,
    corrected,
    issued,
    pieces,
    standing_at,
    utilised,
)


def used(standing):
    return str(standing.used_of(1).value)


def codes(standing):
    return sample.codes(standing.findings)


def test_the_last_correction_says_what_a_use_takes():
    acts = [issued(), utilised(5, {1: "60"}), corrected(6, 5, {1: "40"}, at=7)]
    assert used(standing_at(6, *acts)) == "60"
    assert used(standing_at(8, *acts)) == "40"
    again = corrected(7, 5, {1: "45"}, at=9)
    standing = standing_at(10, *acts, again)
    assert (used(standing), codes(standing)) == ("45", [])
    assert standing.uses[0].correction == again


def test_what_is_taken_back_may_be_used_again():
    acts = [issued(), utilised(5, {1: "100", 2: "0"}), corrected(6, 5, {}, at=7)]
    standing = standing_at(8, *acts)
    assert (used(standing), standing.status) == ("0", StandingStatus.VALID)
    assert str(standing.allowed(1).value) == "105.00"


def test_a_certificate_is_used_up_since_the_correction_that_made_it_so():
    kilos = sample.kilograms("10000")
    acts = [issued(), utilised(5, {1: "60", 2: kilos}), corrected(6, 5, {1: "100"}, at=7)]
    assert standing_at(8, *acts).status is StandingStatus.VALID  # the butter was taken back
    both = [issued(), utilised(4, {2: kilos}, at=4), utilised(5, {1: "60"}), acts[2]]
    standing = standing_at(8, *both)
    assert (standing.status, standing.since) == (StandingStatus.USED_UP, sample.moment(7))


@pytest.mark.parametrize(
    "stray",
    [
        corrected(6, 5, {1: "1"}, publisher="AZ-2"),
        corrected(6, 9, {1: "1"}),
    ],
)
def test_who_did_not_record_a_use_does_not_correct_it(stray):
    standing = standing_at(8, issued(), utilised(5, {1: "60"}), stray)
    assert (used(standing), codes(standing)) == ("60", ["standing.correction_without_use"])


def test_the_issuing_side_corrects_no_use():
    stray = corrected(6, 5, {1: "1"}, publisher="BY-1")
    standing = standing_at(8, issued(), utilised(5, {1: "60"}), stray)
    assert (used(standing), standing.ignored) == ("60", (stray,))


# -- the act --------------------------------------------------------------------------------------


def correction(standing, items, use=5, **changes):
    facts = {
        "use": sample.act_id(use),
        "items": [ItemUse(number, pieces(amount)) for number, amount in items.items()],
        "reason": "entered_wrongly",
        "remark": "",
        "head_size": 2,
        "officer": sample.CUSTOMS,
        "act_id": sample.act_id(99),
        "at": sample.moment(20),
    }
    return use_corrected(standing, **(facts | changes))


def test_the_act_corrects_the_use_that_it_names():
    first = [issued(), utilised(5, {1: "60"})]
    act = correction(standing_at(10, *first), {1: "40"})
    entry = replace(corrected(6, 5, {1: "0"}, at=21), act=act)
    assert used(standing_at(22, *first, entry)) == "40"
    assert act.body["use"] == sample.act_id(5)
    ended = standing_at(30, *first, annulled(7, at=25))
    assert "takes" not in correction(ended, {}, reason="goods_not_released").body


@pytest.mark.parametrize(
    ("items", "changes", "error"),
    [
        ({1: "60"}, {}, (StandingError, "correction.nothing_changes")),
        ({1: "40"}, {"use": sample.act_id(8)}, (StandingError, "correction.use_unknown")),
        ({1: "40"}, {"reason": "because"}, (UnknownError, "correction.reason_unknown")),
        ({1: "1"}, {"reason": "goods_not_released"}, (MalformedError, "correction.goods")),
        ({1: "0"}, {}, (MalformedError, "utilisation.items_misshaped")),
        ({3: "1"}, {}, (UnknownError, "standing.item_unknown")),
        ({1: "76"}, {}, (StandingError, "utilisation.exceeds")),
    ],
)
def test_a_correction_that_can_not_be(items, changes, error):
    standing = standing_at(10, issued(), utilised(4, {1: "30"}), utilised(5, {1: "60"}))
    assert correction(standing, {1: "75"})  # all that is left, with the 5 %
    kind, code = error
    with pytest.raises(kind, match=code.replace(".", r"\.")):
        correction(standing, items, **changes)


def test_what_is_on_its_way_to_grow_is_reserved():
    coming = corrected(7, 4, {1: "50"}, registered=False)
    acts = [issued(), utilised(4, {1: "30"}), utilised(5, {1: "30"}), coming]
    standing = standing_at(10, *acts)
    assert correction(standing, {1: "55"})
    with pytest.raises(StandingError, match=r"utilisation\.exceeds"):
        correction(standing, {1: "56"})


# -- laws -----------------------------------------------------------------------------------------

AMOUNTS = st.integers(0, 130).map(str)


@st.composite
def two_logs(draw):
    """What two posts of one state recorded, each in its order, and the other state's `Issued`."""
    logs = []
    for publisher, start in (("AZ-1", 10), ("AZ-2", 30)):
        acts = []
        for number in range(start, start + draw(st.integers(0, 4))):
            at = draw(st.integers(1, 40))
            if acts and draw(st.booleans()):
                of = draw(st.integers(start, number - 1))
                made = corrected(number, of, {1: draw(AMOUNTS)}, at=at, publisher=publisher)
            else:
                made = utilised(number, {1: draw(AMOUNTS)}, at=at, publisher=publisher)
            acts.append(made)
        logs.append(acts)
    return [issued(), *logs[0]], logs[1]


@given(two_logs(), st.randoms())
def test_the_order_of_arrival_of_two_logs_changes_nothing(logs, random):
    """Each log arrives in its own order; how the two mix is chance. At the end all is the same."""
    left, right = (list(log) for log in logs)
    arrived = []
    while left or right:
        source = left if left and (not right or random.random() < 0.5) else right
        arrived.append(source.pop(0))
    expected = standing_at(50, *logs[0], *logs[1])
    assert standing_at(50, *arrived) == expected
    assert find_overuse(standing_at(50, *arrived)) == find_overuse(expected)


@given(two_logs())
def test_overuse_is_told_of_exactly_when_more_was_used(logs):
    standing = standing_at(50, *logs[0], *logs[1])
    found = find_overuse(standing)
    assert bool(found) == (standing.used_of(1).value > Decimal(105))
    for overuse in found:
        taken = {
            one.entry.act.id
            for one in standing.uses
            if {item.sequence for item in one.body.items} & {overuse.sequence}
        }
        assert set(overuse.acts) == taken
        assert overuse.used == standing.used_of(1)
