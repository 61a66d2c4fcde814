"""Lists say what was decided about a declaration, and what became of a certificate."""

import re
from datetime import date

import pytest

from certorigin_server.certification.outcomes import told_term
from tests.server.recognition.hands import lodge, typed

pytestmark = pytest.mark.django_db


def tag_of(page, address):
    """The tag in the row of a list that leads to an address."""
    (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if address in row)
    return re.findall(r'class="tag ([a-z]+)">([^<]+)<', row)


def decide(client, declaration, subject, **order):
    answer = client.post(f"{declaration}/{subject}", order)
    assert answer.status_code == 302, answer.content


ACCEPT = {"order": "accept"}
REFUSE = {"order": "refuse", "phase": "at_release", "ground": "goods_not_identifiable"}


def test_a_declaration_that_was_accepted_and_one_that_was_refused_say_so(
    client, officer, issue, partner, turns
):
    second = partner.issue("AZBY6001000002")
    turns.follow(partner)
    accepted, refused, open_ = (
        lodge(officer, issue.declaration("1")),
        lodge(officer, second.declaration("2")),
        lodge(officer, issue.declaration("3", amount="1")),
    )
    decide(client, accepted, issue.subject, **ACCEPT)
    decide(client, refused, second.subject, **REFUSE)
    for address in ("/recognition/", "/search?text=06533"):
        page = client.get(address).content.decode()
        assert tag_of(page, accepted) == [("good", "accepted")], address
        assert tag_of(page, refused) == [("bad", "refused")], address
        assert tag_of(page, open_) == [("wait", "to be decided")], address


def test_one_with_a_certificate_accepted_and_one_refused_is_accepted_in_part(
    client, officer, issue, partner, turns
):
    second = partner.issue("AZBY6001000002")
    turns.follow(partner)
    both = issue.declaration()
    both["items"] += [item | {"sequence": "2"} for item in second.declaration()["items"]]
    place = lodge(officer, both)
    decide(client, place, issue.subject, **ACCEPT)
    assert tag_of(client.get("/recognition/").content.decode(), place) == [
        ("wait", "to be decided")
    ]
    decide(client, place, second.subject, **REFUSE)
    assert tag_of(client.get("/recognition/").content.decode(), place) == [
        ("wait", "accepted in part")
    ]


def test_what_was_refused_after_release_is_no_longer_accepted(client, annulled, lodged, issue):
    order = {"order": "refuse", "phase": "after_release", "ground": "issued_on_false_documents"}
    decide(client, lodged, issue.subject, **order)
    assert tag_of(client.get("/recognition/").content.decode(), lodged) == [("bad", "refused")]


def test_an_amended_declaration_keeps_what_was_decided_under_its_first_version(
    client, issue, lodged
):
    decide(client, lodged, issue.subject, **ACCEPT)
    amended = client.post(f"{lodged}/amend", typed(issue.declaration(amount="9000")))["Location"]
    page = client.get("/recognition/").content.decode()
    assert lodged not in page
    assert tag_of(page, amended) == [("good", "accepted")]


def test_lists_say_of_a_received_certificate_what_customs_answered(client, lodged, issue, turns):
    page = client.get("/received/").content.decode()
    assert tag_of(page, issue.subject) == []
    decide(client, lodged, issue.subject, **ACCEPT)
    turns.give_back()
    turns.publish()
    for address in ("/received/", "/received/?number=AZBY", "/search?text="):
        page = client.get(address).content.decode()
        assert tag_of(page, issue.subject) == [("good", "accepted by customs")], address


def test_what_was_annulled_after_it_was_accepted_is_annulled(client, annulled, issue, turns):
    turns.give_back()
    turns.publish()
    page = client.get("/received/").content.decode()
    assert tag_of(page, issue.subject) == [("bad", "annulled")]


@pytest.mark.parametrize(
    ("issued", "on", "told"),
    [
        ("2025-11-23", "2026-11-23", ""),
        ("2025-11-23", "2026-11-24", "standing.status.expired"),
        ("2024-02-29", "2025-02-28", ""),
        ("2024-02-29", "2025-03-01", "standing.status.expired"),
    ],
)
def test_a_certificate_whose_months_are_over_says_so_from_the_day_after(issued, on, told):
    assert told_term("ST-1", date.fromisoformat(issued), on=date.fromisoformat(on)) == told
    assert told_term("no form", date.fromisoformat(issued), on=date.fromisoformat(on)) == ""
    assert told_term("ST-1", None, on=date.fromisoformat(on)) == ""
