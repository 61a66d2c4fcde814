"""Declarations come in, are listed and amended; certificates received are found."""

import re
from uuid import uuid4

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certorigin.recognition.intake import declaration_from_data
from certorigin.recognition.intake_csv import csv_from
from certorigin.recognition.intake_xml import xml_from
from certorigin_server.recognition.models import Citation, GoodsDeclaration
from certorigin_server.trail.models import TrailEntry
from tests.server.factories import client_of
from tests.server.recognition.hands import examination, lodge, typed

pytestmark = pytest.mark.django_db


# -- coming in ------------------------------------------------------------------------------------


def test_a_declaration_is_typed_and_leads_to_its_certificate(client, issue):
    page = client.get("/recognition/new").content.decode()
    assert 'name="items[0].certificate.number"' in page
    document = issue.declaration()
    document["items"][0]["dutyAtStake"] = {"amount": "310.50", "currency": "BYN"}
    answer = client.post("/recognition/new", typed(document))
    row = GoodsDeclaration.objects.get()
    assert answer["Location"] == f"/recognition/{row.pk}"
    where, page = examination(client, answer["Location"])
    assert where == f"/recognition/{row.pk}/{issue.subject}"
    assert "Grant the preference" in page
    assert client.get("/recognition/new").content.decode().count(document["number"]) == 0


def test_every_fault_of_a_typed_declaration_stands_beside_its_field(client, issue):
    document = issue.declaration() | {"date": "soon"}
    document["items"][0]["quantity"]["unit"] = "litres"
    del document["exporter"]["address"]
    answer = client.post("/recognition/new", typed(document))
    page = answer.content.decode()
    assert answer.status_code == 422
    for place in ("date", "items-0-quantity-unit", "exporter-address"):
        assert f'id="{place}-told"' in page
    assert not GoodsDeclaration.objects.exists()
    kept = client.get("/recognition/new").content.decode()
    assert "litres" in kept


def test_what_the_page_still_sends_after_it_was_registered_is_not_kept(client, issue):
    document = issue.declaration()
    client.post("/recognition/new", typed(document))
    late = client.post("/recognition/new", typed(document) | {"order": "keep"})
    assert late.status_code == 204
    number = f'value="{document["number"]}"'
    assert number not in client.get("/recognition/new").content.decode()
    half = typed(document | {"date": "soon"}) | {"order": "keep"}
    assert client.post("/recognition/new", half).status_code == 200
    assert number in client.get("/recognition/new").content.decode()


def test_a_number_with_look_alike_letters_is_put_right(client, issue):
    document = issue.declaration(cite="АZВУ6001000001".replace("У", "Y").lower())
    client.post("/recognition/new", typed(document))
    assert Citation.objects.get().number == issue.number


def test_a_number_that_is_taken_is_told_beside_it(client, lodged, issue):
    answer = client.post("/recognition/new", typed(issue.declaration()))
    assert answer.status_code == 422
    assert 'id="number-told"' in answer.content.decode()


def test_the_form_can_begin_with_a_certificate(client, issue):
    page = client.get(f"/recognition/new/{issue.subject}").content.decode()
    assert f'value="{issue.number}"' in page
    assert issue.boxes.exporter.name.replace('"', "&quot;") in page
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()
    assert client.get("/recognition/new/urn:certorigin:x:y").status_code == 404


@pytest.mark.parametrize("write", [xml_from, lambda made: csv_from(made).encode()])
def test_a_declaration_comes_as_a_file_and_goes_as_one(client, issue, write):
    made = declaration_from_data(issue.declaration())
    answer = client.post("/recognition/upload", {"file": SimpleUploadedFile("a", write(made))})
    row = GoodsDeclaration.objects.get()
    assert answer["Location"] == f"/recognition/{row.pk}"
    assert orjson.loads(row.document) == made.to_data()
    for notation in ("xml", "csv"):
        taken = client.get(f"{answer['Location']}/file.{notation}")
        assert "attachment" in taken["Content-Disposition"]
        again = {"file": SimpleUploadedFile("b", taken.content)}
        assert client.post("/recognition/upload", again).status_code == 422  # it is there already
    assert GoodsDeclaration.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_faulty_file_is_told_line_by_line_and_nothing_is_kept(officer, issue, language):
    table = csv_from(declaration_from_data(issue.declaration())).replace("LTR", "litres")
    file = SimpleUploadedFile("a.csv", table.replace("220421", "22").encode())
    answer = client_of(officer, language).post("/recognition/upload", {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "items[0].tariffCode" in page
    assert "items[0].quantity.unit" in page
    assert re.search(r'class="number"[^>]*>2</td><td class="number"[^>]*>23</td>', page)
    assert not GoodsDeclaration.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"\x89PNG", b"<!DOCTYPE a>", b"a;b"])
