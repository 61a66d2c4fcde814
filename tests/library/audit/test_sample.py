"""A sample that anybody can draw again."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.audit.sample import MOST, draw, population_digest
from certorigin.errors import MalformedError

SEED = "0123abcd"
NAMES = [f"urn:certorigin:certificate:BY-1:{number:04}" for number in range(200)]


def test_a_sample_is_drawn_by_the_smallest_hashes():
    """Written down once more, as the spec says it."""
    ranked = sorted(NAMES, key=lambda name: hashlib.sha256(f"{SEED}\n{name}".encode()).hexdigest())
    assert draw(NAMES, seed=SEED, size=20) == tuple(ranked[:20])


def test_the_order_of_the_list_and_doubles_change_nothing():
    assert draw(NAMES[::-1] + NAMES[:50], seed=SEED, size=20) == draw(NAMES, seed=SEED, size=20)
    assert population_digest(NAMES[::-1] + NAMES[:9]) == population_digest(NAMES)


def test_a_larger_sample_holds_the_smaller_one():
    assert draw(NAMES, seed=SEED, size=30)[:20] == draw(NAMES, seed=SEED, size=20)


def test_another_seed_draws_another_sample():
    assert draw(NAMES, seed=SEED, size=20) != draw(NAMES, seed="other-seed", size=20)


def test_all_are_drawn_when_there_are_few():
    assert sorted(draw(NAMES[:3], seed=SEED, size=20)) == NAMES[:3]
    assert draw([], seed=SEED, size=1) == ()


def test_every_name_has_the_same_chance():
    """Over many seeds each name is drawn about as often as every other."""
    names = NAMES[:20]
    times = dict.fromkeys(names, 0)
    for number in range(2_000):
        for name in draw(names, seed=f"seed-{number:06}", size=5):
            times[name] += 1
    assert sum(times.values()) == 10_000
    assert all(400 < count < 600 for count in times.values())  # 500 expected, deviation 19


@pytest.mark.parametrize("seed", ["", "short", "UPPERCASE", "with space", "x" * 65, "seed\nmore1"])
def test_a_seed_has_one_shape(seed):
    with pytest.raises(MalformedError, match=r"audit\.seed_malformed"):
        draw(NAMES, seed=seed, size=5)


@pytest.mark.parametrize("size", [0, -1, MOST + 1])
def test_a_size_has_limits(size):
    with pytest.raises(MalformedError, match=r"audit\.size_out_of_range"):
        draw(NAMES, seed=SEED, size=size)


@given(st.sets(st.text(min_size=1, max_size=20), max_size=40), st.integers(1, 50))
def test_a_sample_is_a_part_of_its_population(names, size):
    names = {name.replace("\ud800", "") or "x" for name in names}
    drawn = draw(names, seed=SEED, size=size)
    assert len(drawn) == min(size, len(names)) == len(set(drawn))
    assert set(drawn) <= names
