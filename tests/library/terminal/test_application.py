"""`certorigin apply`: a draft and what it lacks, for people and for machines."""

import json

import pytest
from click.testing import CliRunner

from certorigin.application.draft import Application
from certorigin.terminal.main import main
from certorigin.vocabulary.record import Record
from tests.data import shared
from tests.library.application.makers import CUSTOMER, HEAD, LINE, SUPPLIER, invoice


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "invoice.xml"
    file.write_bytes(invoice())
    return file


def run(*words):
    return CliRunner().invoke(main, ["apply", *map(str, words)])


def test_people_read_a_draft_and_what_it_lacks(path):
    result = run(path, "--at", "2026-05-20")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Draft application for form ST-1, read from invoice 17 of 2026-05-16"
    assert "  Exporter         МТЗ; ул. Мира, Город; BY" in lines
    assert any("Трактор" in line and "2 H87" in line and "40000.00 USD" in line for line in lines)
    assert "  - box 10, goods 1: The net weight is missing." in lines
    assert "Worth a look:" in lines


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Не указана масса нетто."),
        ("az", "Netto çəki göstərilməyib."),
        ("be", "Не ўказана маса нета."),
    ],
)
def test_people_read_it_in_their_language(path, language, sentence):
    result = run(path, "--language", language)
    assert result.exit_code == 0
    assert sentence in result.stdout
    assert "application." not in result.stdout
    assert "apply." not in result.stdout


def test_machines_read_the_same(path):
    result = run(path, "--json", "--at", "2026-05-15", "--state", "AZ")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    application = Application.from_record(Record(data["application"]))
    assert application.form == "ST-1"
    found = {finding["code"]: finding for finding in data["findings"]}
    assert found["application.date_ahead"]["place"] == "invoice.date"
    assert found["application.date_ahead"]["sentence"] == "The date 2026-05-16 lies in the future."
    assert found["application.exporter_abroad"]["grade"] == "warning"


def test_the_draft_is_written_to_a_file(path, tmp_path):
    out = tmp_path / "application.json"
    assert run(path, "--out", out).exit_code == 0
    application = Application.from_record(Record(json.loads(out.read_bytes())))
    assert application.exporter.name == "МТЗ"


def test_what_many_goods_have_in_common_is_told_once(path):
    other = LINE.replace("H87", "XPP")
    path.write_bytes(invoice(lines=LINE * 4 + other + LINE * 40))
    lines = run(path).stdout.splitlines()
    assert "  - box 10, goods 1-45: The net weight is missing." in lines
    assert "  - box 10, goods 5: " in "\n".join(lines)
    assert "      … and more lines of goods: 5" in lines


def test_long_descriptions_are_shortened_for_people(path):
    path.write_bytes(invoice(lines=LINE.replace("Трактор", "Трактор" * 20)))
    assert f"{('Трактор' * 20)[:47]}…" in run(path).stdout


def test_an_invoice_without_number_is_still_a_draft(path):
    path.write_bytes(invoice(head="", lines="<cac:InvoiceLine/>"))
    result = run(path)
    assert result.exit_code == 0
    assert "without number or date" in result.stdout


def test_numbers_in_registers_are_shown(path):
    number = (
        "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID></cac:PartyTaxScheme></cac:Party>"
    )
    supplier = SUPPLIER.replace("</cac:Party>", number.format("200988541"))
    customer = CUSTOMER.replace("</cac:Party>", number.format("77"))
    path.write_bytes(invoice(supplier=supplier, customer=customer))
    lines = run(path).stdout.splitlines()
    assert any(line.endswith("BY; UNP 200988541") for line in lines)
    assert any(line.endswith("AZ; 77") for line in lines)


def test_a_heading_without_findings_is_not_shown(path):
    tax = "<cac:PartyTaxScheme><cbc:CompanyID>{}</cbc:CompanyID></cac:PartyTaxScheme></cac:Party>"
    origin = (
        "<cac:OriginCountry><cbc:IdentificationCode>BY</cbc:IdentificationCode>"
        "</cac:OriginCountry></cac:Item>"
    )
    contract = f"<cac:ContractDocumentReference>{HEAD}</cac:ContractDocumentReference>"
    text = invoice(
        contract,
        supplier=SUPPLIER.replace("</cac:Party>", tax.format("200988541")),
        customer=CUSTOMER.replace("</cac:Party>", tax.format("1400057421")),
        lines=LINE.replace("</cac:Item>", origin),
    )
    path.write_bytes(text)
    result = run(path, "--at", "2026-05-20")
    assert "To be settled" in result.stdout
    assert "Worth a look" not in result.stdout
    assert "Good to know" in result.stdout


def test_what_is_unreadable_says_why_and_exits_2(path):
    path.write_bytes(b"{}")
    result = run(path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not XML" in result.stderr
    result = run(path, "--json", "--language", "ru")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "invoice.not_xml"
    assert "не в формате XML" in error["sentence"]


def test_a_huge_file_is_not_read_to_its_end(path):
    with path.open("wb") as file:
        file.truncate(200_000_000)
    result = run(path)
    assert result.exit_code == 2
    assert "larger than 10000000 bytes" in result.stderr


def test_wrong_words_are_named(path, tmp_path):
    assert run(tmp_path / "nowhere.xml").exit_code == 2
    result = run(path, "--state", "QQ")
    assert (result.exit_code, "--state" in result.stderr) == (2, True)
    result = run(path, "--form", "ST-9")
    assert result.exit_code == 2
    assert "ST-9" in result.stderr


def test_real_invoices_are_told_in_every_language():
    for name in ("oasis/UBL-Invoice-2.1-Example.xml", "en16931/BIS3_Invoice_negativ.XML"):
        for language in ("en", "ru", "az", "be"):
            result = run(shared(f"ubl/invoices/{name}"), "--language", language)
            assert result.exit_code == 0
            assert "invoice." not in result.stdout
