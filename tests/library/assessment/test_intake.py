"""Invoices as people have them: what is stated is taken, what is doubtful is left out and told."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certorigin.assessment.goods_list import MOST_LINES
from certorigin.assessment.intake.figures import Exact, read_day, read_figure
from certorigin.assessment.intake.read import read_file
from certorigin.assessment.intake.sheets import MOST_BYTES
from certorigin.assessment.intake.words import column_of
from certorigin.errors import CertoriginError, LimitError, MalformedError
from tests.data import ROOT
from tests.library.assessment.test_tables import RELATIONS, package, sheet_xml, xlsx_file

INVOICE = """\
Счёт-фактура № ХМ-118 от 14 мая 2026 г.;;;;;;;;
Продавец:;ООО «Дом, где холодно», г. Минск, ул. Холодная, 2, УНП 190000003;;;;;;;
Покупатель: Soyuq Ev MMC;;;;;;;;
Адрес: Bakı, Nizami küçəsi 10, Азербайджан;;;;;;;;
Договор № 7/26 от 01.02.2026;;;;;;;;
Валюта: USD;;;;;;;;
№ п/п;Наименование товара;Код ТН ВЭД ЕАЭС;Ед. изм.;Кол-во;Цена, USD;Стоимость, USD;Вес;
;;;;;;;брутто, кг;нетто, кг
1;2;3;4;5;6;7;8;9
Холодильники;;;;;;;;
1;Холодильники бытовые;8418 10 200 1;шт;1 100;500,00;550 000,00;66 000,5;60000
Лари;;;;;;;;
2;Лари морозильные;841830;шт.;2;300,25;600,50;;
Итого по счёту:;;;;;;550 600,50;;
Директор;Иванов И.И.;;;;;;;
"""


def read(text, **given):
    return read_file(text.encode(), **given)


def codes(found):
    return [(one.code, one.place) for one in found.findings]


@pytest.mark.parametrize(
    "raw",
    [
        INVOICE.encode("utf-8-sig"),
        INVOICE.replace(";", "\t").encode("utf-16"),
        INVOICE.replace("\n", "\r\n").encode(),
    ],
)
def test_an_invoice_as_the_office_has_it(raw):
    found = read_file(raw)
    data = found.application.to_data()
    assert data["invoice"] == {"number": "ХМ-118", "date": "2026-05-14"}
    assert data["contract"] == {"number": "7/26", "date": "2026-02-01"}
    assert data["exporter"] == {
        "name": "ООО «Дом, где холодно»",
        "address": "г. Минск, ул. Холодная, 2",
        "country": "BY",
        "identifier": {"scheme": "UNP", "value": "190000003"},
    }
    assert data["importer"]["address"] == "Bakı, Nizami küçəsi 10, Азербайджан"
    assert data["importer"]["country"] == "AZ"
    assert data["invoiceTotal"] == {"amount": "550600.50", "currency": "USD"}
    assert data["items"][0] == {
        "sequence": "1",
        "description": "Холодильники бытовые",
        "tariffCode": "8418102001",
        "quantity": {"value": "1100", "unit": "H87"},
        "grossWeight": {"value": "66000.5", "unit": "KGM"},
        "netWeight": {"value": "60000", "unit": "KGM"},
        "value": {"amount": "550000.00", "currency": "USD"},
    }
    assert len(data["items"]) == 2
    assert ("Вес нетто, кг", "netWeight.value") in found.columns
    passed = [one.facts["line"] for one in found.findings if one.code == "intake.row_passed"]
    assert passed == []  # headings of one cell say nothing of goods


def test_files_of_old_office_programs():
    table = "Наименование;Кол-во;Ед. изм.\nЛари;2;шт\n"
    assert read_file(table.encode("cp1251")).application.items[0].description == "Лари"


@pytest.mark.parametrize(
    "header",
    [
        "MALIN ADI;XIF MN KODU;MİQDAR;ÖLÇÜ VAHİDİ;MƏBLƏĞ (USD)",
        "Найменне тавару;Код ТН ЗЭД ЕАЭС;Колькасць;Адз. вым.;Кошт, USD",
        "Description of Goods;HS Code;Qty;UoM;Line Total USD",
        "Наименование товара, работ, услуг;ТН ВЭД;Количество;Единица измерения;Сумма, USD",
    ],
)
def test_headers_in_four_languages(header):
    (item,) = read(f"{header}\nFridge;841810;3;pcs;1500.00\n").application.items
    assert str(item.tariff_code) == "841810"
    assert (item.quantity.value, item.quantity.unit) == (Decimal(3), "H87")
    assert (item.value.amount, item.value.currency) == (Decimal("1500.00"), "USD")


def test_what_can_be_read_in_two_ways_is_left_out_and_told():
    found = read("Description;Net weight, kg;Amount, USD\nNuts;1,234;100\n")
    assert found.application.items[0].net is None
    assert ("intake.figure_doubtful", "items[0].netWeight.value") in codes(found)
    # Another figure of the table settles it.
    found = read("Description;Net weight, kg;Amount, USD\nNuts;1,234;100.50\n")
    assert found.application.items[0].net.value == Decimal(1234)


def test_nothing_is_guessed_about_currency_unit_and_packing():
    table = "Наименование;Количество;Мест;Стоимость, руб.\nГайки;5;2;100\n"
    found = read(table)
    item = found.application.items[0]
    assert (item.quantity, item.packages, item.value) == (None, None, None)
    wanted = {"intake.unit_missing", "intake.packing_missing"}
    assert wanted < {code for code, _ in codes(found)}
    found = read(table.replace(", руб.", ""), currency="BYN", packing="CT")
    item = found.application.items[0]
    assert (item.value.currency, item.packages.count, item.packages.kind) == ("BYN", 2, "CT")


def test_a_bad_cell_costs_only_itself():
    found = read(
        "description;tariffCode;quantity;unit;country\nGold;99;3;pcs;BY\nNuts;080232;1;t;Narnia\n"
    )
    gold, nuts = found.application.items
    assert (gold.tariff_code, gold.quantity.value, gold.origin_country) == (None, 3, "BY")
    assert (str(nuts.tariff_code), nuts.quantity.unit, nuts.origin_country) == ("080232", "TNE", "")
    assert ("tariff.malformed", "items[0].tariffCode") in codes(found)
    assert all(one.facts["line"] in {"2", "3"} for one in found.findings)


def test_columns_and_rows_that_are_not_understood_are_named():
    found = read("Description;Qty;Unit;Vibe\nNuts;1;kg;good\nLater;;;\nBolts;2;kg;bad\n")
    facts = [(one.code, one.facts.get("value")) for one in found.findings]
    assert ("intake.column_passed", "Vibe") in facts
    assert ("intake.row_passed", "Later") in facts
    assert len(found.application.items) == 2


def test_a_sum_that_differs_and_a_thing_that_is_said_twice_are_told():
    found = read(
        "Invoice No: A-1;;\nInvoice No: A-2;;\nDate: 03/04/2026;;\nDescription;Qty;Amount, EUR\n"
        "Nuts;1 kg;10\nTotal;;11\n"
    )
    told = {code for code, _ in codes(found)}
    assert {"invoice.sum_differs", "intake.said_twice", "intake.day_doubtful"} <= told
    assert "invoice.reference_incomplete" in told
    assert found.application.invoice is None
    assert found.application.invoice_total.amount == 11


def test_sums_with_tax_serve_where_there_are_no_others():
    header, row = "Наименование;Сумма с НДС, USD;Сумма без НДС, USD", "Гайки;120;100"
    assert read(f"{header}\n{row}\n").application.items[0].value.amount == 100
    assert (
        read("Наименование;Сумма с НДС, USD\nГайки;120\n").application.items[0].value.amount == 120
    )


BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Cover" r:id="rId1"/><sheet name="Goods" r:id="rId7"/></sheets></workbook>'
)
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>'
    '<numFmt numFmtId="170" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
)


def test_the_sheet_with_the_goods_is_found_and_days_and_numbers_are_what_they_show():
    goods = [
        ["Invoice", "A-1"],
        ["Invoice date", '<c r="B2" s="1"><v>46156</v></c>'],
        ["Description", "HS code", "Net weight, kg"],
        ["Nuts", '<c r="B4"><v>80232</v></c>', '<c r="C4"><v>12.600000000000001</v></c>'],
    ]
    raw = package(
        {
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS.format("worksheets/sheet2.xml"),
            "xl/other.xml": sheet_xml([["Packing list of the year"]]),
            "xl/worksheets/sheet2.xml": sheet_xml(goods),
            "xl/styles.xml": STYLES,
        }
    )
    found = read_file(raw)
    assert found.sheet == "Goods"
    assert found.application.invoice.date == date(2026, 5, 14)
    (item,) = found.application.items
    assert item.net.value == Decimal("12.6")
    assert item.tariff_code is None  # the zero before 80232 is lost
    assert ("worksheet.code_as_number", "items[0].tariffCode") in codes(found)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "intake.no_goods"),
        (b"Dear Sir;\nplease;find\n", "intake.no_goods"),
        ("Наименование;Кол-во\n".encode(), "goods_list.without_rows"),
        (b"\xff\xfe\x00", "worksheet.not_utf8"),
        (b"<a/>", "invoice.not_ubl"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", None),
        (xlsx_file([["Name"]], sheet="<a"), "worksheet.table_unreadable"),
    ],
)
def test_what_is_no_invoice_is_refused(raw, code):
    with pytest.raises(MalformedError) as fault:
        read_file(raw)
    assert code in {None, fault.value.code}


def test_limits_hold():
    with pytest.raises(LimitError):
        read_file(b"a" * (MOST_BYTES + 1))
    rows = "Nuts;1;kg\n" * (MOST_LINES + 1)
    with pytest.raises(LimitError):
        read(f"Description;Qty;Unit\n{rows}")


def test_a_ubl_invoice_and_an_application_take_their_own_ways():
    raw = (ROOT / "docs/guide/examples/invoice.xml").read_bytes()
    found = read_file(raw)
    assert (found.kind, len(found.application.items)) == ("ubl", 1)
    own = b'{"format":"certorigin-application/v1","form":"ST-1"}'
    assert read_file(own, whole=True).application.form == "ST-1"
    with pytest.raises(MalformedError):
        read_file(own)


@pytest.mark.parametrize(
    ("text", "marks", "figure"),
    [
        ("1 234,56", "", "1234.56"),
        ("1'234.50", "", "1234.50"),
        ("1.234.567", "", "1234567"),
        ("1,234", "", None),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1,234", ".,", None),
        ("0,125", "", "0.125"),
        ("1.2.3", "", None),
        (Exact("1.234"), ",", "1.234"),
    ],
)
def test_figures(text, marks, figure):
    assert read_figure(text, frozenset(marks)) == figure


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("16 мая 2026", date(2026, 5, 16)),
        ("16 траўня 2026", date(2026, 5, 16)),
        ("16 iyul 2026", date(2026, 7, 16)),
        ("16-Mar-2026", date(2026, 3, 16)),
        ("25/04/2026", date(2026, 4, 25)),
        ("04/25/2026", date(2026, 4, 25)),
        ("03/04/2026", None),
        ("31.02.2026", None),
    ],
)
def test_days(text, day):
    assert read_day(text) == day


def test_a_name_that_only_resembles_is_not_taken():
    assert column_of("Количество в упаковке")[0] == ""
    assert column_of("Вес нетто, т") == ("netWeight.value", "TNE")


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from([*"1,;№:", "Цена", "Итого", "Invoice", "1,5 кг"]))))
def test_any_table_is_read_or_refused(rows):
    body = "\n".join(";".join(row) for row in rows)
    for head in ("", "Invoice;A;1\n"):
        try:
            found = read(f"{head}Description;Qty;Unit;Amount USD\n{body}\n")
        except CertoriginError:
            continue
        assert [item.sequence for item in found.application.items] == [
            *range(1, len(found.application.items) + 1)
        ]
