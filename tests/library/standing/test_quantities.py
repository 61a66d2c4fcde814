from dataclasses import replace
from decimal import Decimal

import pytest

from certorigin.errors import StandingError
from certorigin.recognition.balance import find_overuse
from certorigin.returns.division import check_division
from certorigin.returns.utilisation import check_items
from certorigin.standing.quantities import largest_use, left, plus, shown
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.quantity import Quantity
from tests.library.standing.sample import (
    LONG_TERM,
    certificate,
    codes,
    issued,
    item,
    kilograms,
    newspapers,
    pieces,
    standing_at,
    utilised,
)


def test_pieces_of_a_dozen_are_counted_where_they_are_an_exact_part_of_it():
    dozens = issued(of=certificate(items=(item(quantity=Quantity(Decimal(1), "DZN")),)))
    halves = standing_at(20, dozens, utilised(4, {1: "6"}), utilised(5, {1: "6"}))
    assert halves.status == "used_up"
    assert halves.remaining(1).value == 0
    assert len(standing_at(20, dozens, utilised(4, {1: "1"})).uncounted) == 1


def test_an_act_that_names_an_item_twice_is_one_user():
    act = utilised(4, {1: "60"})
    uses = act.act.body["items"]
    twice = replace(act, act=replace(act.act, body={**act.act.body, "items": uses * 2}))
    standing = standing_at(20, issued(), twice)
    assert standing.used_of(1) == pieces(120)
    assert [finding.code for finding in standing.findings] == ["standing.used_beyond"]


def test_the_tolerance_is_exact():
    assert largest_use(item(quantity=kilograms("0.1")), Decimal("0.05")) == kilograms("0.105")


def test_what_states_no_quantity_is_never_used_up_nor_used_beyond():
    papers = issued(of=certificate(marks=(LONG_TERM,), items=(newspapers(), item(2))))
    uses = (utilised(4, {1: kilograms(900)}), utilised(5, {2: "100"}))
    standing = standing_at(20, papers, *uses)
    assert standing.used_of(1) == kilograms(900)
    assert (standing.findings, standing.uncounted) == ((), ())
    assert standing.status == "valid"
    assert not find_overuse(standing)
    check_items(standing, [ItemUse(1, kilograms(50))])
    with pytest.raises(StandingError) as refused:
        check_items(standing, [ItemUse(2, pieces(10))])
    assert refused.value.code == "utilisation.exceeds"
    with pytest.raises(StandingError) as refused:
        check_division(standing, [ItemUse(1, kilograms(50))])
    assert (refused.value.code, refused.value.facts["item"]) == ("division.not_counted", "1")


def test_an_empty_box_10_without_the_contract_covers_nothing():
    papers = issued(of=certificate(items=(newspapers(),)))
    standing = standing_at(20, papers, utilised(4, {1: kilograms(900)}))
    assert codes(standing.findings) == ["standing.used_beyond"]
    assert find_overuse(standing)
    with pytest.raises(StandingError):
        check_items(standing, [ItemUse(1, kilograms(1))])


def test_nothing_is_left_where_more_was_used():
    assert left(pieces(1), pieces(2)) == pieces(0)
    assert plus(pieces("0.1"), pieces("0.2")) == pieces("0.3")


def test_amounts_are_shown_without_idle_zeros():
    assert shown(pieces("100")) == "100"
    assert shown(pieces("100.500")) == "100.5"
    assert shown(pieces("105.00")) == "105"
    assert shown(pieces("1E+2")) == "100"
