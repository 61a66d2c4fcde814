import pytest

from certorigin.certification.sheets import (
    FIRST_SHEET,
    FURTHER_SHEET,
    LEAST_LINES,
    LINE,
    lines_of,
    sheets_of,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", LEAST_LINES),
        ("x" * LINE * LEAST_LINES, LEAST_LINES),
        ("x" * (LINE * LEAST_LINES + 1), LEAST_LINES + 1),
        ("\n".join("abcdef"), 6),
    ],
)
def test_an_item_takes_the_lines_of_its_description(text, lines):
    assert lines_of(text) == lines


def test_few_goods_stand_on_the_certificate_itself():
    assert sheets_of(["масло"] * 3) == ((0, 1, 2),)
    assert sheets_of([]) == ((),)


def test_what_does_not_fit_moves_whole_to_the_next_sheet():
    first, further = FIRST_SHEET // LEAST_LINES, FURTHER_SHEET // LEAST_LINES
    sheets = sheets_of(["масло"] * (first + further + 1))
    assert [len(sheet) for sheet in sheets] == [first, further, 1]
    assert [index for sheet in sheets for index in sheet] == list(range(first + further + 1))


def test_an_item_longer_than_a_sheet_has_one_for_itself():
    long = "x" * LINE * (FURTHER_SHEET + 5)
    assert sheets_of([long, "масло", long]) == ((0,), (1,), (2,))
