"""Every fault of a worksheet is told at once, with its place."""

import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certorigin.assessment.faults import MOST_FAULTS, find_faults
from certorigin.assessment.reading import read_worksheet
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FaultsError, MalformedError
from tests.library.assessment.cases import certificate, item, material, money, worksheet

SOUND = worksheet(
    item(
        "8701",
        material("8408", "CN", "1", certificate=certificate()),
        material("8708", "BY", "2"),
        whollyObtained={"category": "plants", "grownIn": "BY"},
        expertAct={"number": "1", "date": "2026-01-01"},
        attested=["a_fact"],
        refuted=["another_fact"],
    ),
    item(
        "8206",
        elements=[
            material("8205", "BY", "1")
            | {"production": {"exWorksPrice": money("2"), "operations": ["machining"]}}
        ],
        materials=None,
        lots={"cause": "mistake", "lastLot": "2026-01-01"},
    ),
    rates=[{"from": "EUR", "to": "USD", "rate": "1", "source": "bank", "date": "2026-01-01"}],
    trade={"carriedBy": "business", "exportedFrom": "BY"},
)


def places(data):
    return sorted((finding.place, finding.code) for finding in find_faults(data))


def members(data, path=()):
    """Every place in a document whose value is a text."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from members(value, (*path, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from members(value, (*path, index))
    elif isinstance(data, str) and path[-1] not in {"description", "number", "source", "issuer"}:
        yield path


def spelled(path):
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")


def broken_at(paths):
    data = copy.deepcopy(SOUND)
    for path in paths:
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = "?"
    return data


def test_a_sound_worksheet_has_none():
    Worksheet.from_data(SOUND)
    assert find_faults(SOUND) == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(members(SOUND), key=str)), unique=True, min_size=1))
def test_every_member_that_is_broken_is_told(paths):
    told = {place for place, _ in places(broken_at(paths))}
    assert told == {spelled(path) for path in paths}


def test_all_of_them_at_once():
    paths = list(members(SOUND))
    assert len(paths) > 30
    assert len(find_faults(broken_at(paths))) == len(paths)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], [(".", "record.not_an_object")]),
        ({"items": "x"}, [
            ("agreement", "record.member_missing"),
            ("format", "record.member_missing"),
            ("items", "record.not_a_list"),
            ("productionCountry", "record.member_missing"),
        ]),
        (worksheet(), [("items", "worksheet.without_items")]),
        (worksheet() | {"items": ["x"]}, None),
        (worksheet(item("8701", "x")), None),
        (worksheet(item("8701", more="x", other="y")), [
            ("items[0].more", "record.member_unknown"),
            ("items[0].other", "record.member_unknown"),
        ]),
        (
            worksheet(item("8701")) | {"items": [item("8701"), item("8701", sequence="3")]},
            [("items[1].sequence", "goods.sequence_broken")],
        ),
        (
            worksheet(item("8206", material("8205", "BY"), elements=[material("8205", "CN")])),
            [("items[0].elements", "worksheet.set_with_materials")],
        ),
        (
            worksheet(item("8701", exWorksPrice="dear", operations=["A", "a_b", "a_b"])),
            [
                ("items[0].exWorksPrice", "record.not_an_object"),
                ("items[0].operations[0]", "worksheet.code_malformed"),
                ("items[0].operations[2]", "worksheet.code_malformed"),
            ],
        ),
        (
            worksheet(item("8701", description="x" * 5_000, tariffCode="x")),
            [
                ("items[0].tariffCode", "tariff.malformed"),
                ("items[0].description", "record.text_too_long"),
            ],
        ),
    ],
)  # fmt: skip
def test_faults_of_every_kind(data, found):
    if found is None:
        assert [code for _, code in places_of_broken(data)] == ["record.not_an_object"]
    else:
        assert places(data) == sorted(found)


def places_of_broken(data):
    return places(data)


def test_it_stops_at_a_number_of_faults():
    data = worksheet(item("8701", *[material("?", "??", "?") for _ in range(3_000)]))
    start = time.process_time()
    assert len(find_faults(data)) == MOST_FAULTS
    assert time.process_time() - start < 2


def test_many_faults_of_one_item_are_all_told_too():
    data = worksheet(item("8701", operations=["?"] * 150))
    assert len(find_faults(data)) == 150


def test_reading_a_file_tells_them_all():
    data = worksheet(item("87", material("?", "CN", "-1")))
    with pytest.raises(FaultsError) as fault:
        read_worksheet(json.dumps(data).encode())
    assert isinstance(fault.value, MalformedError)
    assert [one.place for one in fault.value.findings] == [
        "items[0].materials[0].tariffCode",
        "items[0].materials[0].value.amount",
        "items[0].tariffCode",
    ]
    assert fault.value.facts["place"] == "items[0].materials[0].tariffCode"


def test_a_certificate_without_its_number_is_told_once():
    """What is put in its place must fit: else the two faults of it would follow each other on."""
    named = {"form": "ST-1", "date": "2026-05-04", "issuingCountry": "RU"}
    part = {
        "description": "part",
        "certificate": named,
        "value": {"amount": "x", "currency": "USD"},
    }
    found = find_faults(worksheet({"tariffCode": "8418", "materials": [part]}))
    assert [(one.code, one.place) for one in found] == [
        ("number.malformed", "items[0].materials[0].value.amount"),
        ("record.member_missing", "items[0].materials[0].certificate.number"),
    ]


@given(st.sampled_from([None, 1, "", [], {}, "x", ["a"], {"a": "b"}]), st.randoms())
def test_no_fault_is_told_twice_whatever_was_broken(junk, choice):
    """Any member of a worksheet that uses them all is replaced by something else."""
    named = {"form": "ST-1", "number": "RUBY6001000123", "date": "2026-05-04"}
    part = material("8414", "RU", "1", certificate=named | {"issuingCountry": "RU"})
    part |= {"supplierDeclaration": {"id": "urn:uuid:5d2a1c3e-7b60-4f0e-9a54-0c9a7be1f001"}}
    act = {"number": "14/2", "date": "2026-08-20", "confirmsNecessaryComponents": True}
    lots = {"cause": "mistake", "lastLot": "2026-08-20"}
    sheet = worksheet(item("8418", part, expertAct=act, lots=lots), trade={"exportedFrom": "BY"})
    holder, key = sheet, "items"
    for _ in range(choice.randint(1, 7)):
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner:
            break
        holder, key = (
            inner,
            choice.choice([*(inner if isinstance(inner, dict) else range(len(inner)))]),
        )
    holder[key] = junk
    found = find_faults(sheet)
    assert len({(one.code, one.place) for one in found}) == len(found) < 12
