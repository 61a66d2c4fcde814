"""Bills of materials in XLSX and CSV: the same worksheet, faults by line, hostile files refused."""

import io
import zipfile
from xml.sax.saxutils import escape

import pytest

from certorigin.assessment import spreadsheet
from certorigin.assessment.reading import read_worksheet
from certorigin.assessment.spreadsheet import MOST_PART_BYTES
from certorigin.assessment.table import MOST_COLUMNS, MOST_ROWS
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FaultsError, LimitError, MalformedError
from tests.library.assessment.cases import certificate, item, material, worksheet
from tests.library.assessment.test_docs import PAGE

HEADER = (
    "kind agreement productionCountry tariffCode description originCountry amount currency"
    " valueBasis operations certificate.form certificate.number certificate.date"
    " certificate.issuingCountry withinNamedPart from to rate source date exportedFrom use"
).split()
EXPECTED = worksheet(
    item(
        "8701",
        material("8408", "RU", "10.50", certificate=certificate()),
        material("8708", None, None, valueBasis=None, use="neutral"),
        price="1000.00",
        description="tractors",
        operations=["machining", "welding"],
        withinNamedPart=True,
    ),
    item(
        "8206", description="set", price=None, operations=None, materials=None,
        elements=[material("8205", "BY", "1", valueBasis=None)],
    ),
    rates=[{"from": "EUR", "to": "USD", "rate": "1.1", "per": "1", "source": "bank",
            "date": "2026-08-01"}],
    trade={"exportedFrom": "BY"},
)  # fmt: skip
ROWS = [
    {"kind": "worksheet", "agreement": "CIS-2009", "productionCountry": "BY"},
    {"kind": "Trade", "exportedFrom": "BY"},
    {},
    {"kind": "item", "tariffCode": "8701", "description": "tractors", "amount": "1000.00",
     "currency": "USD", "operations": "machining; welding;", "withinNamedPart": "да"},
    {"kind": "material", "tariffCode": "8408", "description": "material", "originCountry": "RU",
     "amount": "10.50", "currency": "USD", "valueBasis": "customs_value",
     "certificate.form": "ST-1", "certificate.number": "RUBY6001000123",
     "certificate.date": "2026-05-04", "certificate.issuingCountry": "RU"},
    {"kind": "material", "tariffCode": "8708", "description": "material", "use": "neutral"},
    {"kind": "item", "tariffCode": "8206", "description": "set"},
    {"kind": "element", "tariffCode": "8205", "description": "material", "originCountry": "BY",
     "amount": "1", "currency": "USD"},
    {"kind": "rate", "from": "EUR", "to": "USD", "rate": "1.1", "source": "bank",
     "date": "2026-08-01"},
]  # fmt: skip


def cells(rows=ROWS, header=HEADER):
    return [list(header), *[[row.get(name, "") for name in header] for row in rows]]


def csv_file(rows, delimiter=";"):
    lines = [
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows
    ]
    return "\r\n".join(lines).encode()


BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="a" sheetId="1" r:id="rId7"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="other.xml"/><Relationship Id="rId7" Target="{}"/>'
    "</Relationships>"
)


def xml_cell(reference, cell):
    if cell.startswith("<"):
        return cell
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def sheet_xml(rows, start=1):
    told = []
    for number, row in enumerate(rows, start):
        inner = "".join(
            xml_cell(f"{chr(65 + column)}{number}", cell) for column, cell in enumerate(row) if cell
        )
        told.append(f'<row r="{number}">{inner}</row>')
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(told)}</sheetData></worksheet>'


def package(parts):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as written:
        for name, part in parts.items():
            written.writestr(name, part)
    return raw.getvalue()


def xlsx_file(rows, *, sheet=None, target="worksheets/sheet1.xml", **parts):
    return package(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS.format(target),
            "xl/worksheets/sheet1.xml": sheet or sheet_xml(rows),
        }
        | {f"xl/{name}.xml": part for name, part in parts.items()}
    )


