"""The register of paper from before a corridor: read whole, or refused with every fault at once."""

from datetime import date

import pytest

from certorigin.errors import FindingsError, LimitError, MalformedError
from certorigin.recognition import paper
from certorigin.recognition.paper import COLUMNS, PaperCertificate, read_paper_register

HEAD = "form;number;date;body;exporter;importer;blank;remark\n"
ROW = "ST-1;BYAZ 5-0001;16.05.2025;Минское отделение;ООО «Лён»;Azəri MMC;0123456;\n"


def read(text, **facts):
    return read_paper_register(text.encode(), **facts)


def faults(text, **facts):
    with pytest.raises(FindingsError, match=r"paper\.not_imported") as refused:
        read(text, **facts)
    found = refused.value.findings
    assert refused.value.facts["count"] == str(len(found))
    return [(one.code, one.facts["line"], one.facts["column"]) for one in found]


def test_a_row_is_a_certificate_on_paper():
    assert read(HEAD + ROW) == [
        PaperCertificate(
            line=2,
            form="ST-1",
            number="BYAZ 5-0001",
            date=date(2025, 5, 16),
            body="Минское отделение",
            exporter="ООО «Лён»",
            importer="Azəri MMC",
            blank="0123456",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + ROW,
        HEAD.upper() + "\n" + ROW.replace("16.05.2025", "2025-05-16"),
        HEAD.replace(";", ",") + ROW.replace(";", ","),
        HEAD.replace(";", "\t") + ROW.replace(";", "\t").replace("\n", "\r\n"),
    ],
)
def test_a_spreadsheet_may_write_it_in_its_own_way(text):
    (found,) = read(text)
    assert (found.number, found.date) == ("BYAZ 5-0001", date(2025, 5, 16))


def test_what_is_needed_is_enough_and_the_order_is_free():
    (found,) = read("number;form;exporter;body;date\n7;CT-1;A;B;1.2.2025\n")
    assert (found.form, found.date, found.blank) == ("CT-1", date(2025, 2, 1), "")


def test_all_faults_are_told_at_once():
    text = (
        HEAD
        + ";—;31.02.2025;Б;Э;;;\n"
        + "st 1;1;;Б;Э;;;;x\n"
        + f"ST-1;2;16.05.2025;{'Б' * 251};;;;\n"
        + ROW
        + ROW.replace("BYAZ 5-0001", "ВУАZ5 0001")
    )
    assert faults(text) == [
        ("paper.cell_missing", "2", "1"),
        ("paper.cell_wrong", "2", "2"),
        ("paper.cell_wrong", "2", "3"),
        ("paper.cell_without_column", "3", "9"),
        ("paper.cell_wrong", "3", "1"),
        ("paper.cell_missing", "3", "3"),
        ("paper.cell_too_long", "4", "4"),
        ("paper.cell_missing", "4", "5"),
        ("paper.twice", "6", "2"),
    ]


@pytest.mark.parametrize("day", ["2025-13-01", "16/05/2025", "0.0.2025", "16.05.25", "yesterday"])
def test_what_is_no_day_is_wrong(day):
    assert faults(HEAD + ROW.replace("16.05.2025", day)) == [("paper.cell_wrong", "2", "3")]


def test_the_parallel_paper_period_has_a_last_day():
    assert len(read(HEAD + ROW, until=date(2025, 5, 16))) == 1
    assert faults(HEAD + ROW, until=date(2025, 5, 15)) == [("paper.after_end", "2", "3")]


def test_one_number_of_two_bodies_or_days_is_two_certificates():
    rows = ROW + ROW.replace("Минское", "Брестское") + ROW.replace("16.05.2025", "17.05.2025")
    assert len(read(HEAD + rows)) == 3


def test_a_header_that_is_none_is_told_before_the_rows():
    text = "form;number;number;day;body\nx;x;x;x;x\n"
    assert faults(text) == [
        ("paper.column_twice", "1", "3"),
        ("paper.column_unknown", "1", "4"),
        ("paper.column_missing", "1", "1"),
        ("paper.column_missing", "1", "1"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD.encode() + "Б".encode("cp1251"), "paper.not_utf8"),
        (HEAD.encode(), "paper.empty"),
        (HEAD.encode() + b'"a', "paper.unreadable"),
    ],
)
def test_what_is_no_table_is_malformed(raw, code):
    with pytest.raises(MalformedError) as refused:
        read_paper_register(raw)
    assert refused.value.code == code


def test_an_empty_file_lacks_its_columns():
    assert {code for code, *_ in faults("")} == {"paper.column_missing"}


def test_a_register_has_limits(monkeypatch):
    monkeypatch.setattr(paper, "MOST_ROWS", 1)
    with pytest.raises(LimitError, match=r"paper\.too_many_rows"):
        read(HEAD + ROW + ROW.replace("0001", "0002"))
    monkeypatch.setattr(paper, "MAX_FILE", 10)
    with pytest.raises(LimitError, match=r"paper\.too_large"):
        read(HEAD)


def test_a_cell_that_was_guarded_for_spreadsheets_is_read_as_it_was():
    (found,) = read(HEAD + ROW.replace("ООО «Лён»", "'=Лён"))
    assert found.exporter == "=Лён"
    assert set(COLUMNS) >= {"remark"}
