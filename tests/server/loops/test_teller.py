"""A loop that fails for weeks fills no log: its fault is told once, then ever more seldom."""

import itertools
import logging

import pytest

from certorigin_server.loops.teller import FIRST_PAUSE, LONGEST_PAUSE, Teller


@pytest.fixture
def told(caplog):
    """The lines since the last look."""
    caplog.set_level(logging.INFO, "certorigin.loops")

    def look():
        lines = [record.getMessage() for record in caplog.records]
        caplog.clear()
        return lines

    return look


def test_a_fault_is_told_once(told):
    teller = Teller()
    for turn in range(50):
        teller.note("mirror", f"line.silent for {turn} s", now=float(turn))
    assert told() == ["loop mirror: line.silent for 0 s"]


def test_a_fault_that_lasts_is_told_at_growing_distances(told):
    teller, moments = Teller(), []
    for turn in range(30_000):
        teller.note("mirror", "line.silent", now=float(turn))
        moments += [turn] * len(told())
    pauses = [late - early for early, late in itertools.pairwise(moments)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_another_fault_is_told_at_once(told):
    teller = Teller()
    for second, fault in enumerate(("line.silent", "line.silent", "trust.expired", "line.silent")):
        teller.note("mirror", fault, now=float(second))
    assert told() == [
        f"loop mirror: {one}" for one in ("line.silent", "trust.expired", "line.silent")
    ]


def test_each_loop_has_its_own_faults(told):
    teller = Teller()
    teller.note("mirror", "line.silent", now=0)
    teller.note("seal", "line.silent", now=1)
    assert len(told()) == 2


def test_that_it_is_well_again_is_told_once_and_a_new_fault_is_new(told):
    teller = Teller()
    for second in range(3):
        teller.note("seal", "key.unusable", now=float(second))
    told()
    for second in range(3, 6):
        teller.note("seal", "", now=float(second))
    assert told() == ["loop seal: well again, after 3 failed turns in 3 s"]
    teller.note("seal", "key.unusable", now=7)
    assert told() == ["loop seal: key.unusable"]


def test_what_always_goes_well_says_nothing(told):
    Teller().note("seal", "", now=0)
    assert told() == []
