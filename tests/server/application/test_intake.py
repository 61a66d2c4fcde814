"""Beginning an application from a file: the page, the draft, the paper that stays, what is told."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certorigin_server.application.models import Application, Evidence
from tests.data import ROOT
from tests.server.application.test_pages import browser
from tests.server.factories import Api, make_body, make_exporter

pytestmark = pytest.mark.django_db
INVOICE = (ROOT / "docs/guide/examples/invoice.xml").read_bytes()
ROWS = (
    "Description\tHS code\tQty\tUnit\tAmount, USD\n"
    "Nuts\t080232\t1,234\tkg\t100\nBolts\t731815\t2\tpcs\t20\n"
)


@pytest.fixture
def exporter(folder):
    make_body()
    return make_exporter()


def begin(user, file=None, **typed):
    if file is not None:
        typed["file"] = SimpleUploadedFile(*file)
    return browser(user).post("/application/start", typed)


def test_a_ubl_invoice_becomes_a_draft_and_stays_as_its_paper(exporter):
    answer = begin(exporter, ("invoice.xml", INVOICE))
    row = Application.objects.get()
    paper = Evidence.objects.get()
    assert answer["Location"] == f"/application/{row.pk}/edit?read={paper.pk}"
    assert (paper.kind, paper.name, row.destination) == ("invoice", "invoice.xml", "AZ")
    shown = browser(exporter).get(answer["Location"]).content.decode()
    assert "What was read from invoice.xml" in shown
    assert "Soyuq Ev MMC" in shown
    # What is missing is in view before anything was pressed, each with the way to its field.
    lacking = shown[shown.index('id="kept"') :]
    assert re.search(r'<a href="#[^"]*netWeight[^"]*">1: ', lacking)
    again = browser(exporter).get(f"/application/{row.pk}/edit").content.decode()
    assert f'href="?read={paper.pk}"' in again


def test_pasted_rows_tell_what_was_left_out(exporter):
    answer = begin(exporter, rows=ROWS)
    shown = browser(exporter).get(answer["Location"]).content.decode()
    assert "“1,234” can be read in two ways" in shown
    assert "HS code → " in shown
    assert Evidence.objects.get().kind == "other"
    # The company that asks is the exporter where the file names none.
    assert exporter.organisation.name in Application.objects.get().document


def test_what_the_file_leaves_open_may_be_said_beside_it(exporter):
    rows = "Description\tPackages\tAmount\nNuts\t3\t100\n"
    answer = begin(exporter, rows=rows, currency="USD", packing="CT")
    assert "currency=USD" in answer["Location"]
    document = Application.objects.get().document
    assert '"currency":"USD"' in document
    assert '"kind":"CT"' in document


@pytest.mark.parametrize(
    ("file", "rows", "told"),
    [
        (None, "", "Choose a file or paste rows."),
        (None, "Dear Sir", "names the columns of goods"),
        (("a.xml", b"<a/>"), "", "UBL"),
        (("a.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "", 'class="summary"'),
    ],
)
def test_what_can_not_be_read_leaves_nothing_and_keeps_what_was_pasted(exporter, file, rows, told):
    answer = begin(exporter, file, rows=rows)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert told in shown
    assert rows in shown
    assert not Application.objects.exists()


def test_an_invoice_of_another_company_is_told(exporter):
    begin(exporter, ("invoice.xml", INVOICE))
    row = Application.objects.get()
    paper = Evidence.objects.get()
    api = Api(exporter)
    raw = ROWS.replace("Description", "Seller: Чужая фирма;;;;\nDescription").encode()
    answer = api.post_bytes("/application/invoice", raw)
    assert answer.status == 201, answer.data
    assert "intake.exporter_other" in [one["code"] for one in answer.data["reading"]]
    other = browser(exporter).get(f"/application/{answer.data['id']}/edit?read={paper.pk}")
    assert row.pk != answer.data["id"]
    assert "What was read from invoice.xml" not in other.content.decode()


def test_papers_of_others_can_not_be_read_by_their_number(exporter):
    begin(exporter, ("invoice.xml", INVOICE))
    row = Application.objects.get()
    rival = make_exporter("rival", organisation="rival")
    assert browser(rival).get(f"/application/{row.pk}/edit").status_code == 404
