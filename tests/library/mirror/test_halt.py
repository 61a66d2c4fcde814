"""A partner that lies: the mirror stops with evidence, and only an operator lets it go on."""

import pytest

from certorigin.errors import (
    ForkError,
    MalformedError,
    ProofError,
    StandingError,
    UnknownError,
)
from certorigin.mirror.halt import Halt
from tests.library.mirror.lying import (
    NOON,
    ORIGIN,
    WITNESS,
    Case,
    minutes,
    seconds,
)
from tests.simulator import read_head


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


def keys(case):
    return [case.publisher.log, case.publisher.heartbeat, WITNESS]


# -- halting --------------------------------------------------------------------------------------


def expect_halt(case, code, error=ForkError, at=9):
    """The mirror stops with evidence, stays stopped, and what it held stays usable."""
    with case.mirror() as mirror:
        before = mirror.head()
    with pytest.raises(error) as fault:
        case.follow(at)
    assert fault.value.code == code
    assert case.evidence("theirs") == case.publisher.files["checkpoint"]
    assert case.evidence("ours") == (before.data if before else b"")
    with pytest.raises(StandingError, match=r"mirror\.halted"):
        case.follow(at + 1)
    with case.mirror() as mirror:
        assert mirror.halted().code == code
        assert mirror.head() == before
    return fault.value


def test_a_fork_stops_the_mirror_with_both_heads(case):
    case.follow(1)
    ours = case.publisher.files["checkpoint"]
    case.publisher.fork(seconds(minutes(5)), b"another", b"history", b"of", b"things")
    fault = expect_halt(case, "mirror.forked")
    assert (fault.ours, fault.theirs) == (ours, case.publisher.files["checkpoint"])
    for head in (fault.ours, fault.theirs):
        read_head(head, keys(case))  # both are signed: they can be shown to anybody


def test_a_fork_of_equal_size_stops_the_mirror(case):
    case.follow(1)
    case.publisher.fork(seconds(minutes(5)), b"another", b"history", b"here")
    expect_halt(case, "mirror.forked")


@pytest.mark.parametrize("size", [0, 2])
def test_a_roll_back_stops_the_mirror(case, size):
    case.follow(1)
    case.publisher.roll_back(seconds(minutes(5)), size)
    expect_halt(case, "mirror.rolled_back")


def test_an_older_head_of_the_same_size_stops_the_mirror(case):
    case.publisher.publish(seconds(minutes(5)))
    case.follow(6)
    case.publisher.publish(seconds(minutes(4)))
    expect_halt(case, "mirror.time_went_back")


def test_a_larger_head_with_an_older_time_stops_the_mirror(case):
    case.publisher.publish(seconds(minutes(5)))
    case.follow(6)
    case.publish(4)
    expect_halt(case, "mirror.time_went_back")


def test_an_altered_entry_stops_the_mirror_with_the_file(case):
    case.publisher.alter(1, b'{"entry":"altered"}')
    fault = expect_halt(case, "mirror.altered", ProofError)
    assert fault.facts["index"] == "1"
    assert case.evidence("file") == case.publisher.files["tile/entries/000.p/3"]


def test_an_altered_tile_stops_the_mirror(case):
    case.publisher.files["tile/0/000.p/3"] = bytes(96)
    assert expect_halt(case, "mirror.altered", ProofError).facts["fault"] == "log.root_differs"


def test_an_altered_object_stops_the_mirror(case):
    data = b"x" * 70_000
    digest = "0" * 64
    case.publisher.files[f"object/{digest}"] = data
    case.publisher.publish(
        seconds(minutes(1)), f"certorigin-object/v1\n{digest}\n{len(data)}\n".encode()
    )
    assert expect_halt(case, "mirror.altered", ProofError).facts["fault"] == "log.object_altered"


def test_bytes_that_were_wrong_once_are_asked_for_again(case):
    case.line.spoiled["tile/entries/000.p/3"] = [b"\x00\x01x\x00\x01x\x00\x01x"]
    assert case.follow(1).size == 3


def test_a_fork_below_a_head_that_was_not_finished_is_seen(case):
    case.follow(1)
    case.publish(2, 5)
    case.line.spoiled["tile/entries/000.p/8"] = UnknownError("line.unreachable", path="x")
    with pytest.raises(UnknownError):
        case.follow(3)
    case.publisher.fork(seconds(minutes(4)), *case.publisher.entries[:3], *[b"other"] * 9)
    with pytest.raises(ForkError):
        case.follow(5)


def test_only_an_operator_lets_a_halted_mirror_go_on(case):
    case.follow(1)
    honest = list(case.publisher.entries)
    case.publisher.roll_back(seconds(minutes(5)), 2)
    expect_halt(case, "mirror.rolled_back")
    with case.mirror() as mirror:
        reason = mirror.lift(by="A. Əliyeva", remark="restored from a copy", at=minutes(20))
        assert reason.code == "mirror.rolled_back"
        assert mirror.halted() is None
        with pytest.raises(StandingError, match=r"mirror\.not_halted"):
            mirror.lift(by="A", remark="again", at=minutes(21))
    assert "Əliyeva".encode() in case.evidence("lifted.json")
    case.publisher.fork(seconds(minutes(30)), *honest, b"next")
    assert case.follow(31).size == 4


def test_a_second_halt_keeps_its_own_evidence(case):
    case.follow(1)
    case.publisher.roll_back(seconds(minutes(5)), 2)
    expect_halt(case, "mirror.rolled_back")
    with case.mirror() as mirror:
        mirror.lift(by="A", remark="r", at=minutes(20))
    with pytest.raises(ForkError):
        case.follow(21)
    assert case.evidence("theirs", 1)


def test_a_reason_reads_back_as_it_was_written():
    reason = Halt("mirror.forked", NOON, 3, {"origin": ORIGIN})
    assert Halt.from_bytes(reason.to_bytes()) == reason
    with pytest.raises(MalformedError):
        Halt.from_bytes(reason.to_bytes().replace(b"mirror.forked", b""))
