"""Lines of an invoice: descriptions, codes of tariff lists only, origin, weights."""

import pytest

from certorigin.application.invoice import read_ubl_invoice
from certorigin.vocabulary.finding import Grade
from tests.library.application.makers import LINE, invoice

NAME = "<cbc:Name>Трактор</cbc:Name>"


def read_item(inner="", line=LINE, extra=""):
    text = line.replace(NAME, NAME + inner).replace(
        "</cac:InvoiceLine>", extra + "</cac:InvoiceLine>"
    )
    read = read_ubl_invoice(invoice(lines=text))
    return read.application.items[0], [finding.code for finding in read.findings]


def classified(code, list_id="HS", tag="ItemClassificationCode"):
    return (
        f'<cac:CommodityClassification><cbc:{tag} listID="{list_id}">{code}</cbc:{tag}>'
        "</cac:CommodityClassification>"
    )


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", "Трактор"),
        ("<cbc:Description>колёсный</cbc:Description>", "Трактор; колёсный"),
        ("<cbc:Description>ТРАКТОР колёсный</cbc:Description>", "ТРАКТОР колёсный"),
        ("<cbc:Description> </cbc:Description>", "Трактор"),
    ],
)
def test_name_and_description_are_joined(inner, expected):
    item, codes = read_item(inner)
    assert item.description == expected
    assert codes == []


def test_a_description_without_a_name_is_enough():
    item, _ = read_item(line=LINE.replace("cbc:Name", "cbc:Description"))
    assert item.description == "Трактор"


@pytest.mark.parametrize("list_id", ["HS", "SRZ", "TSP", "CV", "hsn", "TARIC"])
def test_a_code_of_a_tariff_list_is_taken(list_id):
    item, codes = read_item(classified("8701.93 10", list_id))
    assert str(item.tariff_code) == "87019310"
    assert codes == []


@pytest.mark.parametrize("list_id", ["UNSPSC", "TST", "STI", "ZZZ", ""])
def test_a_code_of_another_list_is_noted(list_id):
    text = invoice(lines=LINE.replace(NAME, NAME + classified("25101901", list_id)))
    (finding,) = read_ubl_invoice(text).findings
    assert finding.code == "invoice.code_of_another_list"
    assert finding.grade is Grade.NOTE
    assert finding.facts == {"value": "25101901", "list": list_id or "-"}
    assert read_ubl_invoice(text).application.items[0].tariff_code is None


def test_the_longest_of_agreeing_codes_is_taken():
    inner = (
        classified("8701")
        + classified("870193", "TSP")
        + classified("87019310", tag="CommodityCode")
    )
    item, codes = read_item(inner)
    assert str(item.tariff_code) == "87019310"
    assert codes == []


def test_codes_that_contradict_each_other_are_told():
    item, codes = read_item(classified("870193") + classified("870194"))
    assert item.tariff_code is None
    assert codes == ["invoice.tariff_codes_differ"]


def test_a_code_that_is_none_is_told():
    item, codes = read_item(classified("tractor") + classified(" "))
    assert item.tariff_code is None
    assert codes == ["invoice.tariff_code_unreadable"]


def origin(code):
    return (
        "<cac:OriginCountry><cbc:IdentificationCode>"
        f"{code}</cbc:IdentificationCode></cac:OriginCountry>"
    )


def test_origin_is_taken_when_it_is_one():
    assert read_item(origin("BY"))[0].origin_country == "BY"
    assert read_item(origin("BY") * 2)[0].origin_country == "BY"
    item, codes = read_item(origin("BY") + origin("RU"))
    assert item.origin_country == ""
    assert codes == ["invoice.origins_differ"]
    item, codes = read_item(origin("BLR"))
    assert item.origin_country == ""
    assert codes == ["invoice.country_unknown"]


WEIGHTS = (
    "<cac:Delivery><cac:Shipment><cbc:ID>1</cbc:ID>"
    '<cbc:GrossWeightMeasure unitCode="KGM">8000</cbc:GrossWeightMeasure>'
    '<cbc:NetWeightMeasure unitCode="TNE">7.9</cbc:NetWeightMeasure>'
    "</cac:Shipment></cac:Delivery>"
)


def test_weights_of_the_lines_own_shipment_are_taken():
    item, codes = read_item(extra=WEIGHTS)
    assert item.gross.to_data() == {"unit": "KGM", "value": "8000"}
    assert item.net.to_data() == {"unit": "TNE", "value": "7.9"}
    assert codes == []


def test_weights_of_the_whole_are_taken_only_for_a_single_line():
    (item,) = read_ubl_invoice(invoice(WEIGHTS)).application.items
    assert item.gross is not None
    items = read_ubl_invoice(invoice(WEIGHTS, lines=LINE * 2)).application.items
    assert [item.gross for item in items] == [None, None]


def test_lines_within_a_line_are_noted():
    _, codes = read_item(extra="<cac:SubInvoiceLine/>")
    assert codes == ["invoice.lines_within"]


def test_a_line_without_an_item_is_an_empty_line():
    (item,) = read_ubl_invoice(invoice(lines="<cac:InvoiceLine/>")).application.items
    assert item.to_data() == {"sequence": "1"}
