"""A CSV file that we write is read by people in a spreadsheet, and by our own readers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.vocabulary.table import guarded, table_of, unguarded
from tests.structure.source import LIBRARY, name_of, python_files

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("rest", ["", "1+1", "cmd|' /C calc'!A0", "5"])
def test_no_cell_begins_like_a_formula(start, rest):
    (row,) = csv.reader(io.StringIO(table_of([[start + rest]]), newline=""))
    is_number = (start, rest) == ("-", "5")
    assert row[0].startswith("'") is not is_number


@pytest.mark.parametrize("cell", ["-5", "-0.25", "-1,5", "7", "0.10", "", "a=b", "'tis"])
def test_numbers_and_plain_texts_stay(cell):
    assert guarded(cell) == cell == unguarded(cell)


@given(st.text(alphabet=STARTS + "' ;,\"aЯ5.", max_size=6))
def test_what_was_guarded_is_read_back(cell):
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(tuple(STARTS)) or cell[1:2].isdigit()


def test_csv_is_written_in_one_place():
    writers = [
        name_of(path)
        for path in (*python_files(LIBRARY), *python_files(LIBRARY.parent / "certorigin_server"))
        if "csv.writer" in path.read_text("utf-8") or "DictWriter" in path.read_text("utf-8")
    ]
    assert writers == ["src/certorigin/vocabulary/table.py"]
