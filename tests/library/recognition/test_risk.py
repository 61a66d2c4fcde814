"""Risk indicators: each explains itself, links to its records, and is silent without cause."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from certorigin.recognition.risk import CODES, MOST_LINKS, BodyHistory, Earlier, indicators
from certorigin.returns.grounds import GROUNDS
from certorigin.terminal.sentences import LANGUAGES, say
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.party import Identifier
from certorigin.vocabulary.quantity import Quantity
from tests.library.standing.sample import certificate

BOXES = certificate()
ROAD = Transport("Автомобиль", "Минск – Смоленск – Баку")


def other(number, *, ended="", **changes):
    """Another certificate of the same exporter, with an invoice of its own."""
    changes = {"items": BOXES.items} | changes
    invoice = DocumentReference(f"СЧ-{number}", date(2026, 1, number))
    items = tuple(replace(item, invoice=invoice) for item in changes.pop("items"))
    boxes = replace(BOXES, items=items, **changes)
    return Earlier(f"urn:certorigin:certificate:BY-1:{number}", boxes, ended)


def several(count, **changes):
    return [other(number, **changes) for number in range(1, count + 1)]


def codes(*found, boxes=BOXES, **facts):
    told = indicators(boxes, found, **facts)
    for one in told:
        for language in LANGUAGES:
            assert "{" not in say(one.code, dict(one.facts), language)
    return [one.code for one in told]


def times(factor):
    """The goods with more of the first item."""
    first, *rest = BOXES.items
    amount = Quantity(first.quantity.value * Decimal(factor), first.quantity.unit)
    return replace(BOXES, items=(replace(first, quantity=amount), *rest))


def test_the_ordinary_says_nothing():
    assert codes(*several(5)) == []


def test_the_first_certificate_of_an_exporter_is_told_and_of_another_state_is_another():
    assert codes() == ["risk.exporter_new"]
    foreign = replace(BOXES.exporter, country="AM", identifier=None)
    assert codes(other(1, exporter=foreign)) == ["risk.exporter_new"]


def test_an_identifier_goes_before_a_name():
    mine = replace(BOXES.exporter, identifier=Identifier("OTHER", "1"))
    other_name = replace(mine, name="ОАО «Иное»")
    boxes = replace(BOXES, exporter=mine)
    assert codes(other(1, exporter=other_name), boxes=boxes) == []
    other_number = replace(mine, identifier=Identifier("OTHER", "2"))
    assert codes(other(1, exporter=other_number), boxes=boxes) == ["risk.exporter_new"]


def test_a_new_importer_is_told_once_there_is_a_habit():
    stranger = replace(BOXES.importer, name="ООО «Новый»", identifier=None)
    boxes = replace(BOXES, importer=stranger)
    assert codes(*several(2), boxes=boxes) == []
    assert codes(*several(3), boxes=boxes) == ["risk.parties_new"]


@pytest.mark.parametrize(("factor", "told"), [("3", []), ("3.01", ["risk.quantity_unusual"])])
def test_more_than_three_times_the_largest_is_unusual(factor, told):
    assert codes(*several(3), boxes=times(factor)) == told
    assert codes(*several(2), boxes=times(factor)) == []


def test_many_that_were_annulled_or_replaced_are_linked():
    found = [*several(3), other(4, ended="Annulled"), other(5)]
    (one,) = indicators(BOXES, found)
    assert (one.code, one.links) == ("risk.many_ended", (found[3].subject,))
    assert one.facts == {"ended": "1", "count": "5"}
    assert indicators(BOXES, [*several(5), other(6, ended="Replaced")]) == ()


def test_a_body_with_annulments_is_told_from_ten_certificates_on():
    known = several(3)
    assert codes(*known, of_body=BodyHistory(9, ("a",))) == []
    assert codes(*known, of_body=BodyHistory(11, ("a",))) == []
    (one,) = indicators(BOXES, known, of_body=BodyHistory(10, ("a",)))
    assert (one.code, one.links) == ("risk.body_with_annulments", ("a",))
    many = tuple(str(number) for number in range(50))
    (one,) = indicators(BOXES, known, of_body=BodyHistory(60, many))
    assert len(one.links) == MOST_LINKS


def test_an_invoice_that_stands_in_a_certificate_that_holds_is_told():
    boxes = other(1).certificate
    assert codes(other(1), boxes=boxes) == ["risk.invoice_reused"]
    assert "risk.invoice_reused" not in codes(other(1, ended="Replaced"), boxes=boxes)


def test_another_route_than_ever_is_told():
    boxes = replace(BOXES, transport=replace(ROAD, route="Брест – Гданьск – Поти"))
    assert codes(*several(3, transport=ROAD), boxes=boxes) == ["risk.route_unusual"]
    same = replace(BOXES, transport=replace(ROAD, route="минск - смоленск - баку"))
    assert codes(*several(3, transport=ROAD), boxes=same) == []


def test_no_indicator_is_a_ground_and_their_order_is_fixed():
    assert not set(CODES) & set(GROUNDS)
    found = indicators(times("9"), [*several(3), other(4, ended="Annulled")])
    told = [one.code for one in found]
    assert told == sorted(told, key=CODES.index)
    assert len(told) == 2
