from hypothesis import given
from hypothesis import strategies as st

from certorigin.log.edge import Edge
from certorigin.log.merkle import EMPTY_ROOT, leaf_hash, root_of
from certorigin.log.tiles import Tile, bundle_from_bytes, levels_at, tiles_at

batches = st.lists(st.integers(1, 300), max_size=8)


def entries(start, count):
    return [b"entry %d" % number for number in range(start, start + count)]


def test_empty():
    assert Edge().root == EMPTY_ROOT
    assert Edge().grow([]) == (Edge(), {})


@given(batches)
def test_random_batches_lead_to_the_root_from_scratch(counts):
    edge, files = Edge(), {}
    for count in counts:
        edge, new = edge.grow(entries(edge.size, count))
        assert not files.keys() & new.keys()  # every path is written once
        files |= new
    every = entries(0, edge.size)
    leaves = [leaf_hash(entry) for entry in every]
    assert edge.root == root_of(leaves)
    for tile in tiles_at(edge.size, None):
        assert bundle_from_bytes(files[tile.path], tile.width) == every[tile.first_entry :][:256]
    for tile in tiles_at(edge.size, 0):
        assert files[tile.path] == b"".join(leaves[tile.first_entry :][: tile.width])
    for level in range(levels_at(edge.size)):
        assert all(tile.path in files for tile in tiles_at(edge.size, level))


def test_level_two_begins_with_entry_65536():
    edge, files = Edge().grow([b"%d" % number for number in range(65_537)])
    assert edge.root == root_of([leaf_hash(b"%d" % number) for number in range(65_537)])
    assert len(edge.levels) == levels_at(65_537) == 3
    assert {Tile(1, 0).path, Tile(2, 0, 1).path, Tile(0, 256, 1).path} <= files.keys()
