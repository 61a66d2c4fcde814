"""Killed at every line of no return, the next turn finds nothing lost and nothing doubled."""

import pytest

from certorigin import crash
from certorigin.errors import ForkError
from certorigin.mirror.collect import collect
from certorigin.mirror.cosigned import CosignedHeads
from tests.library.mirror.lying import WITNESS, Case, minutes, seconds
from tests.library.recognition.world import small
from tests.simulator import folder, read_log


class Killed(BaseException):
    pass


@pytest.fixture
def arm():
    """Die at the given crash point; `hits` says which points were passed."""
    hits = []

    def install(name):
        def hook(passed):
            hits.append(passed)
            if passed == name:
                raise Killed

        crash.arm(hook)
        return hits

    yield install
    crash.disarm()


@pytest.mark.parametrize(
    "point",
    [
        "mirror.identity_written",
        "mirror.pending_written",
        "mirror.entries_written",
        "mirror.head_written",
        "mirror.cosignature_written",
        "mirror.cosigned",
    ],
)
@pytest.mark.parametrize("count", [3, 300])
def test_a_killed_turn_is_taken_again(tmp_path, arm, point, count):
    case = Case(tmp_path, count)
    hits = arm(point)
    with pytest.raises(Killed):
        case.follow(1)
    assert hits[-1] == point
    crash.disarm()
    case.publish(2, 2)
    case.follow(3)
    keys = [case.publisher.log, case.publisher.heartbeat, WITNESS]
    head, entries = read_log(folder(tmp_path), keys)
    assert (head.size, entries) == (count + 2, case.publisher.entries)
    heads = CosignedHeads(case.directory, case.partner)
    sizes = [heads.get(number).size for number in range(heads.count)]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == count + 2
    assert not case.directory.has("private/pending")


@pytest.mark.parametrize("point", ["mirror.head_written", "mirror.entries_written"])
def test_a_head_that_was_not_cosigned_is_cosigned_by_the_next_turn(tmp_path, arm, point):
    case = Case(tmp_path)
    arm(point)
    with pytest.raises(Killed):
        case.follow(1)
    crash.disarm()
    assert case.follow(5).cosigned.at == minutes(5)


def test_a_cosignature_that_was_written_keeps_its_time(tmp_path, arm):
    case = Case(tmp_path)
    arm("mirror.cosignature_written")
    with pytest.raises(Killed):
        case.follow(1)
    crash.disarm()
    case.publish(2, 2)
    case.follow(5)
    heads = CosignedHeads(case.directory, case.partner)
    assert [(heads.get(n).size, heads.get(n).at) for n in range(heads.count)] == [
        (3, minutes(1)),
        (5, minutes(5)),
    ]
    assert not case.directory.has("private/cosigning")


@pytest.mark.parametrize("point", ["mirror.evidence_written", "mirror.halted"])
def test_a_killed_halt_halts_again(tmp_path, arm, point):
    case = Case(tmp_path)
    case.follow(1)
    case.publisher.roll_back(seconds(minutes(5)), 1)
    arm(point)
    with pytest.raises(Killed):
        case.follow(6)
    crash.disarm()
    with case.mirror() as mirror:
        halted = mirror.halted() is not None
    assert halted == (point == "mirror.halted")
    if not halted:
        with pytest.raises(ForkError):
            case.follow(7)


def test_a_killed_lifting_can_be_done_again(tmp_path, arm):
    case = Case(tmp_path)
    case.follow(1)
    case.publisher.roll_back(seconds(minutes(5)), 1)
    with pytest.raises(ForkError):
        case.follow(6)
    arm("mirror.lift_written")
    with case.mirror() as mirror:
        with pytest.raises(Killed):
            mirror.lift(by="A", remark="r", at=minutes(7))
        assert mirror.halted() is not None
        crash.disarm()
        mirror.lift(by="A", remark="r", at=minutes(8))
        assert mirror.halted() is None


def test_a_killed_collection_goes_on(tmp_path, arm):
    world = small(tmp_path)
    world.enter(b'{"another":"entry"}', at=minutes(2))
    world.follow(minutes(3))
    fetch = world.fetcher_of_mirror()
    arm("mirror.cosigned_collected")
    with pytest.raises(Killed):
        collect(world.log_directory, world.partner, fetch)
    crash.disarm()
    taken = collect(world.log_directory, world.partner, fetch)
    assert [head.number for head in taken] == [1]