def test_what_is_no_declaration_is_refused(client, raw):
    answer = client.post("/recognition/upload", {"file": SimpleUploadedFile("a", raw)})
    assert answer.status_code == 422
    assert client.post("/recognition/upload").status_code == 422


# -- the list -------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(client, officer, issue, lodged):
    other = lodge(officer, issue.declaration("77", cite="AZBY6001000099"))
    assert other in client.get("/recognition/?text=06533/77").content.decode()
    found = client.get("/recognition/?text=azby-6001-000099").content.decode()
    assert other in found
    assert lodged not in found
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    undecided = client.get("/recognition/?state=undecided").content.decode()
    assert other in undecided
    assert lodged not in undecided
    assert lodged in client.get("/recognition/?state=decided").content.decode()
    assert "Nothing" in client.get("/recognition/?text=nowhere").content.decode()


def test_an_empty_desk_says_so(client):
    assert "no declarations yet" in client.get("/recognition/").content.decode()
    assert "sent no certificates" in client.get("/received/").content.decode()


def test_the_work_list_names_what_is_undecided_until_it_is_decided(client, lodged, issue):
    assert lodged in client.get("/").content.decode()
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    assert f'href="{lodged}"' not in client.get("/").content.decode()


# -- certificates received ------------------------------------------------------------------------


def test_lists_say_of_a_received_certificate_that_it_was_annulled(client, issue, partner, turns):
    other = partner.issue("AZBY6001000002")
    turns.follow(partner)
    assert ">annulled<" not in client.get("/received/").content.decode()
    partner.enter(issue.annulment(turns.clock()))
    turns.follow(partner)
    for address in ("/received/", "/received/?number=AZBY", "/search?text="):
        page = client.get(address).content.decode()
        assert f'href="/received/{issue.subject}"' in page
        assert f'href="/received/{other.subject}"' in page
        assert page.count(">annulled<") == 1, address


@pytest.mark.parametrize(
    "query",
    [
        {"number": "AZBY6001000001"},
        {"number": "azby 6001-000001"},
        {"number": "АZВY6001000001", "state": "az"},
    ],
)
def test_a_certificate_is_found_however_its_number_is_typed(client, issue, query):
    answer = client.get("/received/", query)
    assert answer["Location"] == f"/received/{issue.subject}"
    page = client.get(answer["Location"]).content.decode()
    for said in (
        "9. Критерий",
        "We know the partner",
        "approval of the certifying officer",
        "issued",
    ):
        assert said in page
    assert "Notified by the issuing state" in page
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()


def test_a_day_narrows_and_what_is_near_is_shown(client, issue):
    day = issue.at.strftime("%d.%m.%Y")
    found = client.get("/received/", {"number": issue.number, "date": day})
    assert found["Location"] == f"/received/{issue.subject}"
    other = client.get("/received/", {"number": issue.number, "date": "01.01.2020"})
    page = other.content.decode()
    assert "exists with another date" in page
    assert "no ground to refuse" in page
    wrong = client.get("/received/", {"number": "", "date": "soon"})
    assert wrong.status_code == 422
    assert 'id="date-told"' in wrong.content.decode()
    assert 'id="number-told"' in wrong.content.decode()


def test_life_and_declarations_stand_on_the_certificates_page(client, lodged, issue, annulled):
    page = client.get(f"/received/{issue.subject}").content.decode()
    assert "06533/1" in page
    for said in ("used at import", "annulled", "13\u202f500 л"):
        assert said in page
    assert f"{lodged}/{issue.subject}" in page


@pytest.mark.parametrize("path", ["/received/urn:certorigin:certificate:AZ-1:X", "/received/urn:x"])
def test_what_was_not_received_does_not_exist(client, path):
    assert client.get(path).status_code == 404


def test_what_a_declaration_does_not_cite_is_not_examined_under_it(client, lodged, partner, turns):
    other = partner.issue("AZBY6001000002")
    turns.follow(partner)
    assert client.get(f"{lodged}/{other.subject}").status_code == 404
    assert client.get(f"{lodged}/nothing").status_code == 404
    assert client.get(f"/recognition/{uuid4()}").status_code == 404
