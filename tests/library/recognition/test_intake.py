"""A declaration from a file: three notations of one document, and every fault with its line."""

from contextlib import suppress
from copy import deepcopy
from datetime import date
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import FaultsError, LimitError, MalformedError
from certorigin.recognition.declaration import MAX_DECLARATION, Claim, GoodsDeclaration
from certorigin.recognition.intake import (
    MOST_FAULTS,
    declaration_from_data,
    find_faults,
    read_declaration,
    tidied,
)
from certorigin.recognition.intake_csv import MOST_COLUMNS, MOST_ROWS, csv_from
from certorigin.recognition.intake_xml import NAMESPACE, xml_from
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Money
from tests.library.recognition.declarations import butter, declaration, line
from tests.library.standing import sample

DUTY = Money(Decimal("1250.40"), "AZN")
CODED = Claim(sample.REFERENCE, 1, "06011")
WHOLE = declaration(line(duty=DUTY), butter(), declarant=sample.IMPORTER)
FULL = declaration(
    line(duty=DUTY, claim=CODED, value=Money(Decimal(4100), "USD")),
    butter(claim=None, origin_declaration=DocumentReference("D-7", date(2026, 5, 18))),
    declarant=sample.IMPORTER,
    transport=Transport("Автомобиль", "Минск - Баку"),
)
BARE = declaration(line(net=None, gross=None, packages=None, invoice=None, claim=None))


def json_from(made):
    return orjson.dumps(made.to_data())


WRITERS = (json_from, xml_from, lambda made: csv_from(made).encode())


def faults_in(raw):
    with pytest.raises(FaultsError) as caught:
        read_declaration(raw if isinstance(raw, bytes) else raw.encode())
    assert caught.value.code == caught.value.findings[0].code
    return [
        (one.code, one.place, one.facts.get("line", ""), one.facts.get("column", ""))
        for one in caught.value.findings
    ]


def refusal_of(raw):
    with pytest.raises(MalformedError) as caught:
        read_declaration(raw if isinstance(raw, bytes) else raw.encode())
    assert not isinstance(caught.value, FaultsError)
    return caught.value.code


# -- three notations ------------------------------------------------------------------------------


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("made", [WHOLE, FULL, BARE])
def test_a_declaration_reads_back_from_every_notation(write, made):
    assert read_declaration(write(made)) == made


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u202a\u202b\u202c\u202d"),
    min_size=1,
    max_size=20,
).map(str.strip)
amounts = st.decimals(min_value="0.001", max_value="999999", places=3).map(
    lambda amount: amount.normalize() + 0
)


@st.composite
def declarations(draw):
    def text(fallback):
        found = draw(texts)
        with suppress(MalformedError):
            party = Party(found, "-", "BY").to_data()
            declaration_from_data(BARE.to_data() | {"exporter": party})
            return found
        return fallback

    items = [
        line(
            index,
            description=text("goods"),
            quantity=str(draw(amounts)),
            duty=draw(st.none() | st.builds(Money, amounts, st.just("BYN"))),
            net=None,
            packages=None,
        )
        for index in range(1, draw(st.integers(1, 4)) + 1)
    ]
    seller = Party(text("seller"), text("street"), "BY", Identifier("OTHER", text("1")))
    day = draw(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    return declaration(*items, exporter=seller, post=text("post"), date=day)


@given(declarations())
def test_whatever_a_declaration_says_the_notations_agree(made):
    assert {write(read_declaration(write(made))) for write in (json_from,)} == {json_from(made)}
    assert read_declaration(xml_from(made)) == made
    assert read_declaration(csv_from(made).encode()) == made


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_code(raw):
    with suppress(MalformedError):
        assert isinstance(read_declaration(raw), GoodsDeclaration)


@given(st.data())
def test_a_damaged_file_is_read_or_refused_with_a_code(data):
    raw = data.draw(st.sampled_from([write(WHOLE) for write in WRITERS]))
    at = data.draw(st.integers(0, len(raw)))
    gone = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=6) | st.sampled_from([b"<", b'"', b";", b"\n", b"&x;"]))
    with suppress(MalformedError):
        assert isinstance(read_declaration(raw[:at] + put + raw[at + gone :]), GoodsDeclaration)


