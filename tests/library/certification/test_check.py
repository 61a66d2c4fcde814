from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from certorigin.certification.check import check_certificate
from certorigin.certification.numbering import NumberGrammar
from certorigin.vocabulary.certificate import ApplicantDeclaration
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.goods import DocumentReference, Packages
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode
from tests.library.standing.sample import (
    DAY,
    EXPORTER,
    IMPORTER,
    LONG_TERM,
    butter,
    certificate,
    codes,
    item,
    kilograms,
    newspapers,
    pieces,
)

ST1 = get_form("ST-1")
CERTIFIED = certificate().certification
TOMORROW = DAY + timedelta(days=1)
SUBSTITUTE = "Сертификат выдан на основании сертификата формы СТ-1"


def goods(**changes):
    return certificate(items=(item(**changes),))


BEFORE, LIST = "Товар изготовлен в", "Полный перечень товаров:"


def goods_with(mark, **changes):
    return certificate(marks=(mark,), items=(item(**changes),))


def listed(second):
    """Two items whose first names the list of all goods: only the second is out of place."""
    text = f"Тракторы. {LIST} № 17 от 16.05.2026, листов: 4"
    first = item(description=text, criterion=Criterion("П"))
    return certificate(items=(first, second))


def check(subject, **options):
    return check_certificate(subject, form=ST1, **options)


def test_a_sound_certificate_has_no_findings():
    assert check(certificate()) == ()


