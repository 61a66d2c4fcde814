"""A record is read member by member, and each fault is named with its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.record import LONGEST_LIST, LONGEST_TEXT, Record

DATA = {
    "text": "a",
    "blank": " \n",
    "long": "x" * (LONGEST_TEXT + 1),
    "hidden": "a\u202eb",
    "number": 1,
    "flag": True,
    "list": [{"text": "b"}, {"text": "c"}],
    "texts": ["a", "b"],
    "mixed": ["a", 1],
    "endless": ["x"] * (LONGEST_LIST + 1),
    "object": {"text": "d"},
    "day": "2026-05-16",
}


def text_of(record):
    return record.text("text")


FAULTS = [
    (lambda r: r.value("absent"), "record.member_missing", "absent"),
    (lambda r: r.text("absent"), "record.member_missing", "absent"),
    (lambda r: r.text("blank"), "record.not_a_text", "blank"),
    (lambda r: r.text("number"), "record.not_a_text", "number"),
    (lambda r: r.text("long"), "record.text_too_long", "long"),
    (lambda r: r.text("hidden"), "record.text_not_shown", "hidden"),
    (lambda r: r.text("text", pattern=re.compile("b")), "record.text_misshaped", "text"),
    (lambda r: r.text_or("number"), "record.not_a_text", "number"),
    (lambda r: r.choice("text", ("b", "c")), "record.not_a_choice", "text"),
    (lambda r: r.flag("text"), "record.not_a_flag", "text"),
    (lambda r: r.moment("day"), "moment.malformed", "day"),
    (lambda r: r.day("text"), "day.malformed", "text"),
    (lambda r: r.decimal("text"), "number.malformed", "text"),
    (lambda r: r.part("text", text_of), "record.not_an_object", "text"),
    (lambda r: r.part("object", lambda _: 0), "record.member_unknown", "object.text"),
    (lambda r: r.parts("object", text_of), "record.not_a_list", "object"),
    (lambda r: r.parts("texts", text_of), "record.not_an_object", "texts[0]"),
    (lambda r: r.parts("list", lambda _: 0), "record.member_unknown", "list[0].text"),
    (lambda r: r.parts("list", text_of, limit=1), "record.list_too_long", "list"),
    (lambda r: r.texts("text"), "record.not_a_list", "text"),
    (lambda r: r.texts("mixed"), "record.not_a_text", "mixed[1]"),
    (lambda r: r.texts("endless"), "record.list_too_long", "endless"),
    (lambda r: r.finish(), "record.member_unknown", "blank"),
]


@pytest.mark.parametrize("place", ["", "root"])
@pytest.mark.parametrize(("read", "code", "at"), FAULTS)
def test_a_fault_is_named_with_its_place(read, code, at, place):
    with pytest.raises(MalformedError) as caught:
        read(Record(DATA, place))
    assert caught.value.code == code
    assert caught.value.facts["place"] == (f"{place}.{at}" if place else at)
    assert isinstance(caught.value, LimitError) == code.endswith("too_long")


def test_what_is_absent_has_its_default():
    record = Record(DATA)
    assert record.text_or("absent", "z") == "z"
    assert record.flag("absent", default=True)
    assert record.part_or_none("absent", text_of) is None
    assert record.parts("absent", text_of) == ()
    assert record.texts("absent") == ()


def test_what_is_there_is_read():
    record = Record(DATA)
    assert record.text("text") == "a"
    assert record.choice("text", ("a", "b")) == "a"
    assert record.flag("flag")
    assert record.part_or_none("object", text_of) == "d"
    assert record.parts("list", text_of) == ("b", "c")
    assert record.texts("texts") == ("a", "b")


def test_a_record_is_finished_when_all_is_read_or_passed_over():
    record = Record({"text": "a", "proof": 1})
    record.text("text")
    record.pass_over("proof")
    record.pass_over("absent")
    record.finish()


@given(st.none() | st.text() | st.integers() | st.lists(st.integers()))
def test_what_is_no_object_is_no_record(value):
    with pytest.raises(MalformedError) as caught:
        Record(value)
    assert caught.value.facts == {"place": "."}
