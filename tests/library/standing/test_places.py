"""Places in status lists: random to others, the same for us whenever we ask."""

from itertools import pairwise

import pytest

from certorigin.errors import LimitError
from certorigin.seal.foreign.status_list import MIN_PLACES, decode_list
from certorigin.standing.places import (
    CAPACITY,
    MAX_MEANINGLESS,
    encoded_list,
    list_name,
    place_of,
)

SECRET = bytes(range(32))
ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"


def _set(text):
    bits = decode_list(text)
    return {at for at in range(MIN_PLACES) if bits[at // 8] >> (7 - at % 8) & 1}


def test_no_two_certificates_share_a_place_and_none_is_in_order():
    places = [place_of(SECRET, ORIGIN, rank).index for rank in range(2_000)]
    assert len(set(places)) == 2_000
    rises = sum(first < second for first, second in pairwise(places))
    assert 900 < rises < 1_100
    assert places == [place_of(SECRET, ORIGIN, rank).index for rank in range(2_000)]


def test_another_secret_or_log_gives_other_places_and_names():
    ours = [place_of(SECRET, ORIGIN, rank) for rank in range(50)]
    for other in (
        [place_of(bytes(32), ORIGIN, rank) for rank in range(50)],
        [place_of(SECRET, ORIGIN + "x", rank) for rank in range(50)],
    ):
        assert not {place.name for place in ours} & {place.name for place in other}
        assert ours != other
    assert "BY" not in list_name(SECRET, ORIGIN, 0)


def test_a_full_list_is_followed_by_another():
    last, first = place_of(SECRET, ORIGIN, CAPACITY - 1), place_of(SECRET, ORIGIN, CAPACITY)
    assert last.name != first.name == list_name(SECRET, ORIGIN, 1)


def test_a_bit_is_set_once_the_certificate_ended_and_no_other_certificate_is_hit():
    text = encoded_list(SECRET, ORIGIN, 0, [3, CAPACITY + 3], batch=400)
    found = _set(text)
    assert place_of(SECRET, ORIGIN, 3).index in found
    live = {place_of(SECRET, ORIGIN, rank).index for rank in range(CAPACITY) if rank != 3}
    assert not live & found


def test_each_batch_adds_bits_without_a_meaning_and_takes_none_away():
    batches = [_set(encoded_list(SECRET, ORIGIN, 0, [], batch=batch)) for batch in range(6)]
    for before, after in pairwise(batches):
        assert before <= after
    assert 0 < len(batches[-1]) < 200
    assert len(_set(encoded_list(SECRET, ORIGIN, 0, [], batch=90_000))) == MAX_MEANINGLESS


def test_a_batch_before_the_first_is_none():
    with pytest.raises(LimitError):
        encoded_list(SECRET, ORIGIN, 0, [], batch=-1)
