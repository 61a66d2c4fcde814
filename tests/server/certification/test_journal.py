"""The journal: every number of a body with what became of it, and the paper that was handed out."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin.assessment.spreadsheet import xlsx_cells
from certorigin.certification.journal import COLUMNS
from certorigin_server.certification.models import Handover, NumberSequence, VoidNumber
from certorigin_server.certification.services import certify
from certorigin_server.seal.models import SealedAct
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db
PAPER = {"handed_to": "Иванова А. П.", "authority": "доверенность 7", "blank": "0012345"}


@pytest.fixture
def certifier():
    return make_certifier()


@pytest.fixture
def makers(certifier):
    return Api(make_exporter()), Api(make_assessor())


@pytest.fixture
def made(makers, certifier):
    return certified(decided(*makers), Api(certifier))


@pytest.fixture
def paper(settings):
    """The corridor asks for paper beside the record."""
    system = settings.SYSTEM
    (corridor,) = system.corridors
    paper = replace(corridor, document_medium="paper+record")
    settings.SYSTEM = replace(system, corridors=(paper,))


def publish():
    SealedAct.objects.filter(sealed=None).update(sealed="{}")
    SealedAct.objects.filter(published_at=None).update(published_at=timezone.now())


def journal(user, **query):
    today = timezone.localdate()
    period = {"start": today.replace(day=1).isoformat(), "end": today.isoformat()}
    answer = Api(user).get("/certification/journal", body="minsk", **(period | query))
    assert answer.status == 200, answer.data
    return answer.data


def facts(data):
    return [dict(zip(COLUMNS, line, strict=True)) for line in data["lines"]]


def test_a_line_says_what_was_issued_to_whom_by_whom_and_when_it_was_released(made, certifier):
    (line,) = facts(journal(certifier))
    assert (line["number"], line["status"], line["releasedAt"]) == (made["number"], "underway", "")
    assert line["exporter"] == made["document"]["exporter"]["name"]
    assert line["goods"].startswith("Холодильники")
    assert (line["destination"], line["officer"]) == ("AZ", "Certifier")
    publish()
    (line,) = facts(journal(certifier))
    assert line["status"] == "issued"
    assert line["releasedAt"].endswith("Z")


def test_void_numbers_stand_in_the_journal_and_leave_no_gap(made, makers, certifier):
    page = client_of(certifier).post(
        "/certification/journal/void", {"form": "ST-1", "destination": "az", "reason": "Испорчен"}
    )
    assert page["Location"] == "/certification/journal"
    void = VoidNumber.objects.get()
    assert void.number == made["number"][:-1] + "2"
    third = certified(decided(*makers), Api(certifier))
    assert third["number"].endswith("000003")
    data = journal(certifier)
    assert [line["status"] for line in facts(data)] == ["underway", "void", "underway"]
    assert facts(data)[1]["remark"] == "Испорчен"
    assert (data["count"], data["void"], data["gaps"]) == ("3", "1", [])


def test_a_number_that_nothing_explains_is_a_gap(made, certifier):
    NumberSequence.objects.update(last=4)
    year = str(timezone.localdate().year)
    gap = {"form": "ST-1", "year": year, "first": "2", "last": "4"}
    assert journal(certifier)["gaps"] == [gap]
    page = client_of(certifier).get("/certification/journal").content.decode()
    assert "Nothing explains the numbers 2 to 4" in page


def test_a_form_that_is_sent_twice_voids_one_number(certifier):
    client = client_of(certifier)
    page = client.get("/certification/journal/void").content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    fields = {"form": "ST-1", "destination": "az", "reason": "Испорчен", "seen": seen}
    assert client.post("/certification/journal/void", fields).status_code == 302
    again = client.post("/certification/journal/void", fields)
    assert (again.status_code, "Испорчен" in again.content.decode()) == (409, True)
    assert VoidNumber.objects.count() == 1
    assert NumberSequence.objects.get().last == 1


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"form": "ST-1", "destination": "AZ", "reason": " "}, "reason"),
        ({"form": "ST-9", "destination": "AZ", "reason": "x"}, "form"),
        ({"form": "ST-1", "destination": "Азия", "reason": "x"}, "destination"),
    ],
)
def test_a_void_number_wants_form_destination_and_reason(certifier, fields, place):
    answer = client_of(certifier).post("/certification/journal/void", fields)
    assert answer.status_code == 422
    assert f'id="{place}-told"' in answer.content.decode()
    assert not VoidNumber.objects.exists()
    assert not NumberSequence.objects.filter(last__gt=0).exists()


def test_the_journal_is_filtered_and_its_head_stays_that_of_the_whole(made, makers, certifier):
    second = make_certifier("second-certifier")
    certified(decided(*makers, "04-butter"), Api(second))
    whole = journal(certifier)
    for query, numbers in (
        ({"officer": "Second-Certifier"}, ["2"]),
        ({"status": "underway"}, ["1", "2"]),
        ({"status": "void"}, []),
        ({"text": made["number"].lower()}, ["1"]),
        ({"text": "нет такого"}, []),
    ):
        found = journal(certifier, **query)
        assert [line["sequence"] for line in facts(found)] == numbers, query
        assert (found["hash"], found["count"]) == (whole["hash"], "2")


def test_another_period_holds_other_lines_and_a_wrong_one_is_told(made, certifier):
    today = timezone.localdate()
    before = (today - timedelta(days=1)).isoformat()
    first = (today - timedelta(days=300)).isoformat()
    assert journal(certifier, start=first, end=before)["lines"] == []
    answer = Api(certifier).get(
        "/certification/journal", body="minsk", start=today.isoformat(), end=before
    )
    assert (answer.status, answer.data["code"]) == (400, "certification.period_wrong")
    page = client_of(certifier).get("/certification/journal?from=2020-01-01&to=bald")
    assert page.status_code == 422
    text = page.content.decode()
    assert 'id="to-told"' in text
    assert 'value="bald"' in text


def test_files_hold_the_whole_period_and_the_head_line(made, certifier):
    data = journal(certifier)
    answer = client_of(certifier).get("/certification/journal?file=csv&status=void")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert "attachment" in answer["Content-Disposition"]
    assert rows[-1][:2] == ["1", made["number"]]
    assert rows[-1][-1] == data["hash"]
    assert any(data["hash"] in cell for cell in rows[3])
    answer = client_of(certifier).get("/certification/journal?file=xlsx")
    cells = [row for _, row in xlsx_cells(answer.content).rows]
    assert cells[-1][1] == made["number"]
    assert any(data["hash"] in str(cell) for row in cells[:4] for cell in row)


def test_bodies_see_their_own_journal_and_the_central_body_all(made, certifier):
    brest = make_certifier("brest-certifier", "brest")
    assert client_of(brest).get("/certification/journal?body=minsk").status_code == 404
    assert made["number"] not in client_of(brest).get("/certification/journal").content.decode()
    central = make_auditor("central", "belcci")
    page = client_of(central).get("/certification/journal?body=minsk").content.decode()
    assert made["number"] in page


# -- the paper ------------------------------------------------------------------------------------


def test_paper_is_handed_over_once_published_and_on_a_blank_of_its_own(paper, makers, certifier):
    made = certified(decided(*makers), Api(certifier))
    here = f"/certification/{made['id']}/handover"
    early = client_of(certifier).post(here, PAPER)
    assert early.status_code == 409
    assert PAPER["handed_to"] in early.content.decode()
    publish()
    answer = client_of(certifier).post(here, PAPER | {"blank": ""})
    assert answer.status_code == 422
    assert 'id="blank-told"' in answer.content.decode()
    assert client_of(certifier).post(here, PAPER).status_code == 302
    assert client_of(certifier).post(here, PAPER | {"blank": "2"}).status_code == 409
    (line,) = facts(journal(certifier))
    assert (line["status"], line["blank"]) == ("handed_over", "0012345")
    assert line["handedTo"] == PAPER["handed_to"]
    other = certified(decided(*makers, "04-butter"), Api(certifier))
    publish()
    used = Api(certifier).post(f"/certification/{other['id']}/handover", PAPER)
    assert (used.status, used.data["code"]) == (409, "certification.blank_used")
    assert Handover.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.update(blank="3")


def test_an_electronic_certificate_has_no_paper(made, certifier):
    publish()
    answer = Api(certifier).post(f"/certification/{made['id']}/handover", PAPER)
    assert (answer.status, answer.data["code"]) == (409, "certification.no_paper")
    page = client_of(certifier).get(f"/certification/{made['id']}").content.decode()
    assert "/handover" not in page


def test_a_page_shows_the_last_days_of_a_long_period_and_the_file_all_of_it(made, certifier):
    """Issued a year ago in another period: not on the page, and in the file."""
    client, today = client_of(certifier), timezone.localdate()
    asked = f"from={(today - timedelta(days=300)).isoformat()}&to="
    later = (today + timedelta(days=60)).isoformat()
    page = client.get(f"/certification/journal?{asked}{later}").content.decode()
    assert made["number"] not in page
    assert "31" in page
    near = client.get(f"/certification/journal?{asked}{today.isoformat()}").content.decode()
    assert made["number"] in near
    whole = client.get(f"/certification/journal?{asked}{later}&file=csv").content.decode()
    assert made["number"] in whole


def test_a_page_holds_the_last_whole_days_that_fit_and_says_so(
    made, makers, certifier, monkeypatch
):
    monkeypatch.setattr("certorigin_server.certification.journal._PAGE_LINES", 1)
    tomorrow = timezone.now() + timedelta(days=1)
    case = decided(*makers, "04-butter")
    later = certify(application=UUID(case), by=certifier, at=tomorrow)
    day = timezone.localdate(tomorrow)
    client, period = client_of(certifier), f"from={day - timedelta(days=300)}&to={day}"
    page = client.get(f"/certification/journal?{period}").content.decode()
    assert later.number in page
    assert made["number"] not in page
    assert "The page shows the period from" in page
    whole = client.get(f"/certification/journal?{period}&file=csv").content.decode()
    assert later.number in whole
    assert made["number"] in whole
    monkeypatch.setattr("certorigin_server.certification.journal._PAGE_LINES", 2)
    page = client.get(f"/certification/journal?{period}").content.decode()
    assert made["number"] in page
