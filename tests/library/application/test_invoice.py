"""Real UBL invoices become drafts; other documents are refused by their name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from certorigin.application.completeness import check_application
from certorigin.application.draft import Application
from certorigin.application.invoice import read_ubl_invoice
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.code_list import CodeStatus, get_currencies, get_units
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.record import Record
from tests.data import shared, vectors
from tests.library.application.makers import (
    HEAD,
    LINE,
    OPENING,
    TODAY,
    UBL,
    invoice,
    party,
)


def folder(name):
    return sorted(path for path in shared(f"ubl/{name}").rglob("*") if path.is_file())


def codes(read):
    return [(finding.code, finding.place) for finding in read.findings]


def check_it_comes_back(read):
    record = Record(read.application.to_data())
    assert Application.from_record(record) == read.application
    record.finish()


# -- the collections ------------------------------------------------------------------------------


def test_every_real_invoice_is_read():
    paths = folder("invoices")
    for path in paths:
        read = read_ubl_invoice(path.read_bytes())
        application = read.application
        for side in (application.exporter, application.importer):
            assert side is not None, path.name
            assert side.name, path.name
            assert side.country, path.name
        assert application.invoice is not None, path.name
        assert application.invoice_total or path.name == "BIS3_Invoice_negativ.XML"
        assert all(item.description for item in application.items), path.name
        check_it_comes_back(read)
        check_lines(path, read)
    assert len(paths) == 29
    vectors.count("ubl.invoices", len(paths))


def check_lines(path, read):
    """Nothing of a line is lost without a finding, and nothing is there that it does not say."""
    lines = etree.parse(path).getroot().findall("{*}InvoiceLine")
    items = read.application.items
    assert len(items) == len(lines) >= 1
    told = {place for _, place in codes(read)}
    for index, (line, item) in enumerate(zip(lines, items, strict=True)):
        quantity = line.find("{*}InvoicedQuantity")
        if item.quantity is None:
            assert f"items[{index}].quantity" in told
        else:
            assert item.quantity.unit == quantity.get("unitCode")
            assert f"{item.quantity.value:f}" == quantity.text.strip()
            known = get_units().status(item.quantity.unit)
            assert known is CodeStatus.CURRENT or item.quantity.unit == "XPP"
        amount = line.find("{*}LineExtensionAmount")
        if item.value is None:
            assert f"items[{index}].value" in told
        else:
            assert f"{item.value.amount:f}" == amount.text.strip()
            assert item.value.currency == amount.get("currencyID")
            assert get_currencies().status(item.value.currency) is CodeStatus.CURRENT
        origin = line.findtext("{*}Item/{*}OriginCountry/{*}IdentificationCode")
        assert item.origin_country == (origin or "")
        classes = line.findall("{*}Item/{*}CommodityClassification/{*}ItemClassificationCode")
        assert item.tariff_code is None  # none of the collections carries a tariff code
        assert not classes or f"items[{index}].tariffCode" in told


def test_what_a_real_invoice_lacks_is_told():
    for path in folder("invoices"):
        read = read_ubl_invoice(path.read_bytes())
        application = read.application.asking_for("ST-1")
        lacking = check_application(application, form=get_form("ST-1"), today=TODAY)
        errors = {finding.code for finding in lacking if finding.grade is Grade.ERROR}
        assert {
            "application.tariff_code_missing",
            "application.packages_missing",
            "application.gross_missing",
            "application.net_missing",
            "application.destination_missing",
            "application.declaration_missing",
        } <= errors


def test_other_ubl_documents_are_refused_by_name():
    paths = folder("other-documents")
    for path in paths:
        with pytest.raises(MalformedError) as caught:
            read_ubl_invoice(path.read_bytes())
        assert caught.value.code == "invoice.another_document"
        assert f"UBL-{caught.value.facts['value']}" in path.name
    vectors.count("ubl.other_documents", len(paths))


def test_every_fragment_is_read_or_refused():
    count = 0
    for path in folder("en16931-unit"):
        with pytest.raises(MalformedError, match=r"invoice\.not_ubl"):
            read_ubl_invoice(path.read_bytes())
        for fragment in etree.parse(path).getroot().iter(f"{{{UBL}Invoice-2}}Invoice"):
            check_it_comes_back(read_ubl_invoice(etree.tostring(fragment)))
            count += 1
    vectors.count("ubl.fragments", count)


def test_schemas_are_not_invoices():
    paths = folder("xsd-2.1")
    for path in paths:
        with pytest.raises(MalformedError):
            read_ubl_invoice(path.read_bytes())
    vectors.count("ubl.schemas_refused", len(paths))


# -- the root -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "code", "value"),
    [
        (f'<CreditNote xmlns="{UBL}CreditNote-2"/>', "invoice.another_document", "CreditNote"),
        (f'<Order xmlns="{UBL}Order-2"/>', "invoice.another_document", "Order"),
        (f'<Order xmlns="{UBL}Invoice-2"/>', "invoice.another_document", "Order"),
        (f'<Invoice xmlns="{UBL}Order-2"/>', "invoice.another_document", "Invoice"),
        (f'<Invoice xmlns="{UBL}Invoice-1.0"/>', "invoice.another_version", "1.0"),
        ("<Invoice/>", "invoice.not_ubl", "Invoice"),
        ("<html/>", "invoice.not_ubl", "html"),
        (f'<Invoice xmlns="{UBL}Invoice-2x"/>', "invoice.not_ubl", None),
    ],
)
def test_the_root_decides(root, code, value):
    with pytest.raises(MalformedError) as caught:
        read_ubl_invoice(root.encode())
    assert caught.value.code == code
    assert value is None or caught.value.facts["value"] == value


def test_an_invoice_that_says_nothing_gives_an_empty_draft():
    read = read_ubl_invoice(f"{OPENING}</Invoice>".encode())
    assert read.application == Application()
    assert read.findings == ()


def test_too_many_lines_are_refused():
    line = "<cac:InvoiceLine/>"
    assert len(read_ubl_invoice(invoice(lines=line * 10_000)).application.items) == 10_000
    with pytest.raises(LimitError) as caught:
        read_ubl_invoice(invoice(lines=line * 10_001))
    assert caught.value.facts["place"] == "cac:InvoiceLine"


# -- head, totals, documents ----------------------------------------------------------------------


def test_number_and_date_are_taken_together():
    read = read_ubl_invoice(invoice())
    assert (read.application.invoice.number, str(read.application.invoice.date)) == (
        "17",
        "2026-05-16",
    )
    assert read.findings == ()
    for head in ("<cbc:ID>17</cbc:ID>", "<cbc:IssueDate>2026-05-16</cbc:IssueDate>"):
        read = read_ubl_invoice(invoice(head=head))
        assert read.application.invoice is None
        assert codes(read) == [("invoice.reference_incomplete", "invoice")]


def total(lines, payable="", inclusive=""):
    inner = f'<cbc:LineExtensionAmount currencyID="USD">{lines}</cbc:LineExtensionAmount>'
    if inclusive:
        inner += f'<cbc:TaxInclusiveAmount currencyID="USD">{inclusive}</cbc:TaxInclusiveAmount>'
    if payable:
        inner += f'<cbc:PayableAmount currencyID="USD">{payable}</cbc:PayableAmount>'
    return f"<cac:LegalMonetaryTotal>{inner}</cac:LegalMonetaryTotal>"


def test_the_sum_of_the_lines_is_compared():
    assert codes(read_ubl_invoice(invoice(total("40000")))) == []
    read = read_ubl_invoice(invoice(total("40000.01")))
    (finding,) = read.findings
    assert (finding.code, finding.grade) == ("invoice.sum_differs", Grade.WARNING)
    assert finding.facts == {"sum": "40000.00", "value": "40000.01"}
    bare = LINE.replace("40000.00", "")
    assert codes(read_ubl_invoice(invoice(total("1"), lines=LINE + bare))) == []


def test_the_total_is_that_with_taxes_else_what_is_to_pay():
    def read_total(**amounts):
        money = read_ubl_invoice(invoice(total("40000.00", **amounts))).application.invoice_total
        return money and str(money.amount)

    assert read_total(payable="30000", inclusive="48000.00") == "48000.00"
    assert read_total(payable="30000") == "30000"
    assert read_total() is None


def test_a_contract_needs_its_date():
    contract = "<cac:ContractDocumentReference>{}</cac:ContractDocumentReference>"
    read = read_ubl_invoice(invoice(contract.format(HEAD)))
    assert read.application.contract.number == "17"
    read = read_ubl_invoice(invoice(contract.format("<cbc:ID>8</cbc:ID>")))
    assert read.application.contract is None
    assert codes(read) == [("invoice.reference_incomplete", "contract")]
    read = read_ubl_invoice(invoice(contract.format(HEAD) * 2))
    assert read.application.contract is None


# -- who receives, who sends ----------------------------------------------------------------------


def delivery(inner):
    return f"<cac:Delivery>{inner}</cac:Delivery>"


def receiver(name):
    return delivery(party(name, "AZ").replace("cac:Party>", "cac:DeliveryParty>"))


def test_another_party_of_delivery_is_the_consignee():
    read = read_ubl_invoice(invoice(receiver("Склад")))
    assert read.application.consignee.name == "Склад"
    assert read.application.consignee.address == "ул. Мира, Город"
    assert read_ubl_invoice(invoice(receiver("АГРО"))).application.consignee is None


def test_several_receivers_are_told_and_none_is_taken():
    read = read_ubl_invoice(invoice(receiver("Склад 1"), receiver("Склад 2")))
    assert read.application.consignee is None
    (finding,) = read.findings
    assert (finding.code, finding.clause) == ("invoice.several_consignees", "R23; Rules 1")
    assert finding.facts == {"value": "Склад 1; Склад 2"}


def test_the_address_of_delivery_stands_in_for_the_receivers_own():
    address = (
        "<cac:DeliveryAddress><cbc:CityName>Баку</cbc:CityName><cac:Country>"
        "<cbc:IdentificationCode>AZ</cbc:IdentificationCode></cac:Country></cac:DeliveryAddress>"
    )
    named = "<cac:DeliveryParty><cac:PartyName><cbc:Name>Склад</cbc:Name></cac:PartyName>"
    read = read_ubl_invoice(invoice(delivery(address + named + "</cac:DeliveryParty>")))
    assert read.application.consignee.address == "Баку"
    assert read.application.consignee.country == "AZ"
    read = read_ubl_invoice(invoice(delivery(address)))
    assert read.application.consignee is None
    assert codes(read) == [("invoice.delivered_elsewhere", "consignee")]
    location = address.replace("cac:DeliveryAddress>", "cac:Address>")
    located = f"<cac:DeliveryLocation>{location}</cac:DeliveryLocation>"
    assert codes(read_ubl_invoice(invoice(delivery(located)))) == [
        ("invoice.delivered_elsewhere", "consignee")
    ]


def test_parties_of_the_consignment_are_taken():
    sides = party("Отправка", "BY").replace("cac:Party>", "cac:ConsignorParty>")
    sides += party("Склад", "AZ").replace("cac:Party>", "cac:ConsigneeParty>")
    shipment = f"<cac:Shipment><cac:Consignment>{sides}</cac:Consignment></cac:Shipment>"
    read = read_ubl_invoice(invoice(delivery(shipment)))
    assert read.application.consignor.name == "Отправка"
    assert read.application.consignee.name == "Склад"


def test_a_party_of_despatch_is_the_consignor():
    sender = party("Отправка", "BY").replace("cac:Party>", "cac:DespatchParty>")
    one = delivery(f"<cac:Despatch>{sender}</cac:Despatch>")
    assert read_ubl_invoice(invoice(one)).application.consignor.name == "Отправка"
    other = one.replace("Отправка", "Вывоз")
    read = read_ubl_invoice(invoice(one, other))
    assert read.application.consignor is None
    assert codes(read) == [("invoice.several_consignors", "consignor")]


def test_seller_and_buyer_stand_in_for_supplier_and_customer():
    seller = f"<cac:SellerSupplierParty>{party('МТЗ', 'BY')}</cac:SellerSupplierParty>"
    buyer = f"<cac:BuyerCustomerParty>{party('Агро', 'AZ')}</cac:BuyerCustomerParty>"
    read = read_ubl_invoice(invoice(seller, buyer, supplier="", customer=""))
    assert read.application.exporter.name == "МТЗ"
    assert read.application.importer.name == "Агро"


# -- mutations ------------------------------------------------------------------------------------

PIECES = [b"<", b">", b"&", b'"', b"\x00", b"\xff", b"]]>", b"<!--", b"<?x", b"&#0;", b"-1", b"1e9"]
PIECES += ["\u202e".encode(), b"9" * 20, b"<cac:InvoiceLine>", b"</cbc:ID>", b"NaN", b" ", b"\n"]


def samples():
    names = [
        "oasis/UBL-Invoice-2.1-Example.xml",
        "en16931/ubl-tc434-example5.xml",
        "xrechnung/01.14a-INVOICE_ubl.xml",
    ]
    return [shared(f"ubl/invoices/{name}").read_bytes() for name in names]


@st.composite
def mutations(draw, size):
    """A few cuts and insertions, as (from, to, what stands there instead)."""
    spots = st.integers(0, size)
    lengths = st.sampled_from([0, 0, 1, 1, 2, 10, 200, 5000])
    new = st.sampled_from(PIECES) | st.binary(max_size=4)
    chosen = draw(st.lists(st.tuples(spots, lengths, new), min_size=1, max_size=4))
    return [(start, start + length, piece) for start, length, piece in chosen]


@given(st.data())
@settings(max_examples=300)
def test_a_mutated_invoice_is_read_or_malformed(data):
    raw = data.draw(st.sampled_from(samples()))
    for start, end, piece in data.draw(mutations(len(raw))):
        raw = raw[:start] + piece + raw[end:]
    check_it_survives(raw)


@given(st.data())
@settings(max_examples=200)
def test_an_invoice_with_strange_contents_is_read(data):
    tree = etree.fromstring(data.draw(st.sampled_from(samples())))
    leaves = [element for element in tree.iter(etree.Element) if len(element) == 0]
    strange = st.text(st.characters(exclude_categories=["Cc", "Cs"], max_codepoint=0xFFFD))
    figures = st.sampled_from(["", "-0", "+1.50", "0.0000000", "1" * 40, ".", "5.", "١", "1,5"])
    for leaf in data.draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=6)):
        leaf.text = data.draw(figures | strange)
        for name in list(leaf.attrib):
            leaf.set(name, data.draw(figures | strange))
    check_it_comes_back(read_ubl_invoice(etree.tostring(tree)))


def check_it_survives(raw):
    try:
        read = read_ubl_invoice(raw)
    except MalformedError:
        return
    check_it_comes_back(read)
    for finding in check_application(read.application, form=get_form("ST-1"), today=TODAY):
        assert finding.code.startswith("application.")