def faults_of(raw):
    with pytest.raises(FaultsError) as fault:
        read_worksheet(raw)
    return [(one.place, one.code) for one in fault.value.findings]


@pytest.mark.parametrize(
    "raw",
    [
        csv_file(cells()),
        csv_file(cells(), "\t"),
        b"\xef\xbb\xbf" + csv_file(cells(), ","),
        xlsx_file(cells()),
        xlsx_file(cells(), target="/xl/worksheets/sheet1.xml"),
    ],
)
def test_a_table_is_the_same_worksheet(raw):
    assert read_worksheet(raw) == Worksheet.from_data(EXPECTED)


def test_the_example_of_the_page_reads():
    text = PAGE.split("```csv\n")[1].split("```")[0]
    sheet = read_worksheet(text.encode())
    assert [len(one.materials) for one in sheet.items] == [2]
    assert str(sheet.items[0].ex_works_price.amount) == "42240.00"
    assert sheet.items[0].operations == ("case_making", "wiring_making")


def test_the_common_names_are_understood_in_russian():
    rows = [
        ["вид", "Соглашение", "производство", "код", "наименование", "цена", "валюта"],
        ["worksheet", "CIS-2009", "BY", "", "", "", ""],
        ["item", "", "", "8701", "тракторы", "10,5", "USD"],
    ]
    sheet = read_worksheet(csv_file(rows))
    assert str(sheet.items[0].ex_works_price.amount) == "10.5"


def test_a_comma_between_columns_is_no_decimal_mark():
    rows = [["kind", "agreement", "productionCountry", "tariffCode", "amount", "currency"]]
    rows += [["worksheet", "CIS-2009", "BY", "", "", ""], ["item", "", "", "8701", "10,5", "USD"]]
    assert faults_of(csv_file(rows, ",")) == [("line 3, exWorksPrice.amount", "number.malformed")]


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_every_line_with_a_fault_is_told(write):
    rows = [
        {"kind": "material", "description": "x"},
        *ROWS[:1],
        {"kind": "item", "tariffCode": "87", "amount": "0", "currency": "USD"},
        {"kind": "material", "description": "x", "originCountry": "??", "amount": "1 000"},
        {"kind": "material", "withinNamedPart": "maybe", "originCountry": "BY"},
        {"kind": "row", "originCountry": "BY"},
        {"kind": "rate", "from": "EUR"},
        {"kind": "trade", "exportedFrom": "??"},
    ]
    table = cells(rows)
    table[0].append("colour")
    table[0].append("kind")
    table[3] += ["", "", "stray"]
    found = faults_of(write(table))
    assert ("line 1, column 23", "worksheet.column_unknown") in found
    assert ("line 1, column 24", "worksheet.column_twice") in found
    assert ("line 2", "worksheet.row_without_item") in found
    assert ("line 4, column 25", "worksheet.cell_without_column") in found
    assert ("line 4, tariffCode", "tariff.malformed") in found
    assert ("line 4, exWorksPrice.amount", "worksheet.price_zero") in found
    assert ("line 5, originCountry", "country.unknown") in found
    assert ("line 5, value.amount", "number.malformed") in found
    assert ("line 5, value.currency", "record.member_missing") in found
    assert ("line 6, description", "record.member_missing") in found
    assert ("line 7", "worksheet.row_kind") in found
    assert ("line 8, rate", "record.member_missing") in found
    assert ("line 9, exportedFrom", "country.unknown") in found


def test_a_flag_that_is_none_stays_a_fault():
    rows = [ROWS[0], ROWS[3] | {"withinNamedPart": "maybe"}]
    assert faults_of(csv_file(cells(rows))) == [("line 3, withinNamedPart", "record.not_a_flag")]


def test_a_table_without_its_agreement_says_so():
    found = faults_of(csv_file(cells([ROWS[3]])))
    assert ("agreement", "record.member_missing") in found


