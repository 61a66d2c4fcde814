"""The worksheet reads itself back, and refuses what it does not understand."""

import pytest

from certorigin.assessment.worksheet import MOST_MATERIALS, Worksheet
from certorigin.errors import LimitError, MalformedError
from tests.library.assessment.cases import certificate, item, material, worksheet

FULL = worksheet(
    item(
        "8701945000",
        material("840820", "RU", "10.50", certificate=certificate()),
        {"description": "unknown stuff"},
        material("4407", "BY", "3", valueBasis="first_sale_price", whollyObtained=False),
        description="tractor",
        netWeight="12.5",
        operations=[],
        operationsNotApplicable=["deaeration"],
        attested=["specialised_production"],
        refuted=["from_resin_acids"],
        withinNamedPart=False,
        namedPart="8702-8704-electric",
        whollyObtained={
            "category": "waste_and_scrap",
            "collectedIn": "BY",
            "onlyForRawMaterial": True,
        },
        expertAct={
            "number": "17",
            "date": "2026-08-01",
            "issuer": "chamber",
            "confirmsNecessaryComponents": True,
        },
    ),
    item("0702", operations=None, expertAct={"number": "18", "date": "2026-08-01"}),
    rates=[
        {
            "from": "EUR",
            "to": "USD",
            "rate": "1.1",
            "per": "1",
            "source": "bank",
            "date": "2026-08-01",
        }
    ],
)


def changed(**members):
    return worksheet(item("8701", material("8408", "CN")) | members)


def test_it_writes_what_it_read():
    read = Worksheet.from_data(FULL)
    written = read.to_data()
    assert Worksheet.from_data(written) == read
    expected = {**FULL, "items": [{**FULL["items"][0]}, {**FULL["items"][1]}]}
    del expected["items"][1]["materials"]  # an empty list is not written
    assert written == expected


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (worksheet(), "worksheet.without_items", "items"),
        (worksheet(item("8701"), format="other"), "record.not_a_choice", "format"),
        (worksheet(item("8701"), agreement="cis"), "record.text_misshaped", "agreement"),
        (worksheet(item("8701"), country="XX"), "country.unknown", "productionCountry"),
        (worksheet(item("8701"), more="x"), "record.member_unknown", "more"),
        (
            worksheet(item("8701")) | {"items": [item("8701"), item("8701")]},
            "goods.sequence_broken",
            "items[1].sequence",
        ),
        (changed(tariffCode="87"), "tariff.malformed", "items[0].tariffCode"),
        (changed(operations=["A"]), "worksheet.code_malformed", "items[0].operations[0]"),
        (
            changed(operations=["sawing", "sawing"]),
            "worksheet.code_malformed",
            "items[0].operations[1]",
        ),
        (
            changed(operations=["sawing"], operationsNotApplicable=["sawing"]),
            "worksheet.contradiction",
            "items[0].operationsNotApplicable",
        ),
        (
            changed(attested=["a_fact"], refuted=["a_fact"]),
            "worksheet.contradiction",
            "items[0].refuted",
        ),
        (
            changed(exWorksPrice={"amount": "0.00", "currency": "USD"}),
            "worksheet.price_zero",
            "items[0].exWorksPrice.amount",
        ),
        (changed(netWeight="0"), "worksheet.weight_zero", "items[0].netWeight"),
        (
            changed(materials=[material("8408", "ZZ")]),
            "country.unknown",
            "items[0].materials[0].originCountry",
        ),
        (
            changed(materials=[material("8408", "CN", "-5")]),
            "number.malformed",
            "items[0].materials[0].value.amount",
        ),
        (
            worksheet(
                item("8701"),
                rates=[
                    {"from": "EUR", "to": "USD", "rate": "0", "source": "x", "date": "2026-08-01"}
                ],
            ),
            "worksheet.rate_zero",
            "rates[0].rate",
        ),
        ([], "record.not_an_object", "."),
    ],
)
def test_it_names_the_fault_and_its_place(data, code, place):
    with pytest.raises(MalformedError) as fault:
        Worksheet.from_data(data)
    assert (fault.value.code, fault.value.facts["place"]) == (code, place)


def test_it_limits_the_number_of_materials():
    half = item("8701", *[material("8408", "CN")] * (MOST_MATERIALS // 2 + 1))
    with pytest.raises(LimitError):
        Worksheet.from_data(worksheet(half, half))
