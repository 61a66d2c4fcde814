"""Parties of an invoice: registered name, address in one line, number in the right register."""

import pytest

from certorigin.application.invoice import read_ubl_invoice
from certorigin.vocabulary.party import Identifier
from tests.library.application.makers import invoice, party


def read_exporter(text):
    supplier = f"<cac:AccountingSupplierParty>{text}</cac:AccountingSupplierParty>"
    read = read_ubl_invoice(invoice(supplier=supplier))
    return read.application.exporter, [(f.code, f.place) for f in read.findings]


def bare(inner):
    return f"<cac:Party>{inner}</cac:Party>"


TRADING = "<cac:PartyName><cbc:Name>МТЗ</cbc:Name></cac:PartyName>"
TAXED = (
    "<cac:PartyTaxScheme><cbc:RegistrationName>ОАО МТЗ (налог)</cbc:RegistrationName>"
    "</cac:PartyTaxScheme>"
)
LEGAL = (
    "<cac:PartyLegalEntity><cbc:RegistrationName>ОАО «МТЗ»</cbc:RegistrationName>"
    "</cac:PartyLegalEntity>"
)
PERSON = (
    "<cac:Person><cbc:FirstName>Иван</cbc:FirstName><cbc:FamilyName>Иванов</cbc:FamilyName>"
    "</cac:Person>"
)


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        (TRADING + TAXED + LEGAL, "ОАО «МТЗ»"),
        (TRADING + TAXED, "МТЗ"),
        (TAXED + PERSON, "ОАО МТЗ (налог)"),
        (PERSON, "Иван Иванов"),
    ],
)
def test_the_registered_name_comes_first(inner, name):
    assert read_exporter(bare(inner))[0].name == name


def test_a_party_of_which_nothing_is_said_is_none():
    assert read_exporter(bare(""))[0] is None
    assert read_exporter("")[0] is None


def test_an_address_is_written_in_one_line():
    address = (
        "<cac:PostalAddress><cbc:StreetName>ул. Мира</cbc:StreetName>"
        "<cbc:AdditionalStreetName>вход 2</cbc:AdditionalStreetName>"
        "<cbc:BuildingName>Дом быта</cbc:BuildingName><cbc:BuildingNumber>5</cbc:BuildingNumber>"
        "<cbc:CityName>Минск</cbc:CityName><cbc:PostalZone>220070</cbc:PostalZone>"
        "<cbc:CountrySubentity>Минская обл.</cbc:CountrySubentity>"
        "<cac:AddressLine><cbc:Line>этаж 3</cbc:Line></cac:AddressLine></cac:PostalAddress>"
    )
    found, codes = read_exporter(bare(TRADING + address))
    assert found.address == "ул. Мира 5, вход 2, Дом быта, этаж 3, 220070 Минск, Минская обл."
    assert found.country == ""
    assert codes == []


def test_the_registered_address_stands_in():
    entity = (
        "<cac:PartyLegalEntity><cac:RegistrationAddress><cbc:CityName>Минск</cbc:CityName>"
        "</cac:RegistrationAddress></cac:PartyLegalEntity>"
    )
    assert read_exporter(bare(TRADING + entity))[0].address == "Минск"


def test_an_unknown_country_is_told():
    found, codes = read_exporter(party("МТЗ", "BLR"))
    assert found.country == ""
    assert codes == [("invoice.country_unknown", "exporter.country")]


def numbered(text, attributes="", tag="PartyTaxScheme"):
    return f"<cac:{tag}><cbc:CompanyID {attributes}>{text}</cbc:CompanyID></cac:{tag}>"


@pytest.mark.parametrize(
    ("country", "inner", "scheme", "value"),
    [
        ("BY", numbered("200988541"), "UNP", "200988541"),
        ("BY", numbered("BY200988541"), "UNP", "200988541"),
        ("BY", numbered("200988542"), "UNP", "200988542"),
        ("BY", numbered("MA1953684", tag="PartyLegalEntity"), "UNP", "MA1953684"),
        ("AZ", numbered("1400057421"), "VOEN", "1400057421"),
        ("AZ", numbered("AZ 1400057421"), "VOEN", "1400057421"),
        ("AZ", numbered("200988541"), "OTHER", "200988541"),
        ("DE", numbered("DE123456789"), "OTHER", "DE123456789"),
        ("DE", numbered("200988541", 'schemeID="UNP"'), "UNP", "200988541"),
        ("DE", numbered("1400057421", 'schemeID="voen"'), "VOEN", "1400057421"),
    ],
)
def test_a_number_is_of_the_register_that_its_shape_and_country_say(country, inner, scheme, value):
    assert read_exporter(party("МТЗ", country, inner))[0].identifier == Identifier(scheme, value)


def test_the_tax_number_comes_before_others():
    own = "<cac:PartyIdentification><cbc:ID>77</cbc:ID></cac:PartyIdentification>"
    assert read_exporter(party("МТЗ", "BY", own))[0].identifier == Identifier("OTHER", "77")
    both = own + numbered("200988541")
    assert read_exporter(party("МТЗ", "BY", both))[0].identifier == Identifier("UNP", "200988541")
    assert read_exporter(party("МТЗ", "BY"))[0].identifier is None
