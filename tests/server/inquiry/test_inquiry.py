"""Customs asks the partner for a certificate, and judges the answer by itself (R11, R20)."""

import uuid
from dataclasses import replace
from html import unescape

import httpx
import pytest
from django.db import DatabaseError, connection, transaction

from certorigin.errors import UnknownError, VerificationError
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.directory import Directory
from certorigin.log.note import Note
from certorigin.log.proof import Proof
from certorigin.log.read import TileReader
from certorigin.mirror.profile import KNOWN, V1, V2, write_profiles
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.question import write_answer
from certorigin_server.inquiry.models import Inquiry, PartnerProfile
from certorigin_server.inquiry.worker import ASK_AGAIN, Asker
from certorigin_server.users.models import Organisation
from tests.server.factories import Api, client_of, make_customs_officer, make_organisation

pytestmark = pytest.mark.django_db
CORRIDOR = "AZ-BY/CIS-2009"
V9 = "certorigin-corridor/v9"


@pytest.fixture
def officer():
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def speaks(partner):
    """What the partner says that it speaks."""

    def say(*profiles):
        partner.faults["profiles/"] = write_profiles(CORRIDOR, profiles)

    say(*KNOWN)
    return say


@pytest.fixture
def asker(partner, turns, speaks, settings):
    (corridor,) = settings.SYSTEM.corridors
    line = partner.line
    return Asker(
        corridor, keyring=turns.keyring, clock=turns.clock, line=lambda: line(turns.keyring)
    )


def bundle(partner, index):
    """An entry of the partner's log under its own published head."""
    directory = Directory(partner.folder / "log" / "2026")
    head = directory.read("checkpoint")
    reader = TileReader(Checkpoint.from_text(Note.from_bytes(head).text), directory.read)
    return Bundle(
        partner.entries[index], Proof(index, tuple(reader.inclusion_proof(index)), head).to_bytes()
    )


@pytest.fixture
def issue(partner):
    """A certificate that the partner issued and that our mirror does not hold."""
    made = partner.issue()
    partner.entries = {1: made.raw}
    return made


def question_about(issue, **changes):
    asked = {"form": "ST-1", "number": issue.number, "date": issue.at.date().isoformat()}
    return asked | {"issued_in": "AZ"} | changes


def put(officer, issue, **changes):
    answer = Api(officer).post("/inquiry", question_about(issue, **changes))
    assert answer.status == 201, answer.data
    return answer.data[0]["id"]


def told(officer, inquiry):
    return Api(officer).get(f"/inquiry/{inquiry}").data


# -- the answer -----------------------------------------------------------------------------------


def test_an_answer_is_kept_and_verified_anew_when_our_mirror_has_more(
    officer, issue, partner, asker, turns
):
    partner.faults["certificate"] = write_answer([bundle(partner, 1)])
    inquiry = put(officer, issue)
    assert told(officer, inquiry)["outcome"] == ""
    asker.turn()
    found = told(officer, inquiry)
    assert (found["outcome"], len(found["certificates"])) == ("found", 1)
    report = found["certificates"][0]["report"]
    assert report["parts"]["integrity"]["code"] == "integrity.sound"
    assert report["bottom_line"] == "undetermined"
    turns.follow(partner)
    again = told(officer, inquiry)["certificates"][0]
    assert again["bundle"] == found["certificates"][0]["bundle"]
    assert again["report"]["parts"]["registration"]["code"] == "registration.registered"
    assert again["report"]["parts"]["standing"]["code"] == "standing.valid"


def test_what_the_partner_does_not_know_is_told_as_no_verdict(officer, issue, asker):
    inquiry = put(officer, issue, number="AZBY6001999999")
    asker.turn()
    assert (told(officer, inquiry)["outcome"], told(officer, inquiry)["certificates"]) == (
        "unknown",
        [],
    )


@pytest.mark.parametrize("spoil", ["garbage", "another", "altered"])
def test_an_answer_that_proves_nothing_is_not_kept(officer, issue, partner, asker, spoil):
    good = bundle(partner, 1)
    other = partner.issue("AZBY6001000002")
    partner.entries[2] = other.raw
    answers = {
        "garbage": (b"<html>", "question.answer_malformed"),
        "another": (write_answer([bundle(partner, 2)]), "question.answer_differs"),
        "altered": (
            write_answer([Bundle(good.act, bundle(partner, 2).proof)]),
            "question.answer_unproven",
        ),
    }
    partner.faults["certificate"], code = answers[spoil]
    inquiry = put(officer, issue)
    asker.turn()
    found = told(officer, inquiry)
    assert (found["outcome"], found["code"], found["certificates"]) == ("unusable", code, [])


@pytest.mark.parametrize("fault", [httpx.ConnectError("dead"), 503])
def test_while_the_line_is_dead_the_question_waits(officer, issue, partner, asker, fault):
    asker.turn()
    partner.faults["certificate"] = fault
    inquiry = put(officer, issue)
    with pytest.raises(UnknownError, match=r"line\."):
        asker.turn()
    assert told(officer, inquiry)["outcome"] == ""
    partner.faults["certificate"] = write_answer([bundle(partner, 1)])
    asker.turn()
    assert told(officer, inquiry)["outcome"] == "found"


def test_nobody_is_asked_when_nothing_waits(asker, partner):
    asker.turn()
    asked = len(partner.asked)
    assert asker.turn() == 0
    assert len(partner.asked) == asked


