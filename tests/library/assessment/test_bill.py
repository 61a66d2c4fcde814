"""Bills of materials: every fault with its line, nothing guessed, nothing lost."""

import io
import zipfile

import pytest

from certorigin.assessment import bill as bill_module
from certorigin.assessment.bill import read_bill
from certorigin.errors import LimitError, MalformedError

BILL = """наименование;код;страна;стоимость;валюта;основа
Сталь листовая;7208;RU;1200,50;USD;customs_value
;;;;;
Компрессор;841430;CN;40,00;USD;first_sale_price
"""


def sheet(*rows: tuple[object, ...]) -> bytes:
    """A workbook as office programs write it: numbers as numbers, texts as texts."""

    def cell(value: object, at: int, line: int) -> str:
        place = f"{chr(65 + at)}{line}"
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    lines = "".join(
        f'<row r="{line}">{"".join(cell(one, at, line) for at, one in enumerate(row))}</row>'
        for line, row in enumerate(rows, start=1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
            '<sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
            'Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
        )
    return held.getvalue()


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_bill_as_russian_office_programs_write_it(coding):
    bill = read_bill(BILL.encode(coding), items=1)
    assert bill.faults == ()
    assert [(row.line, row.item) for row in bill.rows] == [(2, 0), (4, 0)]
    assert bill.rows[0].material == {
        "description": "Сталь листовая",
        "tariffCode": "7208",
        "originCountry": "RU",
        "value": {"amount": "1200.50", "currency": "USD"},
        "valueBasis": "customs_value",
    }


def test_figures_of_a_workbook_stay_exact():
    raw = sheet(
        ("description", "tariffCode", "amount", "currency"), ("steel", "7208", 1200.1, "USD")
    )
    (row,) = read_bill(raw, items=1).rows
    assert row.material["value"] == {"amount": "1200.1", "currency": "USD"}


def test_every_fault_has_its_line_and_column():
    raw = (
        b"description,tariffCode,originCountry,amount,currency,colour\n"
        b"steel,72O8,RU,12,USD,red\n"
        b"copper,7403,Russia,12,USD,\n"
        b",7404,RU,x,USD,\n"
    )
    bill = read_bill(raw, items=1)
    assert [(one.place, one.code) for one in bill.faults] == [
        ("line 1, column 6", "worksheet.column_unknown"),
        ("line 2, tariffCode", "tariff.malformed"),
        ("line 3, originCountry", "country.unknown"),
        ("line 4, description", "record.member_missing"),
        ("line 4, value.amount", "number.malformed"),
    ]


def test_rows_belong_to_the_item_that_they_name():
    raw = "товар;description;код\n2;steel;7208\n1;copper;7403\n2;zinc;7901\n".encode()
    bill = read_bill(raw, items=2)
    assert bill.faults == ()
    assert [one["description"] for one in bill.for_item(2)] == ["steel", "zinc"]
    assert [one["description"] for one in bill.for_item(1)] == ["copper"]


def test_rows_without_a_number_belong_to_the_first_item():
    bill = read_bill(BILL.encode(), items=3)
    assert len(bill.for_item(1)) == 2
    assert bill.for_item(2) == ()


def test_a_row_for_no_item_is_told():
    raw = b"item,description\n3,steel\n,copper\n,\nx,zinc\n"
    faults = read_bill(raw, items=2).faults
    assert [(one.place, one.code) for one in faults] == [
        ("line 2, item", "bill.item_unknown"),
        ("line 3, item", "bill.item_unknown"),
        ("line 5, item", "bill.item_unknown"),
    ]


def test_a_table_without_rows_is_told():
    (fault,) = read_bill(b"description,tariffCode\n", items=1).faults
    assert fault.code == "bill.without_rows"


def test_what_is_no_table_is_refused():
    for raw in (b"PK\x03\x04 no workbook", b"\x98\x00\x81"):
        with pytest.raises(MalformedError):
            read_bill(raw, items=1)


def test_limits(monkeypatch):
    monkeypatch.setattr(bill_module, "MOST_BILL_ROWS", 1)
    with pytest.raises(LimitError):
        read_bill(b"description\na\nb\n", items=1)
    monkeypatch.setattr(bill_module, "MOST_BILL_BYTES", 3)
    with pytest.raises(LimitError):
        read_bill(b"description\n", items=1)
    wide = ",".join(["description", *[""] * 99])
    monkeypatch.undo()
    with pytest.raises(LimitError):
        read_bill(f"{wide}\nx\n".encode(), items=1)
