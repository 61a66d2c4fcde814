import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError
from certorigin.log.tiles import (
    Tile,
    bundle_from_bytes,
    bundle_to_bytes,
    levels_at,
    tiles_at,
    width_at,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(3, 1234067), "tile/3/x001/x234/067"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(None, 12, 1), "tile/entries/012.p/1"),
    ],
)
def test_path(tile, path):
    assert tile.path == path
    assert Tile.from_path(path) == tile


tiles = st.builds(
    Tile, st.none() | st.integers(0, 63), st.integers(0, 2**55 - 1), st.integers(1, 256)
)


@given(tiles)
def test_path_round_trip(tile):
    assert Tile.from_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/data/000",
        "/tile/0/000",
        "tile/0/" + "x001/" * 40 + "000",
    ],
)
def test_path_malformed(path):
    with pytest.raises(MalformedError, match="path_malformed"):
        Tile.from_path(path)


def test_tiles_of_the_example_in_the_specification():
    """A tree of 70,000: 273 full tiles and one of 112; one full and one of 17; one of width 1."""
    size = 70_000
    assert levels_at(size) == 3
    assert [len(tiles_at(size, level)) for level in range(3)] == [274, 2, 1]
    assert [tiles_at(size, level)[-1].width for level in range(3)] == [112, 17, 1]
    assert tiles_at(size, None)[-1] == Tile(None, 273, 112)
    assert [width_at(size, 0, index) for index in (272, 273, 274)] == [256, 112, 0]


@pytest.mark.parametrize(("size", "levels"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_536, 3)])
def test_levels(size, levels):
    assert levels_at(size) == levels
    assert not any(tiles_at(size, level) for level in range(levels, 4))


def test_first_entry():
    assert Tile(None, 2).first_entry == Tile(0, 2).first_entry == 512
    assert Tile(1, 2).first_entry == 2 * 65_536


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundle_round_trip(entries):
    data = bundle_to_bytes(entries)
    assert bundle_from_bytes(data) == entries
    assert bundle_from_bytes(data, len(entries)) == entries


@given(st.binary(max_size=200))
def test_bundle_round_trip_the_other_way(data):
    try:
        entries = bundle_from_bytes(data)
    except MalformedError:
        return
    assert bundle_to_bytes(entries) == data


@pytest.mark.parametrize("data", [b"\0", b"\0\1", b"\0\3ab", b"\0\0\0", b"\0\0" * 257])
def test_bundle_malformed(data):
    with pytest.raises(MalformedError, match="bundle_malformed"):
        bundle_from_bytes(data)


def test_bundle_of_another_width():
    with pytest.raises(MalformedError, match="bundle_malformed"):
        bundle_from_bytes(bundle_to_bytes([b"a", b"b"]), 3)


def test_bundle_entry_too_long():
    assert len(bundle_to_bytes([bytes(65_535)])) == 65_537
    with pytest.raises(LimitError, match="entry_too_long"):
        bundle_to_bytes([bytes(65_536)])
