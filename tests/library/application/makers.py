"""Applications of every shape, and small UBL invoices to break in one place each."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from certorigin.application.draft import APPLICANTS, Application, ApplicationItem, GoodsList
from certorigin.vocabulary.certificate import ApplicantDeclaration, Transport
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.tariff import TariffCode
from tests.library.vocabulary.makers import (
    countries,
    days,
    documents,
    form_names,
    identifiers,
    moneys,
    packages,
    perhaps,
    quantities,
    tariff_codes,
    texts,
    transports,
)

maybe_texts = st.just("") | texts
maybe_countries = st.just("") | countries
parties = st.builds(Party, maybe_texts, maybe_texts, maybe_countries, perhaps(identifiers))


def application_items(sequence):
    return st.builds(
        ApplicationItem,
        st.just(sequence),
        perhaps(packages),
        maybe_texts,
        perhaps(tariff_codes),
        perhaps(quantities),
        perhaps(quantities),
        perhaps(quantities),
        perhaps(documents),
        perhaps(moneys),
        maybe_countries,
    )


item_lists = st.integers(0, 3).flatmap(
    lambda size: st.tuples(*(application_items(index + 1) for index in range(size)))
)
applications = st.builds(
    Application,
    st.just("") | form_names,
    maybe_countries,
    perhaps(parties),
    perhaps(parties),
    perhaps(parties),
    perhaps(parties),
    perhaps(transports),
    perhaps(documents),
    perhaps(moneys),
    perhaps(documents),
    item_lists,
    perhaps(st.builds(ApplicantDeclaration, countries, texts, days)),
    st.just("") | st.sampled_from(APPLICANTS),
    perhaps(parties),
    st.booleans(),
    st.booleans(),
    perhaps(st.builds(GoodsList, documents, st.integers(1, 9999))),
)

TODAY = date(2026, 5, 20)
WORKS = Party(
    "ОАО «Минский тракторный завод»",
    "220070, г. Минск, ул. Долгобродская, 29",
    "BY",
    Identifier("UNP", "200988541"),
)
FARM = Party(
    "ООО «Гянджа Агро»", "г. Гянджа, ул. Низами, 5", "AZ", Identifier("VOEN", "1400057421")
)
INVOICE = DocumentReference("17", date(2026, 5, 16))


def kilograms(value):
    return Quantity(Decimal(value), "KGM")


def goods(**changes):
    """A line of goods that lacks nothing."""
    members = {
        "sequence": 1,
        "packages": Packages(2, "PP"),
        "description": "Трактор колёсный «Беларус-82.1»",
        "tariff_code": TariffCode("870193100"),
        "quantity": Quantity(Decimal(2), "H87"),
        "gross": kilograms("8000"),
        "net": kilograms("7900"),
        "value": Money(Decimal("40000.00"), "USD"),
        "origin_country": "BY",
    }
    return ApplicationItem(**(members | changes))


def complete(**changes):
    """An application about which there is nothing to say."""
    members = {
        "form": "ST-1",
        "presented_in": "AZ",
        "exporter": WORKS,
        "importer": FARM,
        "transport": Transport("автомобильный", "Минск - Гянджа"),
        "invoice": INVOICE,
        "invoice_total": Money(Decimal("40000.00"), "USD"),
        "contract": DocumentReference("8/26", date(2026, 1, 15)),
        "items": (goods(),),
        "declaration": ApplicantDeclaration("BY", "Иванов И. И.", date(2026, 5, 18)),
    }
    return Application(**(members | changes))


UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
OPENING = (
    f'<Invoice xmlns="{UBL}Invoice-2" xmlns:cac="{UBL}CommonAggregateComponents-2" '
    f'xmlns:cbc="{UBL}CommonBasicComponents-2">'
)
LINE = """<cac:InvoiceLine><cbc:ID>1</cbc:ID>
<cbc:InvoicedQuantity unitCode="H87">2</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="USD">40000.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Трактор</cbc:Name></cac:Item></cac:InvoiceLine>"""


def party(name, country, inner=""):
    return (
        f"<cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>"
        f"<cac:PostalAddress><cbc:StreetName>ул. Мира</cbc:StreetName>"
        f"<cbc:CityName>Город</cbc:CityName><cac:Country><cbc:IdentificationCode>{country}"
        f"</cbc:IdentificationCode></cac:Country></cac:PostalAddress>{inner}</cac:Party>"
    )


SUPPLIER = f"<cac:AccountingSupplierParty>{party('МТЗ', 'BY')}</cac:AccountingSupplierParty>"
CUSTOMER = f"<cac:AccountingCustomerParty>{party('Агро', 'AZ')}</cac:AccountingCustomerParty>"
HEAD = "<cbc:ID>17</cbc:ID><cbc:IssueDate>2026-05-16</cbc:IssueDate>"


def invoice(*parts, head=HEAD, supplier=SUPPLIER, customer=CUSTOMER, lines=LINE):
    """A small invoice as bytes."""
    inner = "".join([head, supplier, customer, *parts, lines])
    return f"{OPENING}{inner}</Invoice>".encode()
