"""The journal for machines, a part at a time: nothing is lost, and nothing is left out unsaid."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.certification.journal import COLUMNS
from certorigin_server.certification import gaps, journal_parts
from certorigin_server.certification.models import NumberSequence, VoidNumber
from certorigin_server.certification.services import certify, void_number
from tests.pages import counting
from tests.server.factories import (
    Api,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def certifier():
    return make_certifier()


@pytest.fixture
def issued(certifier):
    """Five numbers in their order, all of one moment, the third of them void."""
    makers, now = (Api(make_exporter()), Api(make_assessor())), timezone.now()
    for _ in range(2):
        certify(application=UUID(decided(*makers)), by=certifier, at=now)
    void_number(form="ST-1", destination="AZ", reason="Испорчен", by=certifier, at=now)
    for _ in range(2):
        certify(application=UUID(decided(*makers)), by=certifier, at=now)


def days():
    """Yesterday and tomorrow: a midnight between two steps changes nothing."""
    today = timezone.localdate()
    return [(today + timedelta(days=far)).isoformat() for far in (-1, 1)]


def asked(certifier, **query):
    period = dict(zip(("start", "end"), days(), strict=True))
    return Api(certifier).get("/certification/journal", body="minsk", **(period | query))


def parts_of(certifier, **query):
    """Every part, as a machine asks for one after the other."""
    found = [asked(certifier, part="first", **query).data]
    while found[-1]["next"]:
        found.append(asked(certifier, part=found[-1]["next"], **query).data)
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 4, 250])
def test_parts_together_are_the_whole(issued, certifier, monkeypatch, size):
    whole = asked(certifier).data
    assert (whole["count"], whole["void"], whole["next"]) == ("5", "1", "")
    monkeypatch.setattr(journal_parts, "PART", size)
    parts = parts_of(certifier)
    assert [line for part in parts for line in part["lines"]] == whole["lines"]
    assert len(parts) == {1: 4, 2: 2, 3: 2}.get(size, 1)
    last = parts[-1]
    assert (last["hash"], last["count"], last["void"]) == (whole["hash"], "5", "1")
    for one, other in pairwise(parts):
        assert one["hash"] == one["lines"][-1][COLUMNS.index("hash")]
        assert int(other["lines"][0][0]) == int(one["count"]) + 1


def test_a_part_that_was_filtered_goes_on_all_the_same(issued, certifier, monkeypatch):
    whole = asked(certifier, status="void").data
    monkeypatch.setattr(journal_parts, "PART", 1)
    parts = parts_of(certifier, status="void")
    assert [line for part in parts for line in part["lines"]] == whole["lines"]
    assert len(whole["lines"]) == 1
    assert [] in [part["lines"] for part in parts]


def test_a_series_follows_the_other_and_numbers_without_a_certificate_are_told(
    issued, certifier, monkeypatch
):
    """A form that only ever had a void number comes first: its name does."""
    sequence = NumberSequence.objects.get()
    body = sequence.body
    NumberSequence.objects.create(body=body, form="A", year=sequence.year, last=1)
    at, kept = timezone.now(), {"body": body, "form": "A", "year": sequence.year}
    VoidNumber.objects.create(
        **kept, serial=1, number="A-1", reason="x", voided_at=at, voided_by=certifier
    )
    whole = asked(certifier).data
    assert whole["lines"][0][1] == "A-1"
    monkeypatch.setattr(journal_parts, "PART", 2)
    parts = parts_of(certifier)
    assert [line for part in parts for line in part["lines"]] == whole["lines"]
    assert parts[-1]["hash"] == whole["hash"]


def test_gaps_stand_in_the_last_part(issued, certifier, monkeypatch):
    NumberSequence.objects.update(last=6)
    monkeypatch.setattr(journal_parts, "PART", 2)
    first, last = parts_of(certifier)
    assert first["gaps"] == []
    assert [(gap["first"], gap["last"]) for gap in last["gaps"]] == [("6", "6")]


def test_what_an_answer_can_not_hold_is_refused_to_who_asks_for_no_part(
    issued, certifier, monkeypatch
):
    monkeypatch.setattr(journal_parts, "MOST_WHOLE", 3)
    answer = asked(certifier)
    assert (answer.status, answer.data["code"]) == (413, "certification.journal_in_parts")
    assert "lines" not in answer.data
    assert len(parts_of(certifier)) == 1
    monkeypatch.setattr(journal_parts, "MOST_WHOLE", 4)
    assert asked(certifier).status == 200


@pytest.mark.parametrize("part", ["2", "last", "ST-1/2026/1", "ST-1/2026/x:1/0/" + 64 * "0"])
def test_what_is_no_mark_is_told(issued, certifier, part):
    answer = asked(certifier, part=part)
    assert (answer.status, answer.data["code"]) == (400, "certification.part_malformed")


# -- gaps, without reading every serial again -----------------------------------------------------


def gaps_on(certifier):
    return [(gap["first"], gap["last"]) for gap in asked(certifier, part="first").data["gaps"]]


def test_what_lacked_is_asked_for_again_until_it_is_explained(issued, certifier, monkeypatch):
    monkeypatch.setattr(gaps, "KEPT_EVERY", 1)
    NumberSequence.objects.update(last=7)
    assert gaps_on(certifier) == [("6", "7")]
    sequence = NumberSequence.objects.get()
    assert (sequence.read_to, sequence.lacking) == (7, "[6,7]")
    kept = {"body": sequence.body, "form": "ST-1", "year": sequence.year, "reason": "x"}
    VoidNumber.objects.create(
        **kept, serial=6, number="x6", voided_at=timezone.now(), voided_by=certifier
    )
    NumberSequence.objects.update(last=9)
    assert gaps_on(certifier) == [("7", "9")]
    assert gaps_on(certifier) == [("7", "9")]
    assert NumberSequence.objects.get().lacking == "[7,8,9]"


def test_serials_that_were_read_are_not_read_again(issued, certifier, monkeypatch):
    monkeypatch.setattr(gaps, "KEPT_EVERY", 1)
    assert gaps_on(certifier) == []
    with counting(connection) as caught:
        assert gaps_on(certifier) == []
    counted = [params for sql, params in caught if "COUNT" in sql and '"serial" >' in sql]
    assert counted
    assert all("5" in repr(params) for params in counted)


def test_a_file_trusts_no_mark(issued, certifier):
    """A series that was marked as read, though a number in it is not explained."""
    NumberSequence.objects.update(last=6, read_to=6)
    assert gaps_on(certifier) == []
    told = "Nothing explains the numbers 6 to 6"
    client, period = client_of(certifier), "from={}&to={}".format(*days())
    assert told not in client.get(f"/certification/journal?{period}").content.decode()
    assert told in client.get(f"/certification/journal?{period}&file=csv").content.decode()