trees = st.recursive(
    st.none() | st.booleans() | st.text(max_size=6) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "exporter", "number", "date", "quantity", "value", "x[0].y"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(trees)
def test_every_tree_has_faults_or_reads(tree):
    data = WHOLE.to_data() | tree if isinstance(tree, dict) else tree
    before = deepcopy(data)
    found = find_faults(data)
    assert data == before
    try:
        declaration_from_data(data)
    except MalformedError:
        assert found
    else:
        assert not found


# -- faults ---------------------------------------------------------------------------------------


def test_every_fault_of_a_table_is_told_with_its_line_and_column():
    table = csv_from(WHOLE).replace("2026-05-20", "yesterday").replace("H87", "pieces")
    table = table.replace("8701939000", "87").replace(",PX,", ",box,")
    assert faults_in(table) == [
        ("day.malformed", "date", "2", "2"),
        ("tariff.malformed", "items[0].tariffCode", "2", "23"),
        ("record.text_misshaped", "items[0].quantity.unit", "2", "26"),
        ("record.text_misshaped", "items[0].packages.kind", "2", "32"),
    ]


def test_every_fault_of_xml_is_told_with_its_line():
    text = xml_from(WHOLE).decode()
    text = text.replace("2026-05-20", "yesterday").replace("<kind>PX", "<sort>PX")
    text = text.replace("PX</kind>", "PX</sort>")
    found = faults_in(text)
    lines = text.split("\n")
    assert [(code, place) for code, place, _, _ in found] == [
        ("day.malformed", "date"),
        ("record.member_missing", "items[0].packages.kind"),
        ("record.member_unknown", "items[0].packages.sort"),
    ]
    assert "yesterday" in lines[int(found[0][2]) - 1]
    assert "packages" in lines[int(found[1][2]) - 1]
    assert "sort" in lines[int(found[2][2]) - 1]


def test_a_document_says_every_fault_at_once():
    data = WHOLE.to_data()
    del data["post"], data["exporter"]
    data |= {"more": "x", "importer": "somebody", "number": 7}
    data["items"][0]["quantity"] = {"value": "much"}
    data["items"][1] |= {"sequence": "1", "certificate": {"item": "0"}}
    codes = [(code, place) for code, place, _, _ in faults_in(orjson.dumps(data))]
    assert sorted(codes) == [
        ("declaration.sequence_repeated", "items[1].sequence"),
        ("number.malformed", "items[0].quantity.value"),
        ("record.member_missing", "exporter"),
        ("record.member_missing", "items[0].quantity.unit"),
        ("record.member_missing", "items[1].certificate.date"),
        ("record.member_missing", "items[1].certificate.form"),
        ("record.member_missing", "items[1].certificate.issuingCountry"),
        ("record.member_missing", "items[1].certificate.number"),
        ("record.member_missing", "post"),
        ("record.member_unknown", "more"),
        ("record.not_a_text", "number"),
        ("record.not_an_object", "importer"),
        ("record.text_misshaped", "items[1].certificate.item"),
    ]


def test_faults_end_somewhere():
    items = [{"sequence": str(index)} for index in range(1, 400)]
    assert len(find_faults(WHOLE.to_data() | {"items": items})) == MOST_FAULTS


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("none", "record.not_a_list"),
        ([], "declaration.without_goods"),
        ([1], "record.not_an_object"),
        ([{}] * 10_001, "record.list_too_long"),
    ],
)
def test_goods_that_are_no_goods(items, code):
    assert [one.code for one in find_faults(WHOLE.to_data() | {"items": items})] == [code]
    assert find_faults(items if items == [1] else 1)[0].code == "record.not_an_object"


# -- tables ---------------------------------------------------------------------------------------


def test_a_table_of_a_spreadsheet_has_semicolons_commas_and_days_of_ours():
    table = csv_from(declaration(line(quantity="99.5", net=None, gross=None)))
    table = table.replace(",", ";").replace("99.5", "99,5").replace("2026-05-20", "20.05.2026")
    read = read_declaration(f"\ufeff{table}".encode())
    assert read.items[0].quantity.value == Decimal("99.5")
    assert read.date == date(2026, 5, 20)


def test_what_is_said_of_the_whole_may_be_repeated_and_not_contradicted():
    header, first, second, _ = csv_from(WHOLE).split("\r\n")
    number = first.split(",")[0]
    assert read_declaration("\n".join([header, first, number + second]).encode()) == WHOLE
    assert faults_in("\n".join([header, first, "other" + second])) == [
        ("declaration.cell_differs", "number", "3", "1")
    ]


def test_columns_that_nobody_knows_stand_twice_or_have_no_name():
    header, first, *_ = csv_from(BARE).split("\r\n")
    found = faults_in(f"{header},colour,number,\n{first},red,x,stray")
    assert [(code, column) for code, _, _, column in found] == [
        ("declaration.column_unknown", "49"),
        ("declaration.column_twice", "50"),
        ("declaration.cell_differs", "50"),
        ("declaration.cell_without_column", "51"),
    ]


