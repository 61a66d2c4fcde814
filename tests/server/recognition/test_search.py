"""Declarations are found by parts of their number or by what they cite, be the hits few or many."""

import pytest

from certorigin_server.desk import search
from certorigin_server.recognition import queries
from certorigin_server.recognition.models import GoodsDeclaration, NumberPart

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[500, 0], ids=["sorted", "walked"])
def few(request, monkeypatch):
    """As if a text had few hits, and as if it had many."""
    monkeypatch.setattr(search, "_FEW", request.param)


def found(officer, text, **asked):
    return [row.number for row in queries.search(officer, text=text, **asked)]


def test_each_part_of_the_number_that_is_typed_must_begin_one(few, officer, lodged):
    row = GoodsDeclaration.objects.get()
    parts = row.number.split("/")
    assert len(parts) > 1
    for text in (row.number, parts[0], parts[-1], parts[-1][:3], f"{parts[-1]} {parts[0]}"):
        assert found(officer, text) == [row.number], text
    assert found(officer, f"{parts[0]} nothing") == []
    assert found(officer, parts[0][1:]) == [], "the middle of a part"


def test_it_is_found_by_the_certificate_that_it_cites(few, officer, lodged):
    row = GoodsDeclaration.objects.get()
    cited = row.citations.get()
    for text in (cited.number, cited.number[:6].lower()):
        assert found(officer, text) == [row.number]
        assert found(officer, text, state=queries.UNDECIDED) == [row.number]
        assert found(officer, text, state=queries.DECIDED) == []
    assert found(officer, "хвфчщ") == []


def test_an_amended_declaration_keeps_its_parts(officer, lodged):
    row = GoodsDeclaration.objects.get()
    kept = NumberPart.objects.filter(declaration=row).values_list("word", flat=True)
    assert set(kept) == set(search.words_of(row.number))
