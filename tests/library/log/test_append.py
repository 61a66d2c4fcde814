from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import (
    ConflictError,
    ForkError,
    LimitError,
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.log.append import Log
from certorigin.log.checkpoint import Checkpoint, read_head
from certorigin.log.directory import Directory
from certorigin.log.entry import data_of
from certorigin.log.fsck import check
from certorigin.log.head import FileHead
from certorigin.log.key import KeyKind, Signer
from certorigin.log.merkle import EMPTY_ROOT, leaf_hash, root_of
from certorigin.log.note import Note, sign_text
from certorigin.log.stage import StageFile
from tests.library.log.sample import (
    HEARTBEAT,
    IDENTITY,
    LOG,
    NOON,
    ORIGIN,
    STRANGER,
    VERIFIERS,
    MemoryHead,
    create,
    minutes,
    reopen,
    signer,
)


def entries(start, end):
    return [b'{"entry":%d}' % number for number in range(start, end)]


@pytest.fixture
def store():
    return MemoryHead()


@pytest.fixture
def log(tmp_path, store):
    with create(tmp_path, store) as log:
        yield log


def published(folder):
    return (folder / "checkpoint").read_bytes()


def test_create_publishes_an_empty_head(log, tmp_path, store):
    assert log.origin == ORIGIN
    assert published(tmp_path) == store.head == log.head().data
    assert log.head().checkpoint == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert log.head().times_by(HEARTBEAT.verifier) == (NOON,)


def test_append(log, tmp_path, store):
    assert log.append(entries(0, 2), at=minutes(1)) == 0
    assert log.append(entries(2, 300), at=minutes(2)) == 2
    head = read_head(published(tmp_path), *VERIFIERS[:1], VERIFIERS[1:])
    assert head.data == store.head
    assert head.checkpoint.root == root_of([leaf_hash(entry) for entry in entries(0, 300)])
    assert head.times_by(HEARTBEAT.verifier) == (minutes(2),)
    assert list(log.reader().entries(0)) == entries(0, 300)
    assert check(Directory(tmp_path), VERIFIERS).ok


@given(st.lists(st.integers(1, 400), max_size=5))
def test_random_batches_and_restarts(tmp_path_factory, counts):
    folder = tmp_path_factory.mktemp("log")
    create(folder).close()
    size = 0
    for count in counts:
        with reopen(folder) as log:
            assert log.append(entries(size, size + count), at=NOON) == size
        size += count
    with reopen(folder) as log:
        assert log.head().checkpoint.root == root_of([leaf_hash(e) for e in entries(0, size)])
        assert list(log.reader().entries(0)) == entries(0, size)
    report = check(Directory(folder), VERIFIERS)
    assert (report.size, report.problems, report.notes) == (size, (), ())


def test_long_data_becomes_an_object(log, tmp_path):
    long = b"{" + bytes(65_535)
    log.append([b"{}", long, long], at=NOON)
    path = f"object/{sha256(long).hexdigest()}"
    assert (tmp_path / path).read_bytes() == long
    reader = log.reader()
    assert [data_of(entry, Directory(tmp_path).read) for entry in reader.entries(0)] == [
        b"{}",
        long,
        long,
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ([], ValueError),
        ([b"certorigin-object/v1\n"], MalformedError),
        ([b"{}", bytes(1 + (16 << 20))], LimitError),
    ],
)
def test_nothing_is_staged_for_odd_entries(log, tmp_path, data, error):
    with pytest.raises(error):
        log.append(data, at=NOON)
    assert not StageFile(Directory(tmp_path)).waits()


def test_in_three_steps_with_the_head_in_a_database(log, tmp_path, store):
    before = store.head
    staged = log.stage(entries(0, 3), at=minutes(1))
    assert (staged.old_head, staged.first_index, staged.count) == (before, 0, 3)
    assert StageFile(Directory(tmp_path)).waits()
    assert published(tmp_path) == store.head == before
    store.swap(staged.old_head, staged.new_head)
    for _ in range(2):
        log.publish(staged)
        assert published(tmp_path) == staged.new_head
    assert not StageFile(Directory(tmp_path)).waits()


def test_a_stage_whose_head_was_not_swapped_is_dropped(log, tmp_path):
    staged = log.stage(entries(0, 3), at=minutes(1))
    with pytest.raises(ConflictError, match="head_moved"):
        log.publish(staged)
    assert log.append(entries(5, 7), at=minutes(2)) == 0
    assert list(log.reader().entries(0)) == entries(5, 7)
    with pytest.raises(ConflictError, match="head_moved"):
        log.publish(staged)


def test_the_head_is_swapped_once(tmp_path):
    with create(tmp_path) as log:
        staged = log.stage(entries(0, 1), at=NOON)
        log.heartbeat(minutes(1))
        with pytest.raises(ConflictError, match="head_moved"):
            FileHead(tmp_path / "private/head").swap(staged.old_head, staged.new_head)


