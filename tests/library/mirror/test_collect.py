"""The publisher takes back what the partner cosigned, and believes only heads of its own log."""

import pytest

from certorigin.errors import ConflictError, ForkError, MalformedError, SignatureError, UnknownError
from certorigin.log.directory import Directory
from certorigin.log.key import KeyKind
from certorigin.mirror.collect import collect
from certorigin.mirror.partner import Partner
from certorigin.seal.trust.entries import Withdrawal
from tests.library.mirror.lying import WITNESS, minutes, seconds
from tests.library.recognition.world import (
    create_log,
    installation,
    issued,
    key,
    signer,
    small,
    trust,
)
from tests.simulator import Publisher, sha256


@pytest.fixture
def world(tmp_path):
    return small(tmp_path)


def collected(world, fetch=None):
    return collect(world.log_directory, world.partner, fetch or world.fetcher_of_mirror())


def test_heads_come_back_byte_for_byte_and_in_order(world):
    world.enter(issued(9), at=minutes(2))
    world.follow(minutes(3))
    taken = collected(world)
    assert [(head.number, head.size, head.at) for head in taken] == [
        (0, 3, minutes(1)),
        (1, 4, minutes(3)),
    ]
    for number in range(2):
        name = f"cosigned/{number}"
        assert world.log_directory.read(name) == Directory(world.mirror_folder).read(name)
    assert collected(world) == []


def test_the_publishers_own_view_tells_the_legal_time(world):
    collected(world)
    view = world.own_view()
    assert view.legal_time(0) == minutes(1)
    assert view.cosigned.count == 1


def test_a_head_without_the_witness_is_not_taken(world):
    with pytest.raises(SignatureError, match="cosignature_missing"):
        collected(world, lambda path, limit: world.log_directory.read("checkpoint"))


def test_garbage_is_not_taken(world):
    with pytest.raises(MalformedError):
        collected(world, lambda path, limit: b"garbage")
    assert not world.log_directory.has("cosigned/0")


def test_a_witness_key_that_is_withdrawn_for_the_past_stops_neither_side(world):
    """Its heads keep their places and give no time; what they covered gets that of the next one."""
    world.enter(issued(9), at=minutes(4))
    world.follow(minutes(5))
    role = {"witness": {"withdrawn": Withdrawal(minutes(3), "compromised")}}
    follows = key("AZ-1 next witness", installation("AZ-1"), "witness")
    world.trust = trust(az={"keys": role, "extra_keys": [follows]})
    world.partner = Partner.from_trust(world.trust, world.partner.origin)
    view = world.view()
    assert [view.legal_time(index) for index in (0, 3)] == [minutes(1), None]
    assert view.cosigned_by(minutes(6)).number == 0
    assert len(list(view.views())) == 4
    world.enter(issued(10), at=minutes(6))
    name = "certorigin/AZ-1/witness"
    world.follow(minutes(7), cosigner=signer(name, "AZ-1 next witness", KeyKind.COSIGNATURE))
    assert [head.counts for head in collected(world)] == [True, False, True]
    for view in (world.view(), world.own_view()):
        assert [view.legal_time(index) for index in (0, 3, 4)] == [
            minutes(1),
            minutes(7),
            minutes(7),
        ]


@pytest.mark.parametrize(("dated", "counts"), [(14, False), (15, True)])
def test_a_partner_cant_date_our_acts_back(world, dated, counts):
    """Our head is of minute 20: who saw it more than five minutes before did not see it."""
    collected(world)
    world.enter(issued(9), at=minutes(20))
    ours = world.log_directory.read("checkpoint")
    text = ours.partition(b"\n\n")[0] + b"\n"
    note = ours + world.seeds()["witness"].sign(text, seconds(minutes(dated)))
    whole = world.fetcher_of_mirror()
    answers = {"cosigned/1": note}
    (head,) = collected(world, lambda path, limit: answers.get(path) or whole(path, limit))
    assert head.counts is counts
    assert world.own_view().legal_time(3) == (minutes(dated) if counts else None)


def test_a_silent_partner_stops_this_turn_only(world):
    def fetch(path, limit):
        raise UnknownError("line.unreachable", path=path)

    with pytest.raises(UnknownError, match="unreachable"):
        collected(world, fetch)
    assert len(collected(world)) == 1


def forged(world, entries, at):
    """A head that our own keys truly signed, but that our log never had."""
    seeds = world.seeds()
    publisher = Publisher(world.log.origin, seeds["log"], seeds["heartbeat"])
    note = publisher.publish(seconds(minutes(at)), *entries)
    text = note.partition(b"\n\n")[0] + b"\n"
    return note + seeds["witness"].sign(text, seconds(minutes(at)))


@pytest.mark.parametrize("count", [2, 3, 9])
def test_a_cosigned_head_that_we_never_had_is_a_fork(world, count):
    note = forged(world, [b"other"] * count, 5)
    with pytest.raises(ForkError, match="not_our_head") as fault:
        collected(world, lambda path, limit: note)
    assert fault.value.theirs == note
    assert not world.log_directory.has("cosigned/0")


def test_heads_out_of_order_are_refused(world):
    collected(world)
    note = world.log_directory.read("cosigned/0")
    with pytest.raises(ConflictError, match="out_of_order"):
        collected(world, lambda path, limit: note)


def test_a_turn_takes_only_so_many(world, monkeypatch):
    for number in range(2, 8, 2):
        world.enter(b"{}", at=minutes(number))
        world.follow(minutes(number + 1))
    monkeypatch.setattr("certorigin.mirror.collect.MOST", 3)
    assert [len(collected(world)) for _ in range(3)] == [3, 1, 0]


def test_a_log_without_a_head_takes_nothing(world, tmp_path):
    create_log(tmp_path / "other", at=minutes(0)).close()
    (tmp_path / "other/checkpoint").unlink()
    with pytest.raises(UnknownError, match="head_missing"):
        collect(Directory(tmp_path / "other"), world.partner, world.fetcher_of_mirror())
    assert WITNESS.public != sha256(b"")
