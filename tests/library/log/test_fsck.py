"""Every kind of damage that a folder can take is found, and the first entry it touches is named."""

import pytest

from certorigin.errors import UnknownError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.cosignature import cosign
from certorigin.log.directory import Directory
from certorigin.log.fsck import MAX_PROBLEMS, Problem, check
from certorigin.log.head import FileHead
from certorigin.log.note import Note, sign_text
from certorigin.log.tiles import bundle_from_bytes, bundle_to_bytes
from tests.library.log.sample import (
    HEARTBEAT,
    LOG,
    NOON,
    ORIGIN,
    STRANGER,
    VERIFIERS,
    MemoryHead,
    create,
    reopen,
)

LONG = b"{" + bytes(65_535)


def entries(start, end):
    return [b'{"entry":%d}' % number for number in range(start, end)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """600 entries: two full tiles, partial ones of 88, 3 and 1, one object at index 300."""
    folder = tmp_path_factory.mktemp("whole")
    with create(folder) as log:
        log.append(entries(0, 300), at=NOON)
        log.append([LONG, *entries(301, 513)], at=NOON)
        log.append(entries(513, 515), at=NOON)
        log.append(entries(515, 600), at=NOON)
    return {path: Directory(folder).read(path) for path in Directory(folder).files()}


@pytest.fixture
def folder(whole, tmp_path):
    Directory(tmp_path).write_new(whole)
    return tmp_path


def report(folder):
    return check(Directory(folder), VERIFIERS)


def object_path(folder):
    return next(path for path in Directory(folder).files() if path.startswith("object/"))


def change(folder, path, old, new):
    data = (folder / path).read_bytes()
    assert old in data
    (folder / path).write_bytes(data.replace(old, new))


def flip_hash(folder, path, place):
    data = bytearray((folder / path).read_bytes())
    data[place * 32 + 5] ^= 4
    (folder / path).write_bytes(data)


def test_a_whole_log(folder):
    assert report(folder) == report(folder)
    assert (report(folder).ok, report(folder).size, report(folder).notes) == (True, 600, ())
    assert report(folder).first_bad is None


def test_an_empty_log(tmp_path):
    create(tmp_path).close()
    assert (report(tmp_path).ok, report(tmp_path).size) == (True, 0)


DAMAGES = {
    "entry_in_a_full_bundle": (
        lambda f: change(f, "tile/entries/001", b'{"entry":400}', b'{"entry":4O0}'),
        Problem("log.entry_altered", "tile/entries/001", 400),
    ),
    "entry_in_the_last_bundle": (
        lambda f: change(f, "tile/entries/002.p/88", b'{"entry":599}', b'{"entry":5O9}'),
        Problem("log.entry_altered", "tile/entries/002.p/88", 599),
    ),
    "bundle_truncated": (
        lambda f: change(f, "tile/entries/000", b'\x00\x0d{"entry":255}', b""),
        Problem("log.bundle_malformed", "tile/entries/000", 255),
    ),
    "bundle_with_something_behind": (
        lambda f: change(f, "tile/entries/000", b'{"entry":255}', b'{"entry":255}\x00\x01x'),
        Problem("log.bundle_malformed", "tile/entries/000", 255),
    ),
    "bundle_missing": (
        lambda f: (f / "tile/entries/001").unlink(),
        Problem("log.file_missing", "tile/entries/001", 256),
    ),
    "last_bundle_missing": (
        lambda f: (f / "tile/entries/002.p/88").unlink(),
        Problem("log.file_missing", "tile/entries/002.p/88", 512),
    ),
    "full_tile_altered": (
        lambda f: flip_hash(f, "tile/0/001", 7),
        Problem("log.tile_altered", "tile/0/001", 263),
    ),
    "last_tile_altered": (
        lambda f: flip_hash(f, "tile/0/002.p/88", 7),
        Problem("log.tile_altered", "tile/0/002.p/88", 519),
    ),
    "upper_tile_altered": (
        lambda f: flip_hash(f, "tile/1/000.p/2", 1),
        Problem("log.tile_altered", "tile/1/000.p/2", 256),
    ),
    "tile_truncated": (
        lambda f: (f / "tile/0/001").write_bytes(bytes(31)),
        Problem("log.tile_altered", "tile/0/001", 256),
    ),
    "tile_missing": (
        lambda f: (f / "tile/0/000").unlink(),
        Problem("log.file_missing", "tile/0/000", 0),
    ),
    "last_tile_missing": (
        lambda f: (f / "tile/0/002.p/88").unlink(),
        Problem("log.file_missing", "tile/0/002.p/88", 512),
    ),
    "upper_tile_missing": (
        lambda f: (f / "tile/1/000.p/2").unlink(),
        Problem("log.file_missing", "tile/1/000.p/2", 0),
    ),
    "old_partial_tile_altered": (
        lambda f: flip_hash(f, "tile/0/002.p/3", 1),
        Problem("log.tile_altered", "tile/0/002.p/3", 513),
    ),
    "old_partial_bundle_altered": (
        lambda f: change(f, "tile/entries/002.p/3", b"513", b"5l3"),
        Problem("log.tile_altered", "tile/entries/002.p/3", 513),
    ),
    "old_partial_bundle_of_another_width": (
        lambda f: (f / "tile/entries/002.p/3").rename(f / "tile/entries/002.p/2"),
        Problem("log.tile_altered", "tile/entries/002.p/2", 513),
    ),
    "old_partial_tile_unreadable": (
        lambda f: (
            (f / "tile/0/002.p/3").unlink(),
            (f / "tile/0/002.p/3").symlink_to(f / "tile/0/001"),
        ),
        Problem("log.file_missing", "tile/0/002.p/3", 512),
    ),
    "object_altered": (
        lambda f: (f / object_path(f)).write_bytes(LONG[:-1] + b"x"),
        Problem("log.object_altered", "object/", 300),
    ),
    "object_missing": (
        lambda f: (f / object_path(f)).unlink(),
        Problem("log.file_missing", "object/", 300),
    ),
    "stray_file": (
        lambda f: (f / "tile/0/notes.txt").write_text("hello"),
        Problem("log.stray_file", "tile/0/notes.txt"),
    ),
    "stray_link": (
        lambda f: (f / "Link").symlink_to(f / "checkpoint"),
        Problem("log.stray_file", "Link"),
    ),
    "tile_beyond_the_head": (
        lambda f: (f / "tile/0/003").write_bytes(bytes(8192)),
        Problem("log.stray_file", "tile/0/003"),
    ),
    "partial_tile_beyond_the_head": (
        lambda f: (f / "tile/0/002.p/89").write_bytes(bytes(89 * 32)),
        Problem("log.stray_file", "tile/0/002.p/89"),
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage(folder, name):
    damage, expected = DAMAGES[name]
    damage(folder)
    found = report(folder)
    assert not found.ok
    bad = found.first_bad
    assert (bad.code, bad.index) == (expected.code, expected.index)
    assert bad.path.startswith(expected.path)
    assert found.size == 600
    assert [problem.path for problem in found.problems] == [bad.path]


def test_a_lost_full_tile_with_its_bundle_is_stood_in_for_by_its_parent(folder):
    (folder / "tile/0/000").unlink()
    (folder / "tile/entries/000").unlink()
    found = [(bad.code, bad.path) for bad in report(folder).problems]
    assert found == [("log.file_missing", "tile/entries/000"), ("log.file_missing", "tile/0/000")]


@pytest.mark.parametrize("paths", [("tile/0/002.p/88", "tile/entries/002.p/88")])
def test_the_last_entries_are_lost(folder, paths):
    for path in paths:
        (folder / path).unlink()
    codes = [bad.code for bad in report(folder).problems]
    assert codes[:2] == ["log.file_missing"] * 2
    assert "log.root_differs" in codes


def test_two_lost_tiles_and_no_parent(folder):
    for path in ("tile/0/000", "tile/entries/000", "tile/1/000.p/2"):
        (folder / path).unlink()
    assert report(folder).first_bad.index == 0
    assert report(folder).problems[-1] == Problem("log.root_differs", "checkpoint")


def test_an_entry_replaced_together_with_its_tiles(folder):
    """Whoever can write to every file but has no key: the checkpoint still tells."""
    with create(folder / "forged", MemoryHead()) as log:
        forged = entries(0, 600)
        forged[17] = b"forged"
        forged[300] = LONG
        log.append(forged, at=NOON)
    for path in Directory(folder / "forged").files():
        if path.startswith("tile/"):
            (folder / path).write_bytes((folder / "forged" / path).read_bytes())
            (folder / "forged" / path).unlink()
    for path in ("checkpoint", "log.json", "private/lock"):
        (folder / "forged" / path).unlink()
    problems = report(folder).problems
    assert Problem("log.root_differs", "checkpoint") in problems


def test_a_reference_that_cannot_be_read(tmp_path):
    with create(tmp_path, store := MemoryHead()) as log:
        grown, files = log.reader().edge().grow([b"certorigin-object/v1\nodd"])
        head = log._sign(Checkpoint(ORIGIN, 1, grown.root), NOON).data
        store.swap(store.head, head)
        Directory(tmp_path).write_new(files)
        log.recover()
    bad = report(tmp_path).first_bad
    assert bad == Problem("log.reference_malformed", "tile/entries/000.p/1", 0)


def test_leftovers_of_a_crash_are_notes(folder):
    with reopen(folder) as log:
        log.stage([LONG + b"2"], at=NOON)
    found = report(folder)
    assert found.ok
    assert sorted(note.code for note in found.notes) == ["log.object_unused", "log.stage_waiting"]


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("log.json", None, "log.file_missing"),
        ("log.json", b"{}", "log.identity_malformed"),
        ("checkpoint", None, "log.file_missing"),
        ("checkpoint", b"x", "log.note_malformed"),
    ],
)
def test_without_identity_or_checkpoint_there_is_nothing_to_check_against(folder, path, data, code):
    (folder / path).unlink()
    if data is not None:
        (folder / path).write_bytes(data)
    found = report(folder)
    assert (found.size, found.problems) == (None, (Problem(code, path),))


def test_a_checkpoint_of_another_key(folder):
    text = Checkpoint(ORIGIN, 600, bytes(32)).to_text()
    (folder / "checkpoint").write_bytes(Note(text, (sign_text(text, STRANGER),)).to_bytes())
    assert report(folder).first_bad == Problem("log.signature_missing", "checkpoint")


def test_another_publisher(folder):
    found = check(Directory(folder), [STRANGER.verifier])
    assert found.first_bad == Problem("log.keys_differ", "log.json")


def test_a_checkpoint_of_another_tree(folder):
    text = Checkpoint(ORIGIN, 600, bytes(32)).to_text()
    (folder / "checkpoint").write_bytes(Note(text, (sign_text(text, LOG),)).to_bytes())
    assert report(folder).first_bad == Problem("log.heartbeat_missing", "checkpoint")
    signatures = (sign_text(text, LOG), cosign(text, HEARTBEAT, at=NOON))
    (folder / "checkpoint").write_bytes(Note(text, signatures).to_bytes())
    assert report(folder).problems == (Problem("log.root_differs", "checkpoint"),)


def test_a_bundle_and_its_old_partial_are_both_bad(folder):
    (folder / "tile/entries/002.p/88").write_bytes(b"\0")
    found = report(folder)
    assert found.first_bad == Problem("log.bundle_malformed", "tile/entries/002.p/88", 512)


def test_an_altered_entry_is_not_blamed_on_its_old_copies(folder):
    change(folder, "tile/entries/002.p/88", b"513", b"5l3")
    wanted = Problem("log.entry_altered", "tile/entries/002.p/88", 513)
    assert report(folder).problems == (wanted,)


def test_a_report_is_bounded(folder):
    for number in range(MAX_PROBLEMS + 5):
        (folder / f"stray{number}").touch()
    assert len(report(folder).problems) == MAX_PROBLEMS


def test_the_head_beside_the_log_is_private(folder):
    assert FileHead(folder / "private/head").get() == (folder / "checkpoint").read_bytes()
    with pytest.raises(UnknownError):
        Directory(folder).read("head")


def test_a_log_of_three_levels(tmp_path):
    with create(tmp_path) as log:
        log.append([b"%d" % number for number in range(65_537)], at=NOON)
    assert (report(tmp_path).ok, report(tmp_path).size) == (True, 65_537)
    flip_hash(tmp_path, "tile/2/000.p/1", 0)
    flip_hash(tmp_path, "tile/1/000", 255)
    assert report(tmp_path).problems == (
        Problem("log.tile_altered", "tile/2/000.p/1", 0),
        Problem("log.tile_altered", "tile/1/000", 65_280),
    )


def test_every_altered_entry_of_a_bundle_is_named(folder):
    path = folder / "tile/entries/001"
    changed = bundle_from_bytes(path.read_bytes())
    changed[3] = changed[9] = b"x"
    path.write_bytes(bundle_to_bytes(changed))
    assert [bad.index for bad in report(folder).problems] == [259, 265]
