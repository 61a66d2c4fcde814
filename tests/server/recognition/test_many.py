"""One call with the declaration; a file of many, part by part, on the page and at the prompt."""

import json
from dataclasses import replace
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certorigin.errors import LimitError
from certorigin.recognition import batch
from certorigin.recognition.batch import read_batch
from certorigin_server.recognition.examination import Examiner
from certorigin_server.recognition.many import services
from certorigin_server.recognition.many.checking import answers_to, in_short
from certorigin_server.recognition.models import BatchCheck, GoodsDeclaration
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from tests.server import partner as az
from tests.server.factories import Api, client_of, make_auditor

pytestmark = pytest.mark.django_db


def line(document):
    return json.dumps(document, ensure_ascii=False)


def upload(client, text):
    file = SimpleUploadedFile("many.ndjson", text.encode())
    return client.post("/recognition/check", {"file": file})


def test_one_call_with_the_declaration_gives_verdict_and_match(officer, issue):
    api = Api(officer)
    (found,) = api.post("/recognition/check", issue.declaration()).data["certificates"]
    assert (found["subject"], found["bottom_line"]) == (issue.subject, "recognised")
    assert found["report"]["parts"]["match"]["code"] == "match.fits"
    wrong = issue.declaration(amount="999999")
    (found,) = api.post("/recognition/check", wrong).data["certificates"]
    assert found["report"]["parts"]["match"]["code"] == "match.differs"
    (found,) = api.post("/recognition/check", issue.declaration(cite="AZBY6001999999")).data[
        "certificates"
    ]
    assert (found["bottom_line"], found["reason"]) == ("undetermined", "recognition.not_in_mirror")
    assert not GoodsDeclaration.objects.exists()
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()


def test_a_file_is_verified_part_by_part_while_the_page_is_open(client, issue, monkeypatch):
    monkeypatch.setattr(services, "PART", 2)
    text = "\n".join(
        [
            line(issue.declaration()),
            line(issue.declaration(amount="999999")),
            "no JSON at all",
            "",
            line(issue.declaration(cite="AZBY6001999999")),
        ]
    )
    where = upload(client, text)["Location"]
    row = BatchCheck.objects.get()
    assert (row.total, row.done) == (4, 0)
    for done in (2, 4, 4):
        page = unescape(client.post(where, follow=True).content.decode())
        assert BatchCheck.objects.get().done == done
    for said in ("4 of 4 lines", "match.differs", "AZBY6001999999"):
        assert said in page
    answers = client.get(f"{where}/answers.ndjson").content.decode().splitlines()
    answers = [json.loads(one) for one in answers]
    lines = [(one["line"], one["bottom_line"]) for one in answers]
    assert lines == [(1, "recognised"), (2, "refused"), (3, "unreadable"), (5, "undetermined")]
    assert client_of(make_auditor()).get(where).status_code == 404


def test_a_file_as_large_as_10000_declarations_is_taken_whole_or_refused(
    client, officer, issue, monkeypatch
):
    """They are more than a form may hold, and more than other files: no line is left out."""
    asked = line(issue.declaration())
    long = asked + " " * 12_000_000 + "\n" + asked
    made = Api(officer).post_bytes("/recognition/check/many", long.encode())
    assert (made.status, made.data["total"]) == (201, "2")
    where = upload(client, long)["Location"]
    assert BatchCheck.objects.get(pk=where.rpartition("/")[2]).total == 2
    monkeypatch.setattr(batch, "MAX_BATCH", 10_000_000)
    refused = Api(officer).post_bytes("/recognition/check/many", long.encode())
    assert (refused.status, refused.data["code"]) == (413, "batch.too_large")
    page = unescape(upload(client, long).content.decode())
    assert "larger than 10000000 bytes" in page
    assert BatchCheck.objects.count() == 2


def test_a_table_of_numbers_is_verified_without_a_declaration(officer, issue):
    day = issue.at.date().isoformat()
    text = (
        f"form;number;date;state\nST-1;{issue.number};{day};AZ\nST-1;x;{day};AZ\nST-1;A/1;1.1.;A\n"
    )
    batch = services.begin(name="x", raw=text.encode(), by=officer, at=az.datetime.now(az.UTC))
    services.go_on(batch=batch.pk, by=officer, at=az.datetime.now(az.UTC))
    found = [one["bottom_line"] for one in services.answers_of(batch)]
    assert found == ["recognised", "unreadable", "unreadable"]
    read = TrailEntry.objects.filter(action="trail.read", actor=officer.username)
    assert [one.subject for one in read] == [issue.subject]
    assert find_broken_link() is None


def test_a_file_counts_what_was_used_and_sees_what_the_desk_sees(
    officer, issue, partner, turns, django_assert_max_num_queries
):
    """Plain certificates are read at once, others one by one: the answers are those of the desk."""
    api, other = Api(officer), partner.issue("AZBY6001000002")
    ended, plain = partner.issue("AZBY6001000003"), partner.issue("AZBY6001000004")
    partner.enter(ended.annulment(turns.clock()))
    turns.follow(partner)
    taken = api.post("/recognition/declaration", other.declaration("1", amount="13000")).data["id"]
    accepted = api.post(f"/recognition/declaration/{taken}/accept", {"subject": other.subject})
    assert accepted.status == 201
    at, named = az.datetime.now(az.UTC), (issue, other, ended, plain)
    declared = [one.declaration(str(number)) for number, one in enumerate(named, 2)]
    asked = read_batch("\n".join(line(one) for one in declared).encode())
    found = list(answers_to(asked, at=at))
    lines = [one["bottom_line"] for one in found]
    assert lines == ["recognised", "refused", "refused", "recognised"]
    alone = [answer for one in asked for answer in answers_to([one], at=at)]
    desk = [
        in_short(examined)
        for one in asked
        for examined in Examiner(at=at).examine(one.declaration, one.references)
    ]
    assert [{**one, "line": 0} for one in found] == [{**one, "line": 0} for one in desk]
    assert alone == found
    many = [replace(asked[3], line=number) for number in range(60)]
    with django_assert_max_num_queries(12):
        assert len(list(answers_to(many, at=at))) == 60


def test_nobody_has_more_verified_in_a_day_than_anybody_declares(officer, monkeypatch):
    monkeypatch.setattr(services, "MOST_A_DAY", 5)
    at, three = az.datetime.now(az.UTC), b"{}\n" * 3
    services.begin(name="x", raw=three, by=officer, at=at)
    with pytest.raises(LimitError, match="too_many_today"):
        services.begin(name="y", raw=three, by=officer, at=at + az.timedelta(hours=23))
    services.begin(name="z", raw=three, by=officer, at=at + az.timedelta(hours=25))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "asks nothing"),
        ("number;date\n1;2026-01-01", "Columns are missing"),
        ("{}\n" * 10_001, "at most 10000 lines"),
    ],
)
def test_a_file_that_is_none_is_told(client, text, code):
    answer = upload(client, text)
    assert (answer.status_code, code in unescape(answer.content.decode())) == (422, True)
    assert not BatchCheck.objects.exists()


def test_what_was_verified_is_dropped_after_a_day(officer, issue):
    at = az.datetime.now(az.UTC)
    raw = line(issue.declaration()).encode()
    old = services.begin(name="x", raw=raw, by=officer, at=at - az.timedelta(days=2))
    services.begin(name="y", raw=raw, by=officer, at=at)
    assert not BatchCheck.objects.filter(pk=old.pk).exists()