def test_a_stage_survives_a_heartbeat_that_comes_between(log, tmp_path, store):
    staged = log.stage(entries(0, 3), at=minutes(1))
    store.swap(staged.old_head, staged.new_head)
    log.heartbeat(minutes(2))
    log.publish(staged)
    assert log.head().times_by(HEARTBEAT.verifier) == (minutes(2),)
    assert check(Directory(tmp_path), VERIFIERS).ok


def test_heartbeat(log, tmp_path, store):
    log.append(entries(0, 3), at=NOON)
    before = log.head().checkpoint
    new = log.heartbeat(minutes(5))
    assert published(tmp_path) == store.head == new
    assert log.head().checkpoint == before
    assert log.head().times_by(HEARTBEAT.verifier) == (minutes(5),)


def test_a_clock_that_goes_back_signs_nothing(log, store):
    log.append(entries(0, 1), at=minutes(1))
    head = store.head
    for act in (lambda at: log.append(entries(1, 2), at=at), log.heartbeat):
        with pytest.raises(ConflictError, match="clock_went_back"):
            act(minutes(1) - timedelta(seconds=1))
    assert store.head == head
    log.append(entries(1, 2), at=minutes(1))


def test_one_writer_at_a_time(log, tmp_path, store):
    with pytest.raises(ConflictError, match="in_use"):
        reopen(tmp_path, store)
    log.close()
    log.close()
    reopen(tmp_path, store).close()


def test_create_refuses_a_log_that_exists(log, tmp_path, store):
    log.close()
    for head in (store, MemoryHead()):
        with pytest.raises(ConflictError, match=r"log\.exists"):
            create(tmp_path, head)


def test_create_refuses_another_identity(tmp_path):
    other = replace(IDENTITY, heartbeat=signer("other", KeyKind.COSIGNATURE, 7).verifier)
    Directory(tmp_path).write_new({"log.json": other.to_bytes()})
    with pytest.raises(ConflictError, match=r"log\.altered"):
        create(tmp_path)


def test_open_refuses_what_was_never_created(tmp_path, store):
    with pytest.raises(UnknownError, match="file_missing"):
        reopen(tmp_path, store)
    Directory(tmp_path).write_new({"log.json": IDENTITY.to_bytes()})
    with pytest.raises(UnknownError, match="head_missing"):
        reopen(tmp_path, store)
    create(tmp_path, store).close()  # it goes on where a crash may have left it


def test_other_keys(log, tmp_path, store):
    log.close()
    other = Signer(replace(LOG.verifier, public_key=STRANGER.verifier.public_key), STRANGER.sign)
    with pytest.raises(SignatureError, match="keys_differ"):
        Log.open(Directory(tmp_path), store, signer=other, heartbeat=HEARTBEAT)
    with pytest.raises(SignatureError, match="keys_differ"):
        Log.create(Directory(tmp_path), store, IDENTITY, signer=other, heartbeat=HEARTBEAT, at=NOON)


def test_a_head_without_heartbeat_is_not_ours(log, store):
    text = log.head().checkpoint.to_text()
    store.head = Note(text, (sign_text(text, LOG),)).to_bytes()
    with pytest.raises(SignatureError, match="heartbeat_missing"):
        log.head()


@pytest.mark.parametrize("damage", [b"", b"x\n", None])
def test_a_damaged_checkpoint_is_published_again(log, tmp_path, store, damage):
    log.append(entries(0, 3), at=NOON)
    if damage is None:
        (tmp_path / "checkpoint").unlink()
    else:
        (tmp_path / "checkpoint").write_bytes(damage)
    log.recover()
    assert published(tmp_path) == store.head


def test_a_head_store_restored_from_an_old_copy_stops_the_log(log, store):
    log.append(entries(0, 1), at=NOON)
    old = store.head
    log.append(entries(1, 2), at=NOON)
    new, store.head = store.head, old
    with pytest.raises(ForkError, match="head_behind") as caught:
        log.append(entries(9, 10), at=NOON)
    assert (caught.value.ours, caught.value.theirs) == (old, new)


def fork(folder, other, count, size):
    """Two logs of the same keys with different entries: `folder` gets the other's head."""
    create(other).close()
    with reopen(other) as log:
        log.append(entries(100, 100 + count), at=NOON)
    with create(folder, store := MemoryHead()) as log:
        log.append(entries(0, size), at=NOON)
    store.head = published(other)
    return store


def test_a_head_of_the_same_size_with_another_root_is_a_fork(tmp_path):
    store = fork(tmp_path / "a", tmp_path / "b", count=3, size=3)
    with pytest.raises(ForkError, match="inconsistent"):
        reopen(tmp_path / "a", store)


def test_a_larger_head_of_other_entries_is_a_fork(tmp_path):
    store = fork(tmp_path / "a", tmp_path / "b", count=5, size=3)
    (tmp_path / "a/tile/0/000.p/5").write_bytes((tmp_path / "b/tile/0/000.p/5").read_bytes())
    before = published(tmp_path / "a")
    with pytest.raises(ForkError, match="inconsistent"):
        reopen(tmp_path / "a", store)
    assert published(tmp_path / "a") == before


