"""A worksheet fits an application, or every difference is named."""

from certorigin.application.draft import Application
from certorigin.assessment.fit import check_fit
from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.record import Record
from tests.library.assessment.cases import item, worksheet


def differences(sheet, *codes):
    goods = [
        {"sequence": str(index + 1)} | ({"tariffCode": code} if code else {})
        for index, code in enumerate(codes)
    ]
    application = Application.from_record(Record({"items": goods}))
    found = check_fit(Worksheet.from_data(sheet), application, issued_in="BY")
    return [(finding.code, finding.place) for finding in found]


def test_the_same_goods_fit():
    assert differences(worksheet(item("8701")), "8701") == []
    assert differences(worksheet(item("8701")), None) == []


def test_every_difference_is_named():
    assert differences(worksheet(item("8701"), country="RU"), "8702", "8703") == [
        ("worksheet.produced_elsewhere", "productionCountry"),
        ("worksheet.other_number_of_items", "items"),
        ("worksheet.other_goods", "items[0].tariffCode"),
    ]