def test_only_faults_of_the_table_are_faults_too():
    table = cells()
    table[0][-1] = "colour"
    table[6][-1] = "red"
    assert faults_of(csv_file(table)) == [("line 1, column 22", "worksheet.column_unknown")]


def with_cell(column, cell, rows=None):
    table = cells(rows or [ROWS[0], ROWS[3], ROWS[4]])
    table[3][HEADER.index(column)] = cell
    return table


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("amount", "<c r='G4'><v>10.5</v></c>", "10.5"),
        ("amount", "<c r='G4'><v>1E3</v></c>", "1000"),
        ("amount", "<c r='G4' t='str'><v>7.25</v></c>", "7.25"),
        ("amount", "<c r='G4' t='s'><v>0</v></c>", "3.50"),
        ("certificate.date", "<c r='M4'><v>46146</v></c>", "10.50"),
        ("use", "<c r='V4'/>", "10.50"),
    ],
)
def test_numbers_of_a_spreadsheet_stay_what_they_are(column, cell, text):
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><r><t>3</t></r><r><t>.50</t></r><rPh><t>x</t></rPh></si></sst>"
    )
    sheet = read_worksheet(xlsx_file(with_cell(column, cell), sharedStrings=shared))
    one = sheet.items[0].materials[0]
    assert format(one.value.amount, "f") == text
    assert one.certificate.date.isoformat() == "2026-05-04"


def test_a_flag_of_a_spreadsheet_is_a_flag():
    table = cells()
    table[4][HEADER.index("withinNamedPart")] = "<c r='O5' t='b'><v>1</v></c>"
    assert read_worksheet(xlsx_file(table)) == Worksheet.from_data(EXPECTED)


NUMBER = "worksheet.code_as_number"


@pytest.mark.parametrize(
    ("column", "cell", "place", "code"),
    [
        ("tariffCode", "<c r='D4'><v>201</v></c>", "line 4, tariffCode", NUMBER),
        ("amount", "<c r='G4' t='e'><v>#REF!</v></c>", "line 4, amount", "worksheet.cell_error"),
    ],
)  # fmt: skip
def test_a_cell_that_lost_its_meaning_is_told(column, cell, place, code):
    assert (place, code) in faults_of(xlsx_file(with_cell(column, cell)))


FAR = "1" * 5_000
BOMB = "<x>" + " " * (MOST_PART_BYTES + 1)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;">]>'
    "<worksheet>&c;</worksheet>"
)
HIDDEN = (
    b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE a [+ADw-!ENTITY b "x"+AD4-]+AD4-'
    b"<worksheet>&b;</worksheet>"
)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"PK\x03\x04 nothing", MalformedError),
        (package({"a": "b"}), MalformedError),
        (package({f"a{number}": "" for number in range(600)}), LimitError),
        (xlsx_file([], sheet=BOMB), LimitError),
        (xlsx_file([], sheet=LAUGHS), MalformedError),
        (xlsx_file([], sheet=LAUGHS.encode("utf-16")), MalformedError),
        (xlsx_file([], sheet=HIDDEN), MalformedError),
        (xlsx_file([], sheet="<a"), MalformedError),
        (xlsx_file([], sheet="nothing"), MalformedError),
        (xlsx_file([]), MalformedError),
        (xlsx_file(cells(), target="sheet9.xml"), MalformedError),
        (xlsx_file(with_cell("amount", "<c r='G4' t='s'><v>9</v></c>")), MalformedError),
        (xlsx_file(with_cell("amount", "<c r='G4'><v>x</v></c>")), MalformedError),
        (xlsx_file(with_cell("amount", "<c r='G4'><v>1E99</v></c>")), MalformedError),
        (xlsx_file(with_cell("amount", "<c r='ZZ4'><v>1</v></c>")), LimitError),
        (xlsx_file(with_cell("amount", "<c r='G4' t='s'><v>²</v></c>")), MalformedError),
        (xlsx_file(with_cell("amount", f"<c r='G4' t='s'><v>{FAR}</v></c>")), MalformedError),
        (xlsx_file([["kind"]] * (MOST_ROWS + 1)), LimitError),
        (csv_file([["kind"]] * (MOST_ROWS + 1)), LimitError),
        (csv_file([["kind"] + ["use"] * MOST_COLUMNS, ["item"]]), LimitError),
        (b'kind;use\r\nitem;"open', MalformedError),
        (b'kind;use\r\nitem;a"b"c\r\nitem;"a"b', MalformedError),
    ],
    ids=range(22),
)  # fmt: skip
def test_hostile_tables_are_refused(raw, fault):
    with pytest.raises(fault) as found:
        read_worksheet(raw)
    assert not isinstance(found.value, FaultsError)


