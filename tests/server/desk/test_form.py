import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from certorigin.errors import LimitError
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding, Grade
from certorigin_server.application.forms import LAYOUT
from certorigin_server.application.queries import draft_from_data
from certorigin_server.desk.findings import is_within, parent_of, read_leniently
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Day, DecimalText, Field, Flag, Group, Rows, clean, id_of
from tests.server.factories import consignment

ROWS = (
    Field(name="title", label="web.field"),
    Rows(
        name="items",
        title="web.goods",
        row_title="web.item_title",
        sequence="sequence",
        parts=(
            Field(name="code", label="web.field"),
            Group(
                name="weight",
                parts=(
                    DecimalText(name="value", label="web.field"),
                    Field(name="unit", label="web.field", default="KGM"),
                ),
            ),
        ),
    ),
)


def form_of(fields: dict[str, str], language: str = "ru") -> Form:
    return Form.from_post(ROWS, QueryDict(urlencode(fields)), language)


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_document_comes_back_from_the_page_as_it_was(language):
    document = consignment()["application"]
    del document["declaration"]
    form = Form.from_data(LAYOUT, document, language)
    fields = {name: value for name, value in form.values.items() if value}
    again = Form.from_post(LAYOUT, QueryDict(urlencode(fields)), language)
    assert again.to_data() | {"format": "certorigin-application/v1"} == document
    assert draft_from_data(again.to_data()) == draft_from_data(document)


def test_what_was_typed_is_normalised():
    assert clean("  a\r\nb\rc\x00 ") == "a\nb\nc"


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("ru", "1 234,5", "1234.5"),
        ("be", "1\u00a0234,50", "1234.50"),
        ("az", "12.5", "12.5"),
        ("ru", "1.234,5", "1.234,5"),
        ("ru", "1,2,3", "1,2,3"),
        ("en", "12.5", "12.5"),
        ("en", "1,234", "1,234"),
        ("ru", "около 5", "около 5"),
    ],
)
def test_a_decimal_is_read_as_people_here_write_it_and_never_guessed(language, typed, read):
    assert DecimalText(name="x", label="").read(typed, language) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("20.05.2026", "2026-05-20"),
        ("1.2.2026", "2026-02-01"),
        ("20/05/2026", "2026-05-20"),
        ("2026-05-20", "2026-05-20"),
        ("31.02.2026", "31.02.2026"),
        ("May 20", "May 20"),
    ],
)
def test_a_day_is_read_as_people_here_write_it(typed, read):
    assert Day(name="x", label="").read(typed, "en") == read


def test_a_group_that_holds_only_what_it_began_with_is_absent():
    form = form_of(
        {"items[0].code": "", "items[0].weight.value": "", "items[0].weight.unit": "KGM"}
    )
    assert form.to_data() == {"items": [{"sequence": "1"}]}


def test_a_flag_is_true_or_absent():
    layout = (Flag(name="sure", label="web.field"),)
    assert Form.from_post(layout, QueryDict("sure=on"), "en").to_data() == {"sure": True}
    assert Form.from_post(layout, QueryDict(""), "en").to_data() == {}


def test_rows_are_counted_anew_when_one_in_the_middle_is_missing():
    form = form_of({"items[0].code": "a", "items[7].code": "b", "items[x].code": "c"})
    assert [row["code"] for row in form.to_data()["items"]] == ["a", "b"]
    assert [row["sequence"] for row in form.to_data()["items"]] == ["1", "2"]


def test_adding_and_removing_a_row_keeps_all_that_was_typed():
    form = form_of({"title": "t", "items[0].code": "a", "items[1].code": "b", "items[2].code": "c"})
    assert form.follow("remove:items[1]")
    assert form.follow("add:items")
    assert [row.get("code") for row in form.to_data()["items"]] == ["a", "c", None]
    assert form.values["title"] == "t"
    assert form.values["items[2].weight.unit"] == "KGM"


@pytest.mark.parametrize(
    "order",
    ["save", "add:nothing", "remove:items[9]", "remove:items", "remove:title", "add:items["],
)
def test_another_order_changes_nothing(order):
    form = form_of({"items[0].code": "a"})
    assert not form.follow(order)
    assert form.counts == {"items": 1}


def test_too_many_rows_are_refused():
    with pytest.raises(LimitError):
        form_of({f"items[{number}].code": "a" for number in range(501)})


