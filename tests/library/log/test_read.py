import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, MalformedError, ProofError, UnknownError
from certorigin.log import read as module
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.edge import Edge
from certorigin.log.merkle import (
    EMPTY_ROOT,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from certorigin.log.read import TileReader
from certorigin.log.tiles import Tile, bundle_from_bytes
from tests.data import shared, vectors

SIZES = [1, 3, 256, 600]
ENTRIES = [b"entry %d" % number for number in range(600)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def grown():
    edge, files = Edge(), {}
    for size in SIZES:
        edge, new = edge.grow(ENTRIES[edge.size : size])
        files |= new
    return files


FILES = grown()


def reader(size=600, files=FILES):
    def fetch(path):
        if path not in files:
            raise UnknownError("log.file_missing", path=path)
        return files[path]

    return TileReader(Checkpoint("log", size, root_of(LEAVES[:size])), fetch)


@pytest.mark.parametrize("size", SIZES)
def test_every_entry_proof_and_earlier_root(size):
    log = reader(size)
    assert list(log.entries(0)) == ENTRIES[:size]
    for index in range(0, size, 7):
        proof = log.inclusion_proof(index)
        verify_inclusion(LEAVES[index], index, size, proof, log.head.root)
        old_root = root_of(LEAVES[: index + 1])
        assert log.root_at(index + 1) == old_root
        proof = log.consistency_proof(index + 1)
        verify_consistency(index + 1, old_root, size, log.head.root, proof)


@given(st.integers(0, 600), st.integers(0, 600))
def test_any_range_of_entries(start, end):
    if start <= end:
        assert list(reader().entries(start, end)) == ENTRIES[start:end]
    else:
        with pytest.raises(ProofError, match="index_outside"):
            reader().entries(start, end)


def test_one_entry():
    assert reader().entry(599) == ENTRIES[599]
    with pytest.raises(ProofError, match="index_outside"):
        reader().entry(600)
    with pytest.raises(ProofError, match="index_outside"):
        reader().entry(-1)


def test_empty_log():
    log = TileReader(Checkpoint("log", 0, EMPTY_ROOT), {}.__getitem__)
    assert list(log.entries(0)) == []
    assert log.root_at(0) == EMPTY_ROOT
    assert log.edge() == Edge()
    with pytest.raises(ProofError, match="index_outside"):
        log.inclusion_proof(0)
    with pytest.raises(ProofError, match="tile_outside"):
        log.tile(0, 0)


@pytest.mark.parametrize(("level", "index"), [(0, 3), (1, 1), (2, 0), (0, -1)])
def test_tile_outside(level, index):
    with pytest.raises(ProofError, match="tile_outside"):
        reader().tile(level, index)


@pytest.mark.parametrize("size", [-1, 601])
def test_root_outside(size):
    with pytest.raises(ProofError, match="sizes_wrong"):
        reader().root_at(size)


def test_partial_tiles_that_were_dropped_live_on_in_the_full_ones():
    files = {path: data for path, data in FILES.items() if ".p/3" not in path}
    log = reader(3, files)
    assert list(log.entries(0)) == ENTRIES[:3]
    assert len(log.tile(0, 0)) == 96


@given(st.sampled_from(sorted(FILES)), st.data())
def test_any_flipped_bit_is_seen(path, data):
    """Whatever a liar changes: an entry is authentic, or it is refused."""
    bit = data.draw(st.integers(0, len(FILES[path]) * 8 - 1))
    changed = bytearray(FILES[path])
    changed[bit // 8] ^= 1 << bit % 8
    log = reader(600, FILES | {path: bytes(changed)})
    used = not any(f".p/{width}" in path for width in (1, 3)) or path.startswith("tile/1/000.p/2")
    try:
        assert list(log.entries(0)) == ENTRIES
        assert not used
    except (ProofError, MalformedError):
        assert used


def test_tile_of_another_length():
    for path in ("tile/0/001", "tile/0/002.p/88"):
        with pytest.raises(ProofError, match="tile_altered"):
            reader(600, FILES | {path: FILES[path] + bytes(32)}).entry(511 if "1" in path else 599)


def test_full_tile_that_does_not_lead_to_its_parent():
    with pytest.raises(ProofError, match="tile_altered"):
        reader(600, FILES | {"tile/0/001": bytes(8192)}).tile(0, 1)


def test_edge_that_does_not_lead_to_the_root():
    with pytest.raises(ProofError, match="root_differs"):
        reader(600, FILES | {"tile/0/002.p/88": bytes(88 * 32)}).tile(0, 2)


def test_entry_that_is_not_its_leaf():
    changed = FILES["tile/entries/001"].replace(b"entry 300", b"entry 3OO")
    with pytest.raises(ProofError, match="entry_altered") as caught:
        list(reader(600, FILES | {"tile/entries/001": changed}).entries(0))
    assert caught.value.facts["index"] == "300"


@pytest.mark.parametrize("path", ["tile/0/001", "tile/entries/001", "tile/1/000.p/2"])
def test_what_is_not_there_is_unknown_and_not_wrong(path):
    files = {name: data for name, data in FILES.items() if name != path}
    with pytest.raises(UnknownError, match="file_missing"):
        list(reader(600, files).entries(0))


def test_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "CACHED_TILES", 1)
    log = reader()
    for index in (0, 0, 1, 0):
        assert log.bundle(index) == ENTRIES[index * 256 :][:256]
    assert len(log._tiles) == 1


@pytest.mark.parametrize("size", SIZES)
def test_edge_is_ready_to_grow(size):
    edge, _ = reader(size).edge().grow(ENTRIES[size:600])
    assert edge.root == root_of(LEAVES)


@pytest.mark.parametrize("size", [0, 1, 256, 599, 600])
def test_head_extends_an_older_one(size):
    reader().verify_extends(Checkpoint("log", size, root_of(LEAVES[:size])))


@pytest.mark.parametrize(
    ("old", "code"),
    [
        (Checkpoint("other", 3, root_of(LEAVES[:3])), "origin_wrong"),
        (Checkpoint("log", 3, root_of(LEAVES[:4])), "inconsistent"),
        (Checkpoint("log", 601, root_of(LEAVES)), "sizes_wrong"),
    ],
)
def test_head_does_not_extend(old, code):
    with pytest.raises(ProofError, match=code):
        reader().verify_extends(old)


def test_the_log_of_tessera_at_every_size():
    folder = shared("tlog/tessera-log")

    def fetch(path):
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            raise UnknownError("log.file_missing", path=path) from None

    for size in range(16):
        text, _, _ = (folder / f"checkpoint.{size}").read_bytes().partition(b"\n\n")
        head = Checkpoint.from_text(text + b"\n")
        log = TileReader(head, fetch)
        tile = fetch(Tile(0, 0, size).path) if size else b""
        bundle = fetch(Tile(None, 0, size).path) if size else b""
        entries = bundle_from_bytes(bundle, size)
        assert root_of([tile[i : i + 32] for i in range(0, len(tile), 32)]) == head.root
        assert root_of([leaf_hash(entry) for entry in entries]) == head.root
        assert list(log.entries(0)) == entries
        assert Edge().grow(entries)[0].root == head.root
    vectors.count("tlog.tessera.root_of_tile", 16)
    vectors.count("tlog.tessera.root_of_entries", 16)


def test_a_reader_never_raises_anything_but_our_errors():
    for garbage in (b"", b"\xff", bytes(8192), bytes(100_000)):
        with pytest.raises(CertoriginError):
            list(TileReader(Checkpoint("log", 600, LEAVES[0]), lambda _, g=garbage: g).entries(0))
