"""Single files on a disk that forgets: the old one or the new one, never neither."""

import contextlib

import pytest

from certorigin.durable import make_folder, replace_file
from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.folder import read_trust_folder, write_trust_folder
from tests.library.recognition.world import small

PASSPHRASE = b"only for this test"


def count_changes(disk, act):
    before = disk.changes()
    act()
    return disk.changes() - before


def with_a_cut(disk, number, act):
    """Let the power fail before the n-th change of an act; say whether it was acknowledged."""
    done = False
    disk.cut(number)
    with contextlib.suppress(OSError):
        act()
        done = True
    disk.cut()
    disk.power()
    return done


def test_a_file_in_new_folders(disk):
    def act(name="count"):
        make_folder(disk.root / name / "inner")
        replace_file(disk.root / name / "inner" / "file", b"one")

    changes = count_changes(disk, act)
    for number in range(1, changes + 2):
        done = with_a_cut(disk, number, lambda name=str(number): act(name))
        place = disk.root / str(number) / "inner" / "file"
        assert done == (number == changes + 1)
        assert not place.exists() or place.read_bytes() == b"one"
        assert place.exists() or not done


def test_a_file_that_changes(disk):
    place = disk.root / "file"
    changes = count_changes(disk, lambda: replace_file(place, b"0"))
    for number in range(1, changes + 2):
        old, new = place.read_bytes(), str(number).encode()
        done = with_a_cut(disk, number, lambda new=new: replace_file(place, new))
        assert place.read_bytes() in ({new} if done else {old, new})


def test_a_key(disk):
    def act(name="count"):
        return FileSealer.create(disk.root / name, PASSPHRASE, lambda size: b"k" * size).key

    changes = count_changes(disk, act)
    for number in range(1, changes + 2):
        place = disk.root / str(number)
        done = with_a_cut(disk, number, lambda name=place.name: act(name))
        assert place.exists() or not done
        if not place.exists():
            assert act(place.name)
        assert FileSealer.open(place, PASSPHRASE).key


def test_trust_lists(disk, tmp_path):
    trust = small(tmp_path / "world").trust
    versions = {state: len(trust.versions(state)) for state in trust.states}

    def act(name="count"):
        write_trust_folder(trust, disk.root / name)

    changes = count_changes(disk, act)
    for number in range(1, changes + 2):
        done = with_a_cut(disk, number, lambda name=str(number): act(name))
        if not done:
            act(str(number))
        found = read_trust_folder(disk.root / str(number))
        assert {state: len(found.versions(state)) for state in found.states} == versions


@pytest.mark.parametrize("luck", range(1, 9))
def test_a_file_that_changes_is_never_torn(disk, luck):
    place, old, new = disk.root / "file", b"o" * 9000, b"n" * 9000
    replace_file(place, old)
    for number in range(1, 6):
        disk.cut(number)
        with contextlib.suppress(OSError):
            replace_file(place, new)
        disk.cut()
        disk.power(luck)
        assert place.read_bytes() in {old, new}
