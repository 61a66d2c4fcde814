"""Following a partner that is honest, silent, broken or lying."""

import pytest

from certorigin.errors import (
    ConflictError,
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.log.fsck import check
from certorigin.log.key import KeyKind
from certorigin.mirror.follow import Mirror
from tests.library.mirror.lying import (
    NOON,
    ORIGIN,
    WITNESS,
    Case,
    cosigner,
    minutes,
    partner,
    seconds,
    verifier,
)
from tests.library.recognition.world import signer
from tests.simulator import Publisher, folder, read_head, read_log


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


def keys(case):
    return [case.publisher.log, case.publisher.heartbeat, WITNESS]


# -- forward --------------------------------------------------------------------------------------


def test_a_mirror_takes_everything_and_cosigns_it(case):
    followed = case.follow(1)
    assert (followed.start, followed.size, followed.void) == (0, 3, ())
    assert followed.heartbeat == NOON
    assert (followed.cosigned.number, followed.cosigned.size) == (0, 3)
    assert followed.cosigned.at == minutes(1)


def test_an_independent_reader_verifies_the_mirror_and_its_cosignature(case):
    case.publish(2, 600)
    case.follow(3)
    head, entries = read_log(folder(case.folder), keys(case))
    assert (head.size, entries) == (603, case.publisher.entries)
    cosigned = read_head(case.directory.read("cosigned/0"), keys(case))
    assert cosigned.root == head.root
    assert cosigned.times[WITNESS.name] == [seconds(minutes(3))]


@pytest.mark.parametrize("sizes", [(1, 1), (255, 1), (256, 1), (255, 2), (100, 500), (1, 1023)])
def test_a_mirror_grows_in_any_steps(tmp_path, sizes):
    case = Case(tmp_path, sizes[0])
    case.follow(1)
    case.publish(2, sizes[1])
    followed = case.follow(3)
    assert (followed.start, followed.size) == (sizes[0], sum(sizes))
    assert followed.cosigned.number == 1
    head, _ = read_log(folder(tmp_path), keys(case))
    assert head.size == sum(sizes)


def test_a_mirror_is_a_sound_log(tmp_path):
    case = Case(tmp_path, 255)
    case.follow(1)
    case.publish(2, 300)
    case.follow(3)
    verifiers = [verifier(key) for key in keys(case)]
    assert check(case.directory, verifiers).problems == ()


def test_a_heartbeat_alone_is_taken_and_not_cosigned(case):
    case.follow(1)
    case.publisher.publish(seconds(minutes(5)))
    followed = case.follow(6)
    assert (followed.start, followed.size, followed.cosigned) == (3, 3, None)
    assert followed.heartbeat == minutes(5)
    with case.mirror() as mirror:
        assert mirror.partner.heartbeat_of(mirror.head()) == minutes(5)
        assert mirror.cosigned().count == 1


def test_nothing_new_changes_nothing(case):
    case.follow(1)
    before = sorted(case.directory.files())
    followed = case.follow(2)
    assert (followed.start, followed.size, followed.cosigned) == (3, 3, None)
    assert sorted(case.directory.files()) == before


def test_an_empty_log_is_followed_and_not_cosigned(tmp_path):
    case = Case(tmp_path, 0)
    followed = case.follow(1)
    assert (followed.size, followed.cosigned) == (0, None)
    case.publish(2, 2)
    assert case.follow(3).cosigned.number == 0


def test_progress_is_told_after_each_256_entries(tmp_path):
    case = Case(tmp_path, 600)
    told = []
    case.follow(1, progress=lambda done, whole: told.append((done, whole)))
    assert told == [(256, 600), (512, 600), (600, 600)]


def test_a_post_without_a_witness_key_takes_and_does_not_cosign(case):
    assert case.follow(1, cosigner=None).cosigned is None
    with case.mirror() as mirror:
        assert mirror.cosigned().count == 0
        assert mirror.head().checkpoint.size == 3
    assert case.follow(2).cosigned.size == 3  # the next turn with a key makes up for it


def test_an_object_is_taken_with_its_entry(tmp_path):
    case = Case(tmp_path)
    data = b'{"long":"' + b"x" * 70_000 + b'"}'
    digest = __import__("hashlib").sha256(data).hexdigest()
    reference = f"certorigin-object/v1\n{digest}\n{len(data)}\n".encode()
    case.publisher.files[f"object/{digest}"] = data
    case.publisher.publish(seconds(minutes(1)), reference)
    seen = {}
    case.follow(2, check=seen.__setitem__)
    assert seen[3] == data
    case.publish(3)
    asked = len(case.line.asked)
    case.follow(4)
    assert f"object/{digest}" not in case.line.asked[asked:]


def test_a_reference_that_is_none_is_an_entry_like_any_other(case):
    case.publisher.publish(seconds(minutes(1)), b"certorigin-object/v1\nrubbish\n")
    seen = {}
    case.follow(2, check=seen.__setitem__)
    assert seen[3] == b"certorigin-object/v1\nrubbish\n"


# -- entries that are no acts ---------------------------------------------------------------------


def test_sealed_rubbish_is_kept_and_void_and_the_mirror_goes_on(case):
    def check(index, data):
        if index == 1:
            raise SignatureError("seal.signature_invalid", key="z")
        if index == 2:
            raise UnknownError("seal.suite_unknown", suite="bign")

    followed = case.follow(1, check=check)
    assert [(void.index, void.code) for void in followed.void] == [(1, "seal.signature_invalid")]
    assert followed.cosigned.size == 3
    with case.mirror() as mirror:
        assert mirror.halted() is None


def test_an_entry_is_judged_once(case):
    seen = []
    case.follow(1, check=lambda index, _: seen.append(index))
    case.publish(2, 2)
    case.follow(3, check=lambda index, _: seen.append(index))
    assert seen == [0, 1, 2, 3, 4]


# -- a turn that fails and changes nothing --------------------------------------------------------


def expect_standstill(case, error, code=None, at=9):
    with case.mirror() as mirror:
        before = mirror.head()
    with pytest.raises(error) as fault:
        case.follow(at)
    if code:
        assert fault.value.code == code
    with case.mirror() as mirror:
        assert (mirror.head(), mirror.halted()) == (before, None)


@pytest.mark.parametrize(
    ("path", "answer", "error"),
    [
        ("checkpoint", b"\x00 garbage", MalformedError),
        ("checkpoint", UnknownError("line.unreachable", path="checkpoint"), UnknownError),
        ("checkpoint", LimitError("line.too_long", place="checkpoint", limit="1"), LimitError),
        ("tile/entries/000.p/5", b"\x00", MalformedError),
        ("tile/entries/000.p/5", UnknownError("line.unreachable", path="x"), UnknownError),
    ],
)
def test_what_cannot_be_read_stops_this_turn_only(case, path, answer, error):
    case.follow(1)
    case.publish(2, 2)
    case.line.spoiled[path] = answer
    expect_standstill(case, error)
    case.line.spoiled.clear()
    assert case.follow(10).size == 5


def test_a_head_by_a_stranger_is_no_evidence(case):
    case.follow(1)
    stranger = Publisher.make(ORIGIN, b"stranger")
    stranger.publish(seconds(minutes(5)), b"x")
    case.publisher.files["checkpoint"] = stranger.files["checkpoint"]
    expect_standstill(case, SignatureError, "log.signature_missing")


def test_a_head_of_another_log_is_no_evidence(case):
    case.follow(1)
    other = Publisher.make(f"{ORIGIN}-b")
    other.publish(seconds(minutes(5)), b"x")
    case.publisher.files["checkpoint"] = other.files["checkpoint"]
    expect_standstill(case, SignatureError, "log.origin_wrong")


def test_a_head_without_a_heartbeat_is_not_believed(case):
    case.follow(1)
    note = case.publisher.files["checkpoint"].splitlines(keepends=True)
    case.publisher.files["checkpoint"] = b"".join(note[:-1])
    expect_standstill(case, SignatureError, "log.heartbeat_missing")


def test_a_head_from_the_future_is_not_believed(case):
    case.follow(1)
    case.publish(60)
    expect_standstill(case, VerificationError, "mirror.head_from_future")
    assert case.follow(56).size == 4  # within the five minutes that two clocks may differ


def test_a_key_that_is_not_entitled_signs_no_heads(case):
    case.follow(1)
    case.publish(2)
    case.partner = partner(case.publisher, lambda key, role, at: role != "log" or at < minutes(2))
    expect_standstill(case, UntrustedKeyError, "mirror.key_not_entitled")


def test_a_witness_that_is_not_in_the_list_does_not_cosign(case):
    stranger = signer("certorigin/AZ-9/witness", "stranger", KeyKind.COSIGNATURE)
    with pytest.raises(VerificationError, match="witness_unknown"):
        case.follow(1, cosigner=stranger)


def test_our_own_clock_may_not_go_back(case):
    case.follow(5)
    case.publish(2)
    with pytest.raises(ConflictError, match="clock_went_back"):
        case.follow(4)
    assert case.follow(6).cosigned.size == 4


def test_a_damaged_file_of_our_own_is_not_held_against_the_partner(tmp_path):
    case = Case(tmp_path, 600)
    case.line.spoiled["tile/entries/001"] = UnknownError("line.unreachable", path="x")
    expect_standstill(case, UnknownError, "line.unreachable", at=1)
    case.line.spoiled.clear()
    (tmp_path / "tile/0/000").write_bytes(bytes(8192))
    expect_standstill(case, UnknownError, "mirror.own_file_altered", at=2)


# -- opening --------------------------------------------------------------------------------------


def test_a_mirror_is_followed_by_one_at_a_time(case):
    with case.mirror(), pytest.raises(ConflictError, match="in_use"):
        case.mirror()
    mirror = case.mirror()
    mirror.close()
    mirror.close()
    case.mirror().close()


def test_a_mirror_is_not_opened_by_a_mistyped_path(case):
    with pytest.raises(UnknownError):
        Mirror.open(case.directory, case.partner)


def test_a_mirror_begins_with_keys_of_the_trust_list(case):
    stranger = Publisher.make(ORIGIN, b"stranger")
    case.publisher.files["log.json"] = stranger.identity()
    with pytest.raises(SignatureError, match="keys_differ"):
        case.mirror()


def test_a_mirror_keeps_the_identity_it_began_with(case):
    case.mirror().close()
    stranger = Publisher.make(ORIGIN, b"stranger")
    case.publisher.files["log.json"] = stranger.identity()
    case.partner = partner(stranger)
    with pytest.raises(ConflictError, match="altered"):
        case.mirror()
    with pytest.raises(SignatureError, match="keys_differ"):
        Mirror.open(case.directory, case.partner)


# -- going on -------------------------------------------------------------------------------------


def test_a_broken_turn_goes_on_where_it_broke(tmp_path):
    case = Case(tmp_path, 1000)
    case.line.spoiled["tile/entries/002"] = UnknownError("line.unreachable", path="x")
    with pytest.raises(UnknownError):
        case.follow(1)
    case.line.spoiled.clear()
    case.publish(2, 100)
    case.line.asked.clear()
    assert case.follow(3).size == 1100
    assert "tile/entries/000" not in case.line.asked
    assert "tile/entries/002" in case.line.asked
    read_log(folder(tmp_path), keys(case))
    assert cosigner().name == WITNESS.name