def test_a_finding_stands_at_its_field_or_at_the_nearest_place_around():
    form = form_of({"items[0].code": "a", "items[0].weight.value": "1"})
    form.show(
        [
            Finding("x.one", "items[0].code"),
            Finding("x.two", "items[0].weight"),
            Finding("x.three", "items[0].weight.unit.deep"),
            Finding("x.four", "items"),
            Finding("x.five", "elsewhere"),
            Finding("x.six", "items[4].code", Grade.WARNING),
        ]
    )
    at = {told.code: place for place, all_told in form._beside.items() for told in all_told}
    assert at == {
        "x.one": "items[0].code",
        "x.two": "items[0].weight",
        "x.three": "items[0].weight.unit",
        "x.four": "items",
        "x.five": "",
        "x.six": "items",
    }
    assert [linked.target for linked in form.errors] == [
        "items-0-code",
        "items-0-weight-value",
        "items-0-weight-unit",
        "items-0-code",
        "",
    ]
    assert [linked.told.code for linked in form.remarks] == ["x.six"]


def test_every_fault_of_a_document_is_told_at_once_and_the_rest_is_judged():
    document = consignment()["application"]
    document["items"][0]["tariffCode"] = "84"
    document["items"][0]["quantity"]["value"] = "many"
    document["invoice"] = {"number": "17"}
    document["destinationCountry"] = "XX"
    reading = read_leniently(document, draft_from_data)
    assert {fault.place for fault in reading.faults} == {
        "destinationCountry",
        "invoice.date",
        "items[0].quantity.value",
        "items[0].tariffCode",
    }
    assert reading.document is not None
    assert reading.document.exporter is not None


def test_what_only_lacks_because_it_was_unreadable_is_not_told_twice():
    faults = (Finding("x.bad", "invoice.date"),)
    reading = read_leniently({}, draft_from_data)
    reading = type(reading)(reading.document, faults)
    others = (Finding("x.missing", "invoice"), Finding("x.other", "invoices"))
    assert [one.code for one in reading.not_about_faults(others)] == ["x.other"]


def test_a_document_that_is_hopeless_ends_the_reading():
    def read(data):
        return draft_from_data(["no object"])

    reading = read_leniently({"a": "b"}, read)
    assert reading.document is None
    assert len(reading.faults) == 1


def test_places():
    assert parent_of("items[2].code") == "items[2]"
    assert parent_of("items[2]") == "items"
    assert parent_of("items") == ""
    assert is_within("items[2].code", "items")
    assert not is_within("itemsets", "items")
    assert id_of("items[2].weight.value") == "items-2-weight-value"


def test_differences_name_the_places():
    ours = form_of({"title": "a", "items[0].code": "x"})
    theirs = form_of({"title": "b", "items[0].code": "x"})
    label = say("web.field", {}, "ru")
    assert ours.differences(theirs) == [(label, "a", "b")]


def test_what_many_rows_have_is_said_once_and_leads_to_each():
    """299 of 300 rows lack a member: one line of the summary, ten rows named, the rest folded."""
    form = form_of({f"items[{row}].code": "x" for row in range(300)}, "en")
    lacks = [Finding("record.member_missing", f"items[{row}].weight.value") for row in range(299)]
    alone = Finding("record.member_missing", "title")
    form.show([*lacks, alone])
    gathered, single = form.gathered_errors
    assert (len(form.errors), len(gathered.rows), len(gathered.further)) == (300, 10, 289)
    assert [row.name for row in gathered.rows[:2]] == ["Goods 1", "Goods 2"]
    assert gathered.further[-1].target == id_of("items[298].weight.value")
    assert (single.first.told.place, single.rows, single.further) == ("title", (), ())


def test_rows_of_which_something_else_is_told_keep_their_own_words():
    form = form_of({f"items[{row}].code": str(row) for row in range(6)}, "en")
    facts = [{"value": f"x{row}"} for row in range(6)]
    form.show(
        Finding("number.malformed", f"items[{row}].code", facts=facts[row]) for row in range(6)
    )
    (gathered,) = form.gathered_errors
    assert gathered.rows == ()
    assert [(row.name, row.message) for row in gathered.further] == [
        (f"Goods {row + 1}", form.told[row].message) for row in range(1, 6)
    ]
    assert len({told.message for told in form.told}) == 6


def test_a_place_is_told_in_the_words_of_the_page():
    form = Form.from_data(LAYOUT, {"items": [{}, {}]}, "en")
    place = "items[1].tariffCode"
    form.show([Finding("record.text_misshaped", place, facts={"place": place, "value": "x"})])
    (told,) = form.told
    assert (told.place, told.row) == (place, "2")
    label = say("web.tariff_code", {}, "en")
    assert told.message == say("record.text_misshaped", {"place": label, "value": "x"}, "en")
