"""Lines of goods from tables: what people paste is understood, every fault has its line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.assessment.goods_list import MOST_LINES, read_goods
from certorigin.errors import LimitError, MalformedError

HEADER = "наименование;код;мест;упаковка;количество;единица;брутто;нетто;стоимость;валюта;страна"
LINE = "Трактор;8701931000;2;поддон;2;шт;8 000,5;7900;40 000,00;USD;Беларусь"


def read(*lines, first=1):
    return read_goods("\n".join(lines).encode(), first=first)


def codes(goods):
    return [(fault.code, fault.place) for fault in goods.faults]


def test_a_line_as_people_write_it():
    (item,) = read(HEADER, LINE, first=3).items
    assert item.to_data() == {
        "sequence": "3",
        "description": "Трактор",
        "tariffCode": "8701931000",
        "packages": {"count": "2", "kind": "PX"},
        "quantity": {"value": "2", "unit": "H87"},
        "grossWeight": {"value": "8000.5", "unit": "KGM"},
        "netWeight": {"value": "7900", "unit": "KGM"},
        "value": {"amount": "40000.00", "currency": "USD"},
        "originCountry": "BY",
    }


def test_cells_pasted_from_a_spreadsheet_and_the_members_own_names():
    goods = read(
        "description\tquantity.value\tquantity.unit", "Butter\t10.5\tkilograms", "", "x\t1\tt"
    )
    assert [item.quantity.value for item in goods.items] == [Decimal("10.5"), Decimal(1)]
    assert [item.quantity.unit for item in goods.items] == ["KGM", "TNE"]
    assert goods.faults == ()


def test_files_of_old_office_programs_are_read():
    goods = read_goods(f"{HEADER}\r\n{LINE}\r\n".encode("cp1251"))
    assert goods.items[0].description == "Трактор"


def test_every_fault_of_every_line_is_told_and_nothing_is_taken():
    goods = read(
        HEADER,
        LINE,
        "Трактор;87;два;поддон;2;шт;8000;7900;1;USD;QQ",
        LINE,
        "Трактор;8701931000;2;поддон;-1;шт;8000;7900;1;usd;BY;лишнее",
    )
    assert codes(goods) == [
        ("tariff.malformed", "line 3, tariffCode"),
        ("record.text_misshaped", "line 3, packages.count"),
        ("country.unknown", "line 3, originCountry"),
        ("worksheet.cell_without_column", "line 5, column 12"),
        ("number.malformed", "line 5, quantity.value"),
        ("record.text_misshaped", "line 5, value.currency"),
    ]
    assert len(goods.items) == 2


def test_columns_that_are_none_or_stand_twice():
    goods = read("код;цвет;код", "8701;красный;8702")
    assert codes(goods) == [
        ("worksheet.column_unknown", "line 1, column 2"),
        ("worksheet.column_twice", "line 1, column 3"),
    ]


def test_a_table_without_goods_says_so():
    assert codes(read(HEADER)) == [("goods_list.without_rows", "line 1")]


def test_what_is_no_table_is_refused():
    with pytest.raises(MalformedError):
        read_goods(b"")
    with pytest.raises(MalformedError):
        read_goods(b"PK\x03\x04")
    with pytest.raises(LimitError):
        read_goods(b"\n" * 4_000_001)
    with pytest.raises(LimitError):
        read("код", *(["8701"] * (MOST_LINES + 1)))
    with pytest.raises(LimitError):
        read("код", *(["8701"] * 2), first=MOST_LINES)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_bytes_from_outside_break_nothing(raw):
    try:
        goods = read_goods(raw)
    except MalformedError:
        return
    assert goods.items or goods.faults