def test_a_published_tile_that_was_altered_is_not_written_over(log, tmp_path, store):
    (tmp_path / "tile/0/000.p").mkdir(parents=True)
    (tmp_path / "tile/0/000.p/2").write_bytes(bytes(64))
    with pytest.raises(ConflictError, match=r"log\.altered"):
        log.append(entries(0, 2), at=NOON)
    assert (tmp_path / "tile/0/000.p/2").read_bytes() == bytes(64)


TEARS = {
    "cut off": lambda data: data[: len(data) // 2],
    "never written": lambda data: bytes(len(data)),
    "its header never written": lambda data: bytes(20) + data[20:],
    "its end never written": lambda data: data[:-40] + bytes(40),
    "empty": lambda data: b"",
}


@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_stage_is_dropped_while_its_head_was_not_swapped(log, tmp_path, store, tear):
    log.append(entries(0, 3), at=NOON)
    head = store.head
    log.stage(entries(3, 5), at=NOON)
    log.close()
    stage = tmp_path / "private/staged"
    stage.write_bytes(TEARS[tear](stage.read_bytes()))
    with reopen(tmp_path, store) as again:
        assert published(tmp_path) == store.head == head
        assert not StageFile(Directory(tmp_path)).waits()
        assert again.append(entries(3, 4), at=NOON) == 3
    assert check(Directory(tmp_path), VERIFIERS).ok


@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_stage_under_a_swapped_head_stops_the_log(log, tmp_path, store, tear):
    log.append(entries(0, 3), at=NOON)
    before = published(tmp_path)
    staged = log.stage(entries(3, 5), at=NOON)
    store.swap(staged.old_head, staged.new_head)
    log.close()
    stage = tmp_path / "private/staged"
    torn = TEARS[tear](stage.read_bytes())
    stage.write_bytes(torn)
    for _ in range(2):
        with pytest.raises(MalformedError, match="stage_malformed"):
            reopen(tmp_path, store)
    assert stage.read_bytes() == torn
    assert published(tmp_path) == before


@pytest.mark.parametrize("swapped", [True, False])
def test_a_stage_that_the_version_before_left(log, tmp_path, store, swapped):
    """It lies in another file, so that neither version mistakes the other's."""
    log.append(entries(0, 3), at=NOON)
    staged = log.stage(entries(3, 5), at=NOON)
    if swapped:
        store.swap(staged.old_head, staged.new_head)
    log.close()
    new = tmp_path / "private/staged"
    body = new.read_bytes()[60:]  # header, length, SHA-256
    whole = b"certorigin-stage/v1\n" + body
    old = tmp_path / "private/stage"
    old.write_bytes(whole + sha256(whole).digest())
    new.unlink()
    with reopen(tmp_path, store) as again:
        assert again.head().checkpoint.size == (5 if swapped else 3)
        assert not old.exists()
        assert again.append(entries(5, 6), at=NOON) == (5 if swapped else 3)
    assert check(Directory(tmp_path), VERIFIERS).ok


def test_memory_is_not_believed_when_the_folder_shows_another_head(log, tmp_path, store):
    """What is staged is published from memory only on top of what was published last."""
    fork(tmp_path / "a", tmp_path / "b", count=9, size=3)
    staged = log.stage(entries(0, 3), at=NOON)
    store.swap(staged.old_head, staged.new_head)
    (tmp_path / "checkpoint").write_bytes(published(tmp_path / "b"))
    with pytest.raises(ForkError, match="head_behind"):
        log.publish(staged)
    (tmp_path / "checkpoint").unlink()
    log.publish(staged)
    assert published(tmp_path) == store.head


def test_what_was_staged_is_published_even_if_what_was_laid_aside_is_gone(log, tmp_path, store):
    """Recovery needs the stage alone."""
    staged = log.stage(entries(0, 3), at=NOON)
    store.swap(staged.old_head, staged.new_head)
    log.close()
    for place in (tmp_path / "private/tmp").iterdir():
        place.write_bytes(b"torn")
    with reopen(tmp_path, store) as again:
        assert list(again.reader().entries(0)) == entries(0, 3)
    assert check(Directory(tmp_path), VERIFIERS).ok


def test_full_tiles_replace_their_partial_ones(log, tmp_path):
    log.append(entries(0, 255), at=NOON)
    log.append(entries(255, 257), at=NOON)
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("tile/**/*")}
    assert {"tile/0/000", "tile/entries/000", "tile/0/001.p/1"} <= names
    assert not any("000.p/255" in name for name in names)


def test_a_moved_head_reads_the_tiles_again(log, tmp_path, store):
    """The edge in memory is used only while it is the head's."""
    log.append(entries(0, 300), at=NOON)
    log.stage(entries(0, 5), at=NOON)  # abandoned
    assert log.append(entries(300, 301), at=NOON) == 300
    assert list(log.reader().entries(0)) == entries(0, 301)
