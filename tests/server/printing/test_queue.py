"""The print queue: what waits for paper, one file for many, each on a blank of the register."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin_server.blanks.models import Use
from certorigin_server.certification.journal import hand_over
from certorigin_server.printing.models import Printed
from certorigin_server.printing.queries import waiting_for_paper
from certorigin_server.seal.models import SealedAct
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    seal_all,
)

pytestmark = pytest.mark.django_db
COUNT = 3


@pytest.fixture
def certifier():
    return make_certifier()


@pytest.fixture
def waiting(certifier, settings):
    """Certificates on paper, published, in the order in which they were certified."""
    (corridor,) = settings.SYSTEM.corridors
    paper = replace(corridor, document_medium="paper+record")
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(paper,))
    exporter, assessor, officer = Api(make_exporter()), Api(make_assessor()), Api(certifier)
    made = [certified(decided(exporter, assessor), officer)["id"] for _ in range(COUNT)]
    seal_all()
    SealedAct.objects.update(published_at=timezone.now())
    return made


def received(certifier, blanks="АБ 0001000 - АБ 0001009"):
    told = {"supplier": "Гознак", "document": "накладная 5"}
    day = timezone.localdate().isoformat()
    answer = Api(certifier).post("/blanks/received", {"blanks": blanks, "received_on": day} | told)
    assert answer.status == 201, answer.data


def mark(certifier, subjects, first="АБ 0001000"):
    order = {"order": "mark", "subject": subjects, "first_blank": first}
    return client_of(certifier).post("/printing/", order)


def queued(certifier):
    return set(waiting_for_paper(certifier, at=timezone.now()).values_list("pk", flat=True))


def test_what_was_marked_leaves_the_queue_on_blanks_that_follow_each_other(certifier, waiting):
    received(certifier)
    assert queued(certifier) == set(waiting)
    page = client_of(certifier).get("/printing/").content.decode()
    assert page.count('name="subject"') == COUNT
    assert mark(certifier, waiting[:2]).status_code == 302
    assert queued(certifier) == {waiting[2]}
    blanks = sorted(Printed.objects.values_list("blank", flat=True))
    assert blanks == ["АБ0001000", "АБ0001001"]
    assert set(Use.objects.values_list("subject", flat=True)) == set(waiting[:2])


def test_an_additional_sheet_takes_the_blank_that_follows(certifier, waiting, monkeypatch):
    """Unless it is said that additional sheets are other paper; the place remembers that."""
    received(certifier)
    monkeypatch.setattr("certorigin_server.printing.services.sheets_of", lambda row: 2)
    order = {"order": "mark", "subject": waiting[:2], "first_blank": "АБ 0001000", "sheets": "on"}
    assert client_of(certifier).post("/printing/", order).status_code == 302
    assert sorted(Printed.objects.values_list("blank", flat=True)) == ["АБ0001000", "АБ0001002"]
    assert Use.objects.filter(subject=waiting[0]).count() == 2
    assert mark(certifier, waiting[2:], first="АБ 0001004").status_code == 302
    assert Use.objects.filter(subject=waiting[2]).count() == 1


def test_a_spoiled_blank_takes_no_certificate_and_nothing_is_noted(certifier, waiting):
    received(certifier)
    Api(certifier).post("/blanks/spoiled", {"blank": "АБ 0001001", "reason": "замятие"})
    answer = mark(certifier, waiting)
    assert answer.status_code == 422
    assert not Printed.objects.exists()
    assert not Use.objects.exists()
    assert mark(certifier, waiting[1:], first="АБ 0001002").status_code == 302


def test_what_was_printed_is_handed_over_on_its_blank_that_is_used_once(certifier, waiting):
    received(certifier)
    mark(certifier, waiting[:1])
    person = {"handed_to": "Иванова", "authority": "доверенность 7", "remark": ""}
    given = {"by": certifier, "at": timezone.now(), **person}
    with transaction.atomic():
        made = hand_over(subject=waiting[0], blank="АБ0001000", **given)
    assert made.blank == "АБ0001000"
    assert Use.objects.count() == 1


def test_nothing_is_marked_twice(certifier, waiting):
    mark(certifier, waiting[:1])
    assert mark(certifier, waiting[:1], first="АБ 0001005").status_code == 422
    with pytest.raises(DatabaseError), transaction.atomic():
        Printed.objects.update(blank="АБ0009999")


def test_the_electronic_alone_and_others_certificates_do_not_wait(certifier, waiting, settings):
    assert queued(make_certifier("brest-certifier", "brest")) == set()
    (corridor,) = settings.SYSTEM.corridors
    only = replace(corridor, document_medium="electronic-only")
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(only,))
    assert queued(certifier) == set()


def test_what_is_chosen_comes_as_one_file(certifier, waiting, monkeypatch):
    asked = []

    def contents(row, *, keyring, right, down):
        asked.append((row.pk, right, down))
        with pikepdf.new() as made:
            made.add_blank_page(page_size=(595, 842))
            out = BytesIO()
            made.save(out)
        return out.getvalue()

    # What a page shows is the PDF room's; its bundle needs a published log.
    monkeypatch.setattr("certorigin_server.printing.services.contents_of", contents)
    browser = client_of(certifier)
    order = {"order": "print", "subject": waiting[:2], "right": "1.5", "down": "-2"}
    answer = browser.post("/printing/", order)
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as file:
        assert len(file.pages) == 2
    assert {one[1:] for one in asked} == {(1.5, -2.0)}
    page = browser.get("/printing/").content.decode()
    assert 'value="1.5"' in page
    assert 'value="1.5"' in browser.get(f"/certification/{waiting[0]}/blank").content.decode()
    assert browser.cookies["printer"]["httponly"]
    assert browser.post("/printing/", {"order": "print"}).status_code == 422