@pytest.mark.parametrize("limit", ["MOST_TAGS", "MOST_CELLS"])
def test_a_small_file_of_endless_cells_is_refused(monkeypatch, limit):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    many = "<row>" + '<c r="A1"/>' * 2_000 + "</row>"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{many}</sheetData></worksheet>'
    raw = xlsx_file([], sheet=sheet)
    monkeypatch.setattr(spreadsheet, limit, 2_100)
    assert len(spreadsheet.xlsx_cells(raw).rows) == 1
    monkeypatch.setattr(spreadsheet, limit, 1_900)
    with pytest.raises(LimitError) as refused:
        spreadsheet.xlsx_cells(raw)
    assert refused.value.code == "worksheet.too_many_cells"
    assert refused.value.facts["limit"] == str(spreadsheet.MOST_CELLS)


def test_each_limit_of_a_workbook_is_told_by_its_name(monkeypatch):
    raw = xlsx_file([["kind"]])
    monkeypatch.setattr(spreadsheet, "MOST_PARTS", 1)
    with pytest.raises(LimitError, match=r"worksheet\.too_many_parts"):
        spreadsheet.xlsx_cells(raw)
    monkeypatch.undo()
    monkeypatch.setattr(spreadsheet, "MOST_PART_BYTES", 10)
    with pytest.raises(LimitError, match=r"worksheet\.unfolds_too_large") as refused:
        spreadsheet.xlsx_cells(raw)
    assert refused.value.facts["place"] == "xl/workbook.xml"


def test_a_book_without_sheets_is_refused():
    book = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    parts = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": RELATIONS.format("x")}
    with pytest.raises(MalformedError) as fault:
        read_worksheet(package(parts))
    assert fault.value.code == "worksheet.table_unreadable"


def test_a_first_line_that_is_no_csv_is_yaml():
    with pytest.raises(MalformedError) as fault:
        read_worksheet(b'kind;"a"b\n')
    assert fault.value.code != "worksheet.table_unreadable"


def test_lines_and_cells_without_numbers_are_counted():
    plain = sheet_xml(cells()).replace("<row r=", "<row s=")
    first = '<c r="A1" t="inlineStr">'
    assert first in plain
    plain = plain.replace(first, first.replace("r=", "s="))
    assert read_worksheet(xlsx_file([], sheet=plain)) == Worksheet.from_data(EXPECTED)
    headless = cells([ROWS[0], {"kind": "item", "tariffCode": "8701"}])
    assert read_worksheet(xlsx_file(headless)).items[0].tariff_code.digits == "8701"


def test_a_package_whose_directory_points_before_its_start_is_refused():
    raw = bytearray(xlsx_file([["kind"]]))
    at = raw.rindex(b"PK\x05\x06") + 16  # where the directory is said to begin
    raw[at : at + 4] = (int.from_bytes(raw[at : at + 4], "little") + 40).to_bytes(4, "little")
    with pytest.raises(MalformedError, match=r"worksheet\.table_unreadable"):
        spreadsheet.xlsx_cells(bytes(raw))
