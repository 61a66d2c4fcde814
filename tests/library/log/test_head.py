from concurrent.futures import ThreadPoolExecutor

import pytest

from certorigin.errors import ConflictError
from certorigin.log.head import FileHead


def test_compare_and_swap(tmp_path):
    head = FileHead(tmp_path / "new/head")
    assert head.get() is None
    with pytest.raises(ConflictError, match="head_moved"):
        head.swap(b"0", b"1")
    head.swap(None, b"1")
    head.swap(b"1", b"2")
    for old in (None, b"1"):
        with pytest.raises(ConflictError, match="head_moved"):
            head.swap(old, b"3")
    assert FileHead(tmp_path / "new/head").get() == b"2"


def test_of_many_swaps_from_the_same_head_one_wins(tmp_path):
    head = FileHead(tmp_path / "head")
    head.swap(None, b"old")

    def swap(number):
        try:
            FileHead(tmp_path / "head").swap(b"old", b"%d" % number)
        except ConflictError:
            return None
        return b"%d" % number

    with ThreadPoolExecutor(8) as pool:
        won = [head for head in pool.map(swap, range(20)) if head is not None]
    assert won == [head.get()]
