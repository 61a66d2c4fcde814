"""A nomenclature is read from its file, or refused with the place of the fault."""

import pytest

from certorigin.application.tariff import nomenclature as module
from certorigin.application.tariff.nomenclature import read_nomenclature
from certorigin.application.tariff.words import fold, loose, stem, tokens
from certorigin.errors import LimitError, MalformedError

GOOD = (
    b"section,hscode,description\nI,01,Animals\nI,0101,Horses\nI,010121,Horses; pure\nI,01012,x\n"
)


def test_it_is_read():
    found = read_nomenclature(GOOD)
    assert found.subheadings == ("010121",)
    assert "01012" not in found.descriptions


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "nomenclature.unreadable"),
        (b"\xff", "nomenclature.unreadable"),
        (b"code,text\n010121,x\n", "nomenclature.unreadable"),
        (b"hscode,description\n0101,x\n", "nomenclature.unreadable"),
        (b'hscode,description\n010121,"x', "nomenclature.unreadable"),
        (b"hscode,description\n010121,x\n010121,y\n", "nomenclature.code_twice"),
    ],
)
def test_what_is_no_nomenclature_is_refused(raw, code):
    with pytest.raises(MalformedError) as caught:
        read_nomenclature(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(("name", "limit"), [("MAX_BYTES", 9), ("MOST_CODES", 1)])
def test_limits(monkeypatch, name, limit):
    monkeypatch.setattr(module, name, limit)
    with pytest.raises(LimitError):
        read_nomenclature(GOOD)


@pytest.mark.parametrize(
    ("one", "other"),
    [("boxes", "box"), ("cherries", "cherry"), ("cutting", "cut"), ("glasses", "glass"),
     ("tyres", "tyre"), ("помидоры", "помидор"), ("йогурта", "йогурт"), ("drilled", "drill")],
)  # fmt: skip
def test_forms_of_a_word_meet(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("mixer", "mixing"), ("grinder", "grinding")])
def test_a_doer_and_a_doing_meet_loosely(one, other):
    assert loose(stem(one)) == loose(stem(other))


def test_short_words_and_endings_stay():
    assert stem("bus") == "bus"
    assert stem("ада") == "ада"
    assert tokens("the A of Women's boys' café, Ёлка") == ["women", "boy", "caf", "елк"]
    assert fold("Ë") == "e"
