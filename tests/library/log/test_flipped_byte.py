"""One changed byte, anywhere in a log: fsck names the first entry that it makes doubtful."""

import pytest

from certorigin.log.checkpoint import Checkpoint, read_head
from certorigin.log.cosignature import cosign
from certorigin.log.directory import Directory
from certorigin.log.fsck import Problem, check
from certorigin.log.note import Note, sign_text
from certorigin.log.read import TileReader
from certorigin.log.tiles import Tile
from tests.library.log.sample import (
    HEARTBEAT,
    LOG,
    NOON,
    ORIGIN,
    STRANGER,
    VERIFIERS,
    WITNESS,
    create,
)

LONG = b"{" + bytes(65_535)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """600 entries on two levels of tiles, an object at index 300, partial tiles of two heads."""
    folder = tmp_path_factory.mktemp("whole")
    entries = [b'{"entry":%d}' % number for number in range(600)]
    entries[300] = LONG
    with create(folder) as log:
        log.append(entries[:515], at=NOON)
        log.append(entries[515:], at=NOON)
    return {path: Directory(folder).read(path) for path in Directory(folder).files()}


@pytest.fixture(scope="module")
def cosigned(whole):
    """The whole log with two heads that the partner cosigned, of 300 and of 600 entries."""
    reader = TileReader(read_head(whole["checkpoint"], LOG.verifier).checkpoint, whole.__getitem__)
    notes = {}
    for number, size in enumerate((300, 600)):
        text = Checkpoint(ORIGIN, size, reader.root_at(size)).to_text()
        notes[f"cosigned/{number}"] = signed_by_all(text)
    return {**whole, **notes}


def signed_by_all(text):
    cosignatures = (cosign(text, one, at=NOON) for one in (HEARTBEAT, WITNESS))
    return Note(text, (sign_text(text, LOG), *cosignatures)).to_bytes()


def entry_of_byte(data, position, first):
    """Return the index of the entry in whose bytes, or length, a place of a bundle lies."""
    start, index = 0, first
    while True:
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if position < end:
            return index
        start, index = end, index + 1


def first_wrong(path, data, position):
    """Say which entry is the first that one changed byte makes doubtful: None for all of them."""
    if path in {"checkpoint", "log.json"}:
        return None
    if path.startswith("cosigned/"):
        return {"cosigned/0": 0, "cosigned/1": 300}[path]
    if path.startswith("object/"):
        return 300
    tile = Tile.from_path(path)
    if tile.level is None:
        return entry_of_byte(data, position, tile.first_entry)
    return tile.first_entry + (position // 32 << (8 * tile.level))


def places(data):
    """Some places of a file: the first and the last byte, and others at odd steps."""
    return sorted({0, 1, len(data) - 1, *range(0, len(data), max(1, len(data) // 5))})


def test_one_changed_byte_anywhere_names_the_first_entry_that_is_wrong(cosigned, tmp_path):
    Directory(tmp_path).write_new(cosigned)
    assert check(Directory(tmp_path), [*VERIFIERS, WITNESS.verifier]).ok
    checked = [path for path in cosigned if not path.startswith("private/")]
    kinds = {path.partition("/")[0] for path in checked}
    assert kinds == {"checkpoint", "log.json", "tile", "object", "cosigned"}
    for path in checked:
        data = cosigned[path]
        for position in places(data):
            changed = bytearray(data)
            changed[position] ^= 1
            (tmp_path / path).write_bytes(changed)
            found = check(Directory(tmp_path), [*VERIFIERS, WITNESS.verifier])
            assert not found.ok, (path, position)
            bad = found.first_bad
            wanted = (path, first_wrong(path, data, position))
            assert (bad.path, bad.index) == wanted, (position, bad)
        (tmp_path / path).write_bytes(data)
    assert check(Directory(tmp_path), [*VERIFIERS, WITNESS.verifier]).ok


def test_cosigned_heads_stand_in_order_without_gaps_and_by_a_known_witness(cosigned, tmp_path):
    directory = Directory(tmp_path)
    directory.write_new(cosigned)
    verifiers = [*VERIFIERS, WITNESS.verifier]
    first, second = (cosigned[f"cosigned/{number}"] for number in (0, 1))
    stranger = [*VERIFIERS, STRANGER.verifier.__class__("x", WITNESS.verifier.kind, bytes(32))]
    found = check(directory, stranger).first_bad
    assert found == Problem("log.cosignature_missing", "cosigned/0", 0)
    (tmp_path / "cosigned/1").write_bytes(first)
    found = check(directory, verifiers).first_bad
    assert found == Problem("log.cosigned_out_of_order", "cosigned/1", 300)
    (tmp_path / "cosigned/1").rename(tmp_path / "cosigned/2")
    assert check(directory, verifiers).first_bad == Problem("log.file_missing", "cosigned/1", 300)
    (tmp_path / "cosigned/2").unlink()
    text = Checkpoint(ORIGIN, 300, bytes(32)).to_text()
    (tmp_path / "cosigned/0").write_bytes(signed_by_all(text))
    found = check(directory, verifiers).first_bad
    assert found == Problem("log.cosigned_differs", "cosigned/0", 0)
    assert second != first
