"""Acts judged by processes: the same answers in the same order, whatever becomes of a process."""

import os
import signal

import pytest

from certorigin.mirror.acts import Checker, Weight
from certorigin.mirror.crew import CHUNK, Crew
from tests.library.recognition import world as w

COUNT = 2 * CHUNK + 5


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A log with good acts, one by a key without the right, one with a broken seal, one void."""
    world = w.World(tmp_path_factory.mktemp("crew"))
    acts = [w.issued(number) for number in range(1, COUNT + 1)]
    acts[3] = acts[3].replace("Тракторы".encode(), "Комбайны".encode(), 1)
    acts[CHUNK] = b"no act"
    world.enter(*acts)
    world.follow(w.minutes(1))
    return world


def alone(view):
    return list(view.judge(range(view.size)))


def test_a_crew_answers_as_one_alone_even_after_a_process_was_killed(world):
    view = world.view()
    expected = alone(view)
    assert [one.index for one in expected if one.judged.weight is None] == [3, CHUNK]
    assert {one.judged.weight for one in expected} == {None, Weight.COUNTS}
    with Crew.of(view, 1) as crew:
        assert list(view.judge(range(view.size), crew)) == expected
        (process,) = crew._workers.values()
        os.kill(process.pid, signal.SIGKILL)
        assert list(view.judge(range(view.size), crew)) == expected
        assert not crew._workers
        assert list(view.judge(range(5), crew)) == expected[:5]


def test_what_is_judged_is_what_is_viewed(world):
    view = world.view()
    for one in alone(view):
        viewed = view.view(one.index)
        weight = viewed.checked.weight if viewed.checked else None
        assert (one.legal_time, one.judged) == (viewed.legal_time, (weight, viewed.code))
        assert view.data(one.index) == one.data


def test_a_crew_that_was_closed_judges_here(world, monkeypatch):
    view = world.view()
    crew = Crew.of(view, 1)
    crew.close()
    crew.close()
    seen = []
    judge = Checker.judge_all
    monkeypatch.setattr(
        Checker, "judge_all", lambda own, acts: seen.extend(acts) or judge(own, acts)
    )
    assert len(list(view.judge(range(7), crew))) == len(seen) == 7
