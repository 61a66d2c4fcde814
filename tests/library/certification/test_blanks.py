"""Blanks by ranges: the algebra of the safe, against plain sets of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.certification.blanks import (
    Blanks,
    count_safe,
    join,
    read_blank,
    read_blanks,
    read_list,
    total,
    without,
)
from certorigin.errors import LimitError, MalformedError

kinds = st.sampled_from([("", 4), ("АБ", 4), ("АБ", 5)])
ranges = st.lists(
    st.builds(
        lambda kind, first, length: Blanks(*kind, first, first + length),
        kinds,
        st.integers(0, 60),
        st.integers(0, 12),
    ),
    max_size=8,
)


def each(some):
    return {
        (one.series, one.width, serial) for one in some for serial in range(one.first, one.last + 1)
    }


@given(ranges)
def test_joining_keeps_every_blank_and_no_range_touches_another(some):
    joined = join(some)
    assert each(joined) == each(some)
    assert total(some) == len(each(some))
    assert join(reversed(joined)) == joined
    for one in joined:
        wider = Blanks(one.series, one.width, one.first - 1, one.last + 1)
        assert not any(wider.meets(other) for other in joined if other != one)


@given(ranges, ranges)
def test_taking_away_is_what_it_is_for_sets(some, taken):
    assert each(without(some, taken)) == each(some) - each(taken)


@given(ranges, ranges, ranges, ranges)
def test_a_count_finds_exactly_what_is_missing_and_too_many(received, used, destroyed, found):
    counted = count_safe(received=received, used=used, destroyed=destroyed, found=found)
    expected = each(received) - each(used) - each(destroyed)
    assert each(counted.expected) == expected
    assert each(counted.missing) == expected - each(found)
    assert each(counted.surplus) == each(found) - expected
    assert counted.agrees is (expected == each(found))


@given(ranges)
def test_what_is_written_is_read_back(some):
    joined = join(some)
    assert read_list("\n".join(map(str, joined))) == joined


@pytest.mark.parametrize(
    ("text", "written", "count"),
    [
        ("0001234", "0001234", 1),
        ("аб 0001234", "АБ0001234", 1),
        ("АБ-0001234", "АБ0001234", 1),
        ("6000001 - 6000500", "6000001 - 6000500", 500),
        ("АБ 0001000 – АБ 0001999", "АБ0001000 - АБ0001999", 1000),
        ("АБ0001000..0001001", "АБ0001000 - АБ0001001", 2),
        ("АБ-0001000 - АБ-0001001", "АБ0001000 - АБ0001001", 2),
    ],
)
def test_numbers_are_read_as_people_write_them(text, written, count):
    found = read_blanks(text)
    assert (str(found), len(found)) == (written, count)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "blank.malformed"),
        ("12", "blank.malformed"),
        ("АБ", "blank.malformed"),
        ("0001234x", "blank.malformed"),
        ("0002 - 0001", "blank.range_broken"),
        ("АБ0001 - ВГ0002", "blank.range_broken"),
        ("0001 - 00002", "blank.range_broken"),
        ("0001 - 0002 - 0003", "blank.malformed"),
    ],
)
def test_what_is_no_number_is_refused(text, code):
    with pytest.raises(MalformedError) as caught:
        read_blanks(text)
    assert caught.value.code == code


def test_ranges_have_their_limits():
    with pytest.raises(LimitError):
        read_blanks("0000000 - 1000000")
    assert len(read_blanks("0000001 - 1000000")) == 1_000_000
    with pytest.raises(LimitError):
        read_list("0001," * 1001)


def test_a_range_covers_what_lies_within_it():
    whole = read_blanks("0100 - 0199")
    assert whole.covers(read_blank("0100"))
    assert whole.covers(read_blanks("0150 - 0199"))
    assert not whole.covers(read_blanks("0150 - 0200"))
    assert not whole.covers(read_blank("00150"))
    assert not whole.covers(read_blank("АБ0150"))
