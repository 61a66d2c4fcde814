"""Everything that an application lacks is told, with grade, box and clause."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from certorigin.application.completeness import check_application
from certorigin.application.draft import Application, GoodsList
from certorigin.vocabulary.certificate import ApplicantDeclaration, Transport
from certorigin.vocabulary.code_list import CodeStatus, get_packages
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.tariff import TariffCode
from tests.library.application import makers
from tests.library.application.makers import FARM, TODAY, WORKS, complete, goods, kilograms

LATER = date(2026, 5, 21)
FORM = get_form("ST-1")


def check(application, issuing_country="BY"):
    return check_application(application, form=FORM, today=TODAY, issuing_country=issuing_country)


def found(application, issuing_country="BY"):
    return {(f.code, f.place, str(f.grade)) for f in check(application, issuing_country)}


def test_of_a_complete_application_there_is_nothing_to_say():
    assert check(complete()) == ()
    assert check(complete(), "") == ()


def test_of_an_empty_one_everything_is_said():
    errors = {f.place for f in check(Application(), "") if f.grade is Grade.ERROR}
    assert errors == {
        *("form", "destinationCountry", "exporter", "importer", "items", "invoice", "declaration")
    }
    others = {f.place: str(f.grade) for f in check(Application(), "") if f.place not in errors}
    assert others == {"transport": "note", "contract": "warning"}


def periodicals(**changes):
    paper = goods(tariff_code=TariffCode("4902100000"), quantity=None, gross=None, net=None)
    return complete(items=(paper,), **changes)


def of_goods(**changes):
    return complete(items=(goods(**changes),))


REFERENCE_AHEAD = DocumentReference("18", LATER)

CASES = {
    "form_of_another_kind": (
        complete(form="A"),
        ("application.form_differs", "form", "error"),
    ),
    "destination_at_home": (
        complete(presented_in="BY", importer=replace(FARM, country="BY", identifier=None)),
        ("application.destination_at_home", "destinationCountry", "error"),
        ("application.parties_in_one_state", "importer.country", "warning"),
        ("application.identifier_missing", "importer.identifier", "warning"),
    ),
    "exporter_abroad": (
        complete(exporter=replace(WORKS, country="RU", identifier=None)),
        ("application.exporter_abroad", "exporter.country", "warning"),
    ),
    "importer_elsewhere": (
        complete(importer=replace(FARM, country="GE", identifier=None)),
        ("application.importer_elsewhere", "importer.country", "warning"),
    ),
    "party_without_anything": (
        complete(exporter=Party("", "", "", None)),
        ("application.name_missing", "exporter.name", "error"),
        ("application.address_missing", "exporter.address", "error"),
        ("application.country_missing", "exporter.country", "error"),
    ),
    "unp_with_wrong_digit": (
        complete(exporter=replace(WORKS, identifier=Identifier("UNP", "200988542"))),
        ("application.identifier_invalid", "exporter.identifier", "error"),
    ),
    "voen_with_wrong_digit": (
        complete(importer=replace(FARM, identifier=Identifier("VOEN", "1400057424"))),
        ("application.identifier_invalid", "importer.identifier", "error"),
    ),
    "unp_of_a_party_in_azerbaijan": (
        complete(importer=replace(FARM, identifier=Identifier("UNP", "200988541"))),
        ("application.identifier_abroad", "importer.identifier", "warning"),
    ),
    "free_identifier": (complete(importer=replace(FARM, identifier=Identifier("OTHER", "12"))),),
    "party_without_identifier": (
        complete(exporter=replace(WORKS, identifier=None)),
        ("application.identifier_missing", "exporter.identifier", "warning"),
    ),
    "consignor_and_consignee": (
        complete(
            consignor=Party("ООО «Отправка»", "Минск", "BY", Identifier("UNP", "200988541")),
            consignee=Party("Склад", "Баку", "AZ", Identifier("VOEN", "1400057421")),
        ),
        ("application.on_behalf", "consignor", "note"),
        ("application.on_behalf", "consignee", "note"),
    ),
    "consignor_is_the_exporter": (complete(consignor=WORKS, consignee=FARM),),
    "names_in_latin_letters": (
        complete(exporter=replace(WORKS, name="Minsk Tractor Works")),
        ("application.not_in_russian", "exporter.name", "warning"),
    ),
    "transport_in_latin_letters": (
        complete(transport=Transport("by road", "")),
        ("application.not_in_russian", "transport.means", "warning"),
    ),
    "transport_open": (
        complete(transport=None),
        ("application.transport_missing", "transport", "note"),
    ),
    "invoice_missing": (
        complete(invoice=None),
        ("application.invoice_missing", "invoice", "error"),
    ),
    "producer_asks": (complete(applicant="producer", producer=WORKS),),
    "producer_asks_and_is_not_named": (
        complete(applicant="producer"),
        ("application.applicant_missing", "producer", "error"),
    ),
    "consignee_asks_and_is_not_named": (
        complete(applicant="consignee"),
        ("application.applicant_missing", "consignee", "error"),
    ),
    "producer_without_address": (
        complete(producer=replace(WORKS, address="")),
        ("application.address_missing", "producer.address", "error"),
    ),
    "importer_asks": (complete(applicant="importer"),),
    "person_takes_goods_to_himself": (
        complete(
            natural_person=True,
            exporter=replace(WORKS, identifier=None),
            importer=replace(WORKS, identifier=None),
            invoice=None,
            contract=None,
        ),
        ("application.free_circulation", "naturalPerson", "note"),
    ),
    "person_for_whom_the_importer_asks": (
        complete(natural_person=True, applicant="importer"),
        ("application.free_circulation", "naturalPerson", "note"),
        ("application.consignor_declares", "applicant", "warning"),
    ),
    "invoice_of_each_item": (complete(invoice=None, items=(goods(invoice=makers.INVOICE),)),),
    "contract_missing": (
        complete(contract=None),
        ("application.contract_missing", "contract", "warning"),
    ),
    "dates_ahead": (
        complete(
            invoice=REFERENCE_AHEAD,
            contract=REFERENCE_AHEAD,
            items=(goods(invoice=REFERENCE_AHEAD),),
            declaration=ApplicantDeclaration("BY", "Иванов И. И.", LATER),
        ),
        ("application.date_ahead", "invoice.date", "error"),
        ("application.date_ahead", "contract.date", "error"),
        ("application.date_ahead", "items[0].invoice.date", "error"),
        ("application.date_ahead", "declaration.date", "error"),
    ),
    "declaration_missing": (
        complete(declaration=None),
        ("application.declaration_missing", "declaration", "error"),
    ),
    "origin_nowhere": (
        complete(declaration=None, items=(goods(origin_country=""),)),
        ("application.declaration_missing", "declaration", "error"),
        ("application.origin_missing", "items[0].originCountry", "warning"),
    ),
    "origin_in_the_declaration": (of_goods(origin_country=""),),
    "declared_elsewhere": (
        complete(declaration=ApplicantDeclaration("RU", "Иванов И. И.", TODAY)),
        ("application.declared_elsewhere", "declaration.country", "error"),
        ("application.origins_differ", "items[0].originCountry", "error"),
    ),
    "goods_missing": (complete(items=()), ("application.goods_missing", "items", "error")),
    "description_missing": (
        of_goods(description=""),
        ("application.description_missing", "items[0].description", "error"),
    ),
    "description_in_latin_letters": (
        of_goods(description="Tractor MTZ-82"),
        ("application.not_in_russian", "items[0].description", "warning"),
    ),
    "tariff_code_missing": (
        of_goods(tariff_code=None),
        ("application.tariff_code_missing", "items[0].tariffCode", "error"),
    ),
    "tariff_code_of_a_heading": (
        of_goods(tariff_code=TariffCode("8701")),
        ("application.tariff_code_short", "items[0].tariffCode", "warning"),
    ),
    "value_missing": (
        of_goods(value=None),
        ("application.value_missing", "items[0].value", "note"),
    ),
    "currencies_differ": (
        of_goods(value=Money(Decimal(1), "BYN")),
        ("application.currencies_differ", "items", "warning"),
    ),
    "currency_withdrawn": (
        complete(invoice_total=None, items=(goods(value=Money(Decimal(1), "BYR")),)),
        ("application.currency_unknown", "items", "warning"),
    ),
    "packages_missing": (
        of_goods(packages=None),
        ("application.packages_missing", "items[0].packages", "error"),
    ),
    "packages_none": (
        of_goods(packages=Packages(0, "BX")),
        ("application.packages_none", "items[0].packages.count", "error"),
    ),
    "goods_in_bulk": (of_goods(packages=Packages(0, "VR")),),
    "package_unknown": (
        of_goods(packages=Packages(1, "00")),
        ("application.package_unknown", "items[0].packages.kind", "error"),
    ),
    "long_term_needs_no_invoice": (complete(invoice=None, long_term=True),),
    "periodicals_need_no_quantity": (
        periodicals(long_term=True, invoice=None),
        ("application.quantity_left_empty", "items[0].quantity", "note"),
    ),
    "periodicals_without_a_long_term_contract": (
        periodicals(),
        ("application.quantity_missing", "items[0].quantity", "error"),
        ("application.gross_missing", "items[0].grossWeight", "error"),
        ("application.net_missing", "items[0].netWeight", "error"),
    ),
    "long_term_without_contract": (
        complete(invoice=None, contract=None, long_term=True),
        ("application.long_term_without_contract", "contract", "error"),
    ),
    "invoice_before_contract": (
        complete(contract=DocumentReference("8/26", date(2026, 5, 17))),
        ("application.invoice_before_contract", "invoice.date", "warning"),
    ),
    "list_of_one_heading": (complete(goods_list=GoodsList(DocumentReference("17", TODAY), 4)),),
    "list_of_tomorrow": (
        complete(goods_list=GoodsList(DocumentReference("17", LATER), 4)),
        ("application.date_ahead", "goodsList.date", "error"),
    ),
    "list_of_two_headings": (
        complete(
            items=(goods(), goods(sequence=2, tariff_code=TariffCode("870210110"))),
            goods_list=GoodsList(DocumentReference("17", TODAY), 4),
        ),
        ("application.list_of_headings", "goodsList", "error"),
    ),
    "quantity_and_weights_missing": (
        of_goods(quantity=None, gross=None, net=None),
        ("application.quantity_missing", "items[0].quantity", "error"),
        ("application.gross_missing", "items[0].grossWeight", "error"),
        ("application.net_missing", "items[0].netWeight", "error"),
    ),
    "gross_below_net": (
        of_goods(gross=kilograms("7899.9")),
        ("application.gross_below_net", "items[0].grossWeight", "error"),
    ),
    "gross_in_tonnes": (of_goods(gross=Quantity(Decimal("7.9"), "TNE")),),
    "weight_zero": (
        of_goods(net=kilograms("0")),
        ("application.quantity_zero", "items[0].netWeight", "error"),
    ),
    "weight_in_pieces": (
        of_goods(net=Quantity(Decimal(1), "H87")),
        ("application.weight_not_mass", "items[0].netWeight.unit", "error"),
    ),
    "weight_in_an_unknown_unit": (
        of_goods(net=Quantity(Decimal(1), "000")),
        ("application.unit_unknown", "items[0].netWeight.unit", "error"),
    ),
    "quantity_in_kilograms_is_net": (
        of_goods(quantity=kilograms("8000")),
        ("application.quantity_not_net", "items[0].quantity", "warning"),
    ),
    "unit_withdrawn": (
        of_goods(quantity=Quantity(Decimal(1), "NE")),
        ("application.unit_withdrawn", "items[0].quantity.unit", "error"),
    ),
    "unit_deprecated": (
        of_goods(quantity=Quantity(Decimal(1), "66")),
        ("application.unit_deprecated", "items[0].quantity.unit", "note"),
    ),
    "unit_of_packing": (
        of_goods(quantity=Quantity(Decimal(1), "XPP")),
        ("application.unit_of_packing", "items[0].quantity.unit", "error"),
    ),
    "unit_unknown": (
        of_goods(quantity=Quantity(Decimal(1), "X00")),
        ("application.unit_unknown", "items[0].quantity.unit", "error"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_defect_is_found_and_nothing_else(name):
    application, *expected = CASES[name]
    assert found(application) == set(expected)


def test_a_finding_knows_its_box_and_clause():
    (finding,) = check(of_goods(gross=kilograms("1")))
    assert finding.clause == "Rules 7.4, box 10"
    assert finding.facts == {"gross": "1", "net": "7900", "box": "10"}
    (finding,) = check(complete(exporter=replace(WORKS, address="")))
    assert finding.facts["box"] == "1"
    (finding,) = check(complete(contract=None))
    assert "box" not in finding.facts


def test_a_withdrawn_kind_of_packing_is_refused():
    (finding,) = check(of_goods(packages=Packages(1, withdrawn_package())))
    assert finding.code == "application.package_withdrawn"


def withdrawn_package():
    codes = get_packages().codes
    return next(code for code, status in codes.items() if status is CodeStatus.WITHDRAWN)


def test_every_line_is_checked():
    items = (goods(), goods(sequence=2, tariff_code=None), goods(sequence=3, packages=None))
    assert [f.place for f in check(complete(items=items))] == [
        "items[1].tariffCode",
        "items[2].packages",
    ]


@given(makers.applications)
def test_any_application_is_judged(application):
    findings = check(application, "BY")
    assert all(f.code.startswith("application.") for f in findings)
    assert all(f.clause and f.place for f in findings)