def test_lines_are_numbered_as_they_come_and_empty_ones_are_passed_over():
    header, first, second, _ = csv_from(WHOLE).split("\r\n")
    cells = second.split(",")
    cells[header.split(",").index("sequence")] = ""
    table = "\n".join([header, "", first, ",,,", ",".join(cells)])
    assert [item.sequence for item in read_declaration(table.encode()).items] == [1, 2]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "declaration.not_a_file_of_ours"),
        (b"colour;size\nred;1", "declaration.not_a_file_of_ours"),
        (b'number,date\n"open', "declaration.table_unreadable"),
        ("number,post\n1,Минск".encode("cp1251"), "declaration.not_utf8"),
        (b"number," + b"x," * MOST_COLUMNS, "declaration.too_many_columns"),
        (b"number\n" + b"1\n" * (MOST_ROWS + 1), "declaration.too_many_rows"),
        (b" " * (MAX_DECLARATION + 1), "declaration.too_large"),
        (b"{", "declaration.not_json"),
        (b'{"a":' + b"[" * 30 + b"]" * 30 + b"}", "declaration.too_deep"),
        (b"<a", "declaration.xml_malformed"),
        (b"<a/>", "declaration.not_a_file_of_ours"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "declaration.document_type"),
        (b'<?xml version="1.0" encoding="ebcdic"?><a/>', "declaration.encoding_unknown"),
        (b'<?xml version="1.0" encoding="ascii"?><a>\xff</a>', "declaration.encoding_wrong"),
        (b"<a>" * 80 + b"</a>" * 80, "declaration.too_deep"),
        (b"<a>" + b"<b/>" * 700_000 + b"</a>", "declaration.too_many_rows"),
        (b"\xff\xfe\x00", "declaration.encoding_wrong"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(raw, code):
    assert refusal_of(raw) == code


def test_limits_are_told_as_limits():
    with pytest.raises(LimitError):
        read_declaration(b"<a>" * 80 + b"</a>" * 80)


# -- XML ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<number>1</number><number>2</number>", ("declaration.element_twice", "number")),
        ("<number a='1'>1</number>", ("declaration.attribute_unknown", "number")),
        ("<exporter>text</exporter>", ("record.not_an_object", "exporter")),
        (
            "<exporter>text<name>n</name></exporter>",
            ("declaration.text_between_elements", "exporter"),
        ),
        ("<o:number xmlns:o='urn:o'>1</o:number>", ("declaration.element_unknown", "")),
        ("<items><line/></items>", ("declaration.element_unknown", "items")),
        ("<items><o:item xmlns:o='urn:o'/></items>", ("declaration.element_unknown", "items")),
    ],
)
def test_elements_out_of_place_are_faults(inner, expected):
    found = faults_in(f"<goodsDeclaration xmlns='{NAMESPACE}'>\n{inner}</goodsDeclaration>")
    assert (*expected, "2") in [(code, place, at) for code, place, at, _ in found]


def test_what_an_element_leaves_empty_is_not_said():
    text = xml_from(WHOLE).decode()
    schema = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='a b'"
    text = text.replace("<goodsDeclaration ", f"<goodsDeclaration {schema} ")
    text = text.replace("<originCountry>BY</originCountry>", "<originCountry> </originCountry>", 1)
    assert read_declaration(text.encode()).items[0].origin_country == ""


# -- numbers as people type them ------------------------------------------------------------------


@pytest.mark.parametrize("write", WRITERS)
def test_the_number_of_a_certificate_is_read_as_it_was_meant(write):
    raw = write(WHOLE).decode().replace(sample.REFERENCE.number, " вуаz 6001000001 ")
    numbers = {item.claim.certificate.number for item in read_declaration(raw.encode()).items}
    assert numbers == {"BYAZ6001000001"}


def test_tidying_touches_nothing_else():
    for data in ({"items": "x"}, {"items": [1, {"certificate": "x"}, {"certificate": {}}]}, {}):
        assert tidied(data) == data


# -- codes of documents (box 44) ------------------------------------------------------------------


def cited(**changes):
    data = declaration(line()).to_data()
    claim = data["items"][0]["certificate"] | changes
    data["items"][0]["certificate"] = {name: value for name, value in claim.items() if value}
    return orjson.dumps(data)


@pytest.mark.parametrize(
    ("changes", "form", "code"),
    [
        ({"documentCode": "06011"}, "ST-1", "06011"),
        ({"documentCode": "06011", "form": ""}, "ST-1", "06011"),
        ({"form": "06011"}, "ST-1", "06011"),
        ({"documentCode": "06019", "form": ""}, "ST-3", "06019"),
        ({"documentCode": "06013", "form": ""}, "A", "06013"),
        ({"documentCode": "06014", "form": ""}, "GENERAL", "06014"),
        ({"documentCode": "06999", "form": "X-9"}, "X-9", "06999"),
        ({}, "ST-1", ""),
    ],
)
def test_a_certificate_is_named_by_form_or_by_the_code_of_its_kind(changes, form, code):
    claim = read_declaration(cited(**changes)).items[0].claim
    assert (claim.certificate.form, claim.document_code) == (form, code)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"documentCode": "06019"}, "declaration.document_code_differs"),
        ({"documentCode": "06016", "form": ""}, "declaration.document_code_unknown"),
        ({"documentCode": "04021"}, "declaration.document_code_unknown"),
        ({"documentCode": "06999", "form": ""}, "declaration.document_code_unknown"),
        ({"form": ""}, "record.member_missing"),
    ],
)
def test_a_code_that_names_another_thing_is_told_with_its_place(changes, fault):
    (code, place, _, _), *_ = faults_in(cited(**changes))
    assert code == fault
    assert place.startswith("items[0].certificate.")


def test_a_line_rests_on_one_document():
    data = declaration(line()).to_data()
    data["items"][0]["originDeclaration"] = {"number": "D-7", "date": "2026-05-18"}
    ((code, place, _, _),) = faults_in(orjson.dumps(data))
    assert (code, place[-17:]) == ("declaration.two_documents_of_origin", "originDeclaration")