DEFECTS = {
    "exporter_without_name": (certificate(exporter=replace(EXPORTER, name=" ")), "box_empty", 1),
    "exporter_without_address": (
        certificate(exporter=replace(EXPORTER, address="")),
        "box_empty",
        1,
    ),
    "exporter_without_country": (
        certificate(exporter=replace(EXPORTER, country="")),
        "box_empty",
        1,
    ),
    "exporter_abroad": (
        certificate(exporter=replace(EXPORTER, country="PL")),
        "party_of_another_state",
        1,
    ),
    "exporter_with_wrong_unp": (
        certificate(exporter=replace(EXPORTER, identifier=Identifier("UNP", "200988542"))),
        "identifier_wrong",
        1,
    ),
    "consignor_without_address": (
        certificate(consignor=Party("ООО «Склад»", "", "BY")),
        "box_empty",
        1,
    ),
    "consignor_is_the_exporter": (certificate(consignor=EXPORTER), "party_named_twice", 1),
    "consignee_is_the_importer": (certificate(consignee=IMPORTER), "party_named_twice", 2),
    "importer_abroad": (
        certificate(importer=replace(IMPORTER, country="GE")),
        "party_of_another_state",
        2,
    ),
    "mark_of_nothing_beside_the_consignee": (
        certificate(consignee_mark="Срочно"),
        "mark_not_in_form",
        2,
    ),
    "states_equal": (
        certificate(presented_in="BY", importer=replace(IMPORTER, country="BY")),
        "states_equal",
        4,
    ),
    "number_with_cyrillic_letter": (
        certificate(number="ВYAZ6001000001"),
        "number_misshaped",
        4,
    ),
    "number_with_line_feed": (certificate(number="BYAZ6001000001\n"), "number_misshaped", 4),
    "duplicate_without_number": (certificate(marks=("Дубликат",)), "mark_incomplete", 5),
    "duplicate_without_day": (
        certificate(marks=("Дубликат BYAZ5001000777",)),
        "mark_incomplete",
        5,
    ),
    "replacement_without_number": (
        certificate(marks=("Выдан взамен сертификата формы СТ-1 от 16.05.2026",)),
        "mark_incomplete",
        5,
    ),
    "substitute_without_number": (certificate(marks=(SUBSTITUTE,)), "mark_incomplete", 5),
    "substitute_without_body": (
        certificate(marks=(f"{SUBSTITUTE} № RUBY6017000042 от 01.05.2026",)),
        "mark_incomplete",
        5,
    ),
    "exhibition_without_name": (certificate(marks=("Выставка:",)), "mark_incomplete", 5),
    "before_the_rules_without_maker": (
        goods_with(f"{BEFORE}: Беларусь, 1990", criterion=None),
        "mark_incomplete",
        5,
    ),
    "before_the_rules_in_a_later_year": (
        goods_with(f"{BEFORE}: Беларусь, ОАО «Завод», 1994", criterion=None),
        "mark_incomplete",
        5,
    ),
    "paper_without_day": (certificate(marks=("Оформлен на бумаге",)), "mark_incomplete", 5),
    "without_goods": (certificate(items=()), "box_empty", 6),
    "items_from_two": (certificate(items=(item(2),)), "sequence_broken", 6),
    "packages_none": (goods(packages=Packages(0, "PX")), "packages_missing", 7),
    "description_empty": (goods(description=" "), "box_empty", 8),
    "description_in_english": (goods(description="Wheeled tractors"), "not_in_russian", 8),
    "criterion_missing": (goods(criterion=None), "criterion_missing", 9),
    "criterion_of_another_form": (goods(criterion=Criterion("W")), "criterion_not_in_form", 9),
    "criterion_of_another_heading": (
        goods(criterion=Criterion("Д", "8702")),
        "heading_differs",
        9,
    ),
    "quantity_none": (goods(quantity=pieces(0)), "quantity_missing", 10),
    "quantity_none_under_a_long_term_contract": (
        goods_with(LONG_TERM, quantity=pieces(0)),
        "quantity_missing",
        10,
    ),
    "quantity_none_of_periodicals_without_contract": (
        certificate(items=(newspapers(invoice=DocumentReference("17", DAY)),)),
        "quantity_missing",
        10,
    ),
    "gross_in_pieces": (goods(gross=pieces(3)), "not_a_mass", 10),
    "net_in_litres": (goods(net=Quantity(Decimal(3), "LTR")), "not_a_mass", 10),
    "net_above_gross": (goods(net=kilograms("400000.1")), "net_above_gross", 10),
    "quantity_in_gross_mass": (
        certificate(items=(butter(1, quantity=kilograms(10500)),)),
        "quantity_not_net",
        10,
    ),
    "invoice_missing": (goods(invoice=None), "invoice_missing", 11),
    "invoice_of_tomorrow": (
        goods(invoice=DocumentReference("17", TOMORROW)),
        "invoice_after_certification",
        11,
    ),
    "body_without_address": (
        certificate(certification=replace(CERTIFIED, body_address="")),
        "box_empty",
        12,
    ),
    "declarant_missing": (
        certificate(declaration=ApplicantDeclaration("BY", " ", DAY)),
        "box_empty",
        13,
    ),
    "produced_elsewhere": (
        certificate(declaration=ApplicantDeclaration("PL", "Петров", DAY)),
        "produced_elsewhere",
        13,
    ),
    "number_of_the_principal_twice": (
        certificate(consignor=replace(EXPORTER, name="Завод, ОАО")),
        "party_named_twice",
        1,
    ),
    "on_behalf_within_the_name": (
        certificate(exporter=replace(EXPORTER, name="ООО «Склад» по поручению ОАО «Завод»")),
        "on_behalf_in_name",
        1,
    ),
    "sale_to_another": (
        certificate(consignee_mark="Для последующей реализации"),
        "sale_names_another",
        2,
    ),
    "sale_at_an_exhibition": (
        certificate(
            consignee_mark="Для последующей реализации",
            importer=EXPORTER,
            marks=("Выставка: AgroExpo",),
        ),
        "cases_exclude_each_other",
        2,
    ),
    "mark_twice": (certificate(marks=("Выдан впоследствии",) * 2), "mark_again", 5),
    "mark_of_tomorrow": (
        certificate(marks=(f"Дубликат № BYAZ5001000777 от {TOMORROW:%d.%m.%Y}",)),
        "mark_ahead",
        5,
    ),
    "duplicate_of_itself": (
        certificate(marks=("Дубликат № BYAZ6001000001 от 16.11.2025",)),
        "mark_names_itself",
        5,
    ),
    "old_goods_with_a_criterion": (
        goods_with(f"{BEFORE}: Беларусь, МТЗ, 1989"),
        "dash_expected",
        9,
    ),
    "old_goods_of_another_country": (
        goods_with(f"{BEFORE}: Грузия, МТЗ, 1989", criterion=None),
        "mark_names_another_country",
        5,
    ),
    "dash_for_a_duplicate": (
        goods_with("Дубликат № BYAZ5001000777 от 16.11.2025", criterion=None),
        "criterion_missing",
        9,
    ),
    "packing_of_no_list": (goods(packages=Packages(1, "Q9")), "package_unknown", 7),
    "unit_of_no_list": (goods(quantity=Quantity(Decimal(3), "QQ9")), "unit_unknown", 10),
    "list_without_sheets": (
        goods(description=f"Тракторы. {LIST} № 17 от 16.05.2026"),
        "list_incomplete",
        8,
    ),
    "list_of_tomorrow": (
        goods(description=f"Тракторы. {LIST} № 17 от {TOMORROW:%d.%m.%Y}, листов: 4"),
        "list_after_certification",
        8,
    ),
    "list_of_two_headings": (
        listed(item(2, tariff_code=TariffCode("870210110"), criterion=Criterion("П"))),
        "list_of_headings",
        8,
    ),
    "list_of_two_criteria": (listed(item(2)), "list_of_criteria", 8),
    "one_code_in_two_units": (
        certificate(items=(item(), item(2, quantity=kilograms(1), net=kilograms(1)))),
        "units_of_code_differ",
        10,
    ),
    "long_term_without_day": (
        certificate(marks=("По долгосрочному договору № К-17",), items=(item(invoice=None),)),
        "mark_incomplete",
        5,
    ),
    "declared_tomorrow": (
        certificate(declaration=ApplicantDeclaration("BY", "Петров", TOMORROW)),
        "declared_after_certification",
        13,
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_one_defect_is_one_finding_in_its_box(name):
    subject, code, box = DEFECTS[name]
    (finding,) = found = check(subject)
    assert codes(found) == [f"certificate.{code}"]
    assert finding.facts["box"] == str(box)
    assert finding.clause
    assert finding.place


WARNINGS = {
    "certificate.party_of_another_state",
    "certificate.party_named_twice",
    "certificate.on_behalf_in_name",
    "certificate.sale_names_another",
    "certificate.mark_again",
    "certificate.mark_names_another_country",
    "certificate.units_of_code_differ",
    "certificate.identifier_wrong",
    "certificate.not_in_russian",
    "certificate.quantity_not_net",
    "certificate.invoice_after_certification",
}


@pytest.mark.parametrize("name", DEFECTS)
def test_only_doubts_are_warnings(name):
    (finding,) = check(DEFECTS[name][0])
    assert (finding.grade is Grade.WARNING) == (finding.code in WARNINGS)


SOUND = {
    "consignor_for_the_exporter": certificate(consignor=Party("ООО «Склад»", "г. Брест", "PL")),
    "bulk_without_places": goods(packages=Packages(0, "VR")),
    "dash_for_goods_of_before_1993": goods_with(f"{BEFORE}: Беларусь, МТЗ, 1991", criterion=None),
    "old_goods_of_another_state": certificate(
        marks=(f"{BEFORE}: Казахстан, ПЗТМ, 1991",),
        items=(item(criterion=None),),
        declaration=ApplicantDeclaration("KZ", "Петров", DAY),
    ),
    "dash_of_a_base_on_an_old_blank": goods_with(
        f"{SUBSTITUTE} № KZBY6001000001 от 01.05.2026, НПП «Атамекен»", criterion=None
    ),
    "sale_by_the_sender": certificate(
        importer=EXPORTER,
        consignee_mark="Для последующей реализации",
        items=(item(invoice=None),),
    ),
    "long_term_contract_without_invoice": certificate(
        marks=(LONG_TERM,), items=(item(invoice=None),)
    ),
    "periodicals_without_a_quantity": certificate(marks=(LONG_TERM,), items=(newspapers(),)),
    "periodicals_with_their_mass_alone": certificate(
        marks=(LONG_TERM,), items=(newspapers(net=kilograms(40), gross=kilograms(42)),)
    ),
    "list_of_one_heading_and_criterion": listed(item(2, criterion=Criterion("П"))),
    "duplicate": certificate(marks=("Дубликат BYAZ5001000777 от 16.11.2025",)),
    "after_export": certificate(marks=("Выдан впоследствии",)),
    "natural_person_without_invoice": certificate(
        importer=replace(IMPORTER, name="Для свободного обращения"), items=(item(invoice=None),)
    ),
    "natural_person_with_the_mark_beside_the_name": certificate(
        consignee_mark="Для свободного обращения", items=(item(invoice=None),)
    ),
    "substitute_of_goods_made_elsewhere": certificate(
        marks=(f"{SUBSTITUTE} KZBY6001000001 01.05.2026, НПП «Атамекен»",),
        declaration=ApplicantDeclaration("KZ", "Петров", DAY),
    ),
    "tonnes_against_kilograms": certificate(
        items=(butter(1, quantity=Quantity(Decimal(10), "TNE")),)
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_the_rules_allow_is_not_found(name):
    assert check(SOUND[name]) == ()


def test_every_fault_is_found_not_only_the_first():
    subject = certificate(
        items=(item(criterion=None), butter(3)), exporter=replace(EXPORTER, name="")
    )
    found = [finding.code.partition(".")[2] for finding in check(subject)]
    assert found == ["box_empty", "sequence_broken", "criterion_missing"]


def test_another_form_is_not_checked_by_this_one():
    assert codes(check(certificate(form="GENERAL"))) == ["certificate.other_form"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{issuing}{destination}{year1}{body3}{serial6}", None),
        ("{destination}{issuing}{year1}{body3}{serial6}", "number_says_otherwise"),
        ("BYAZ{year1}{body3}{serial6}", None),
        ("BYAZ{year4}{serial6}", "number_says_otherwise"),
        ("BYAZ{year2}{serial6}", "number_not_in_grammar"),
    ],
)
def test_with_its_grammar_the_number_is_read(text, code):
    found = check(certificate(), grammar=NumberGrammar.from_text(text))
    assert codes(found) == ([f"certificate.{code}"] if code else [])


def test_a_form_in_another_language_asks_for_that_language():
    english = replace(ST1, languages=("en",))
    assert check_certificate(goods(description="Wheeled tractors"), form=english) == ()
    found = check_certificate(goods(description="Тракторы"), form=english)
    assert codes(found) == ["certificate.not_in_language_of_form"]
