import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.assessment.spreadsheet import csv_cells, xlsx_cells
from certorigin.certification.journal import (
    COLUMNS,
    Entry,
    Gap,
    Series,
    find_gaps,
    journal_to_csv,
    make_journal,
    verify_journal,
)
from certorigin.certification.workbook import workbook_of

SERIES = Series("minsk", "ST-1", 2026)
OTHER = Series("brest", "ST-1", 2026)


def entry(serial, series=SERIES, **facts):
    number = f"BYAZ6101{serial:06}"
    return Entry(series, serial, number, "2026-05-16", facts.pop("status", "published"), **facts)


def test_lines_stand_by_series_and_serial_and_are_counted():
    journal = make_journal([entry(2), entry(1, status="void"), entry(1, OTHER)])
    places = [(line.entry.series.body, line.entry.serial) for line in journal.lines]
    assert places == [("brest", 1), ("minsk", 1), ("minsk", 2)]
    assert [line.sequence for line in journal.lines] == [1, 2, 3]
    assert (journal.head.count, journal.head.void) == (3, 1)
    assert journal.head.hash == journal.lines[-1].hash


def test_an_empty_journal_has_a_head_too():
    head = make_journal([]).head
    assert (head.count, head.gaps) == (0, ())
    assert len(head.hash) == 64


@pytest.mark.parametrize(
    ("serials", "last", "gaps"),
    [
        ([], 0, []),
        ([], 2, [(1, 2)]),
        ([2, 1], 2, []),
        ([5, 2], 7, [(1, 1), (3, 4), (6, 7)]),
        ([1, 2, 3], 2, []),
        ([2, 2], 2, [(1, 1)]),
    ],
)
def test_serials_that_nothing_explains_are_gaps(serials, last, gaps):
    found = find_gaps(serials, series=SERIES, last=last)
    assert found == tuple(Gap(SERIES, first, end) for first, end in gaps)
    assert make_journal([], gaps=found).head.gaps == found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [*lines[:1], *lines[2:]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], replace(lines[1], entry=entry(2, blank="0000001")), lines[2]],
        lambda lines: [lines[0], replace(lines[1], hash="0" * 64), lines[2]],
    ],
)
def test_a_line_taken_out_moved_or_altered_shows(spoil):
    lines = list(make_journal([entry(1), entry(2), entry(3)]).lines)
    assert verify_journal(lines) == 3
    assert verify_journal(spoil(lines)) < 3


@given(st.lists(st.tuples(st.integers(1, 30), st.text("аб=+x", max_size=4)), max_size=12))
def test_the_chain_does_not_depend_on_the_order_of_reading(pairs):
    entries = [entry(serial, goods=goods) for serial, goods in dict(pairs).items()]
    journal = make_journal(entries)
    assert make_journal(reversed(entries)) == journal
    assert verify_journal(journal.lines) == len(entries)


def test_a_file_holds_heading_titles_and_lines_and_no_formula():
    journal = make_journal([entry(1, exporter="=2+2", goods='ящик; "особый"')])
    raw = journal_to_csv(journal, titles=COLUMNS, heading=["-1 line"])
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["'-1 line"]
    assert rows[1] == list(COLUMNS)
    assert rows[2][4:6] == ["'=2+2", 'ящик; "особый"']
    assert rows[2][-1] == journal.head.hash
    assert csv_cells(raw.decode("utf-8-sig"))


def test_a_workbook_is_read_back_and_is_the_same_each_time():
    rows = [["№", "Товар"], ["1", "=2+2 & <масло>\x01"], ["2", " два  "]]
    raw = workbook_of(rows, title="Журнал [1/2]")
    assert raw == workbook_of(rows, title="Журнал [1/2]")
    sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    cells = [row for _, row in xlsx_cells(raw).rows]
    assert cells == [["№", "Товар"], ["1", "=2+2 & <масло> "], ["2", " два  "]]


def test_the_check_sum_is_that_of_the_page():
    """The recipe of docs/spec/journal.md, step by step."""
    line = make_journal([entry(1, goods="Масло", remark="x")]).lines[0]
    cells = line.cells()
    facts = ["minsk", "2026", "1", *cells[1:-1]]
    document = {
        "before": hashlib.sha256(b"certorigin-journal/v1").hexdigest(),
        "sequence": "1",
        "facts": facts,
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert line.hash == hashlib.sha256(text.encode()).hexdigest()
    assert len(cells) == len(COLUMNS)