def test_the_same_question_waits_once(officer, issue, asker):
    assert put(officer, issue) == put(officer, issue)
    asker.turn()
    assert Inquiry.objects.count() == 1
    put(officer, issue)
    assert Inquiry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"date": "16.05.2026"}, 400),
        ({"number": "—"}, 400),
        ({"form": "st 1"}, 400),
        ({"issued_in": "KZ"}, 404),
        ({"issued_in": "BY"}, 404),
    ],
)
def test_what_is_no_question_is_refused(officer, issue, changes, status):
    assert Api(officer).post("/inquiry", question_about(issue, **changes)).status == status
    assert not Inquiry.objects.exists()


def test_no_answer_is_given_twice_not_even_in_the_database(officer, issue, asker):
    put(officer, issue)
    asker.turn()
    for column in ("answer", "outcome", "number"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inquiry_inquiry SET {column} = 'x'")


# -- versions of the profile ----------------------------------------------------------------------


def profile():
    return PartnerProfile.objects.get().agreed


def test_a_partner_of_the_first_version_is_not_asked_what_it_does_not_speak(
    officer, issue, partner, asker, speaks
):
    speaks(V1)
    partner.faults["certificate"] = write_answer([bundle(partner, 1)])
    inquiry = put(officer, issue)
    asker.turn()
    assert (told(officer, inquiry)["outcome"], profile()) == ("not_spoken", V1)
    assert "certificate" not in partner.asked


def test_a_partner_from_before_there_were_versions_speaks_the_first(asker, partner):
    del partner.faults["profiles/"]
    asker.turn()
    assert profile() == V1


def test_when_the_partner_learns_the_second_version_it_is_asked(
    officer, issue, partner, asker, speaks, turns
):
    speaks(V1)
    asker.turn()
    speaks(V1, V2)
    partner.faults["certificate"] = write_answer([bundle(partner, 1)])
    turns.clock.now += ASK_AGAIN
    inquiry = put(officer, issue)
    asker.turn()
    assert (told(officer, inquiry)["outcome"], profile()) == ("found", V2)


def test_a_version_of_the_future_is_refused_in_words_and_stops_nothing(
    officer, issue, partner, asker, speaks, turns
):
    speaks(V9)
    inquiry = put(officer, issue)
    with pytest.raises(VerificationError, match=r"profile\.none_shared"):
        asker.turn()
    assert (PartnerProfile.objects.get().spoken, profile()) == (V9, "")
    assert told(officer, inquiry)["outcome"] == ""
    assert turns.follow(partner) > 0
    speaks(V9, V2)
    asker.turn()
    assert profile() == V2


def test_we_speak_what_the_settings_say(asker, partner, turns, settings):
    (corridor,) = settings.SYSTEM.corridors
    line = partner.line
    ours = replace(corridor, profiles=(V1,))
    keyring = turns.keyring
    Asker(ours, keyring=keyring, clock=turns.clock, line=lambda: line(keyring)).turn()
    assert profile() == V1


# -- the page -------------------------------------------------------------------------------------


def test_the_officer_asks_from_the_page_where_nothing_was_found(
    client, issue, partner, asker, turns
):
    day = issue.at.date()
    page = client.get("/received/", {"number": issue.number, "date": f"{day:%d.%m.%Y}"})
    assert "/received/ask?" in unescape(page.content.decode())
    ask = client.get("/received/ask", {"number": issue.number, "date": str(day), "state": "AZ"})
    assert issue.number in ask.content.decode()
    typed = {"form": "ST-1", "number": issue.number, "date": str(day), "state": "az"}
    where = client.post("/received/ask", typed)["Location"]
    assert "hx-trigger" in client.get(where).content.decode()
    partner.faults["certificate"] = write_answer([bundle(partner, 1)])
    asker.turn()
    shown = unescape(client.get(where).content.decode())
    assert issue.boxes.exporter.name in shown
    assert "hx-trigger" not in shown.partition('id="answer"')[2]
    turns.follow(partner)
    assert f"/received/{issue.subject}" in client.get(where).content.decode()


def test_what_is_wrong_in_a_question_stands_beside_its_field(client):
    answer = client.post("/received/ask", {"form": "ST-1", "number": "x", "date": "", "state": ""})
    assert answer.status_code == 422
    assert 'value="x"' in answer.content.decode()
    typed = {"form": "ST-1", "number": "x", "date": "2026-05-16", "state": "KZ"}
    answer = client.post("/received/ask", typed)
    assert (answer.status_code, b"KZ" in answer.content) == (422, True)


@pytest.mark.parametrize("outcome", ["unknown", "unusable", "not_spoken"])
def test_every_outcome_says_that_it_is_no_ground_to_refuse(
    client, officer, issue, partner, asker, speaks, outcome
):
    if outcome == "unusable":
        partner.faults["certificate"] = b"<html>"
    if outcome == "not_spoken":
        speaks(V1)
    inquiry = put(officer, issue)
    asker.turn()
    assert Inquiry.objects.get().outcome == outcome
    page = unescape(client.get(f"/received/ask/{inquiry}").content.decode())
    assert "no ground to refuse" in page
    assert client.get(f"/received/ask/{uuid.uuid4()}").status_code == 404


def test_a_declaration_that_cites_it_leads_to_the_question(client, officer, issue):
    answer = Api(officer).post("/recognition/declaration", issue.declaration())
    page = unescape(client.get(f"/recognition/{answer.data['id']}").content.decode())
    assert f"/received/ask?form=ST-1&number={issue.number}" in page


def test_the_operator_sees_what_each_partner_speaks(officer, asker):
    asker.turn()
    (found,) = Api(officer).get("/inquiry/profiles").data
    assert (found["spoken"], found["agreed"]) == ([V1, V2], V2)
