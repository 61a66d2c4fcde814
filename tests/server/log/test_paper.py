"""Paper of a released certificate: the file, copies, codes, the print on a blank."""

import io

import pypdf
import pytest
from django.conf import settings

from certorigin.certification.export.cefact import certificate_from_cefact
from certorigin.certification.export.ubl import certificate_from_ubl
from certorigin.certification.slip import read_address
from certorigin.recognition.carrier import read_bundle, verify_file
from certorigin.recognition.page_text import compact
from certorigin.recognition.pdf_file import PdfFile
from certorigin.recognition.verify import Verifier
from certorigin_server.certification.models import Certificate
from certorigin_server.log.paper import original_of
from certorigin_server.seal.keyring import Keyring
from certorigin_server.seal.trust import get_trust
from certorigin_server.trail.models import TrailEntry
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    make_token,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter(partner):
    return make_exporter()


@pytest.fixture
def certifier():
    return make_certifier()


@pytest.fixture
def prepared(exporter, certifier):
    application = decided(Api(exporter), Api(make_assessor()))
    return certified(application, Api(certifier))["id"]


@pytest.fixture
def released(prepared, turns):
    turns.publish()
    return prepared


def take(user, subject, what, **data):
    client = client_of(user)
    path = f"/certification/{subject}/{what}"
    return client.post(path, data) if data else client.get(path)


def text_of(pdf):
    return compact("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def test_the_exporter_takes_a_file_that_verifies(released, exporter):
    answer = take(exporter, released, "pdf")
    row = Certificate.objects.get()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="{row.number}.pdf"'
    assert answer["Cache-Control"] == "private"
    report = verify_file(Verifier(get_trust()), answer.content, at=row.certified_at)
    assert report.parts["page"].code == "page.agrees"
    assert report.parts["integrity"].code == "integrity.sound"
    assert read_bundle(answer.content) == take(exporter, released, "bundle").content
    slip = read_address(PdfFile.from_bytes(answer.content).attached("codes.txt").decode()).slip
    assert (slip.number, slip.digest.hex()) == (row.number, row.act.digest)
    assert take(exporter, released, "pdf").content == answer.content
    token = {"authorization": f"Bearer {make_token(exporter)}"}
    by_machine = client_of(exporter).get(f"/api/v1/log/pdf/{released}", headers=token)
    assert by_machine.content == answer.content


def test_who_took_it_stands_in_the_trail(released, exporter):
    before = TrailEntry.objects.count()
    take(exporter, released, "pdf")
    assert TrailEntry.objects.count() == before + 1
    assert TrailEntry.objects.latest("pk").subject == released


def test_not_logged_not_released(prepared, exporter, turns):
    turns.seal()
    for what in ("pdf", "codes", "copy/en"):
        assert take(exporter, prepared, what).status_code == 404
    assert "/pdf" not in client_of(exporter).get(f"/certification/{prepared}").content.decode()


def test_a_reading_copy_is_marked(released, exporter):
    assert "NOTANORIGINAL" in text_of(take(exporter, released, "copy/en").content)
    assert text_of(take(exporter, released, "copy/ru").content).count("КОПИЯ") == 2
    assert take(exporter, released, "copy/de").status_code == 404


def test_the_sheet_of_codes_is_a_pdf(released, exporter):
    assert "1/" in text_of(take(exporter, released, "codes").content)


def test_the_officer_prints_onto_a_blank_and_corrects_the_printer(released, certifier):
    page = take(certifier, released, "blank").content.decode()
    assert 'name="right"' in page
    made = take(certifier, released, "blank", right="-1.5", down="2.25")
    assert made["Content-Type"] == "application/pdf"
    assert "Грузоотправитель" not in text_of(made.content)
    assert Certificate.objects.get().number in text_of(made.content)


@pytest.mark.parametrize("typed", ["much", "31", "1e9", "nan"])
def test_an_offset_that_can_not_be_is_told_beside_its_field(released, certifier, typed):
    answer = take(certifier, released, "blank", right=typed, down="1")
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()


def test_without_its_key_the_page_has_no_code(released, tmp_path):
    row = Certificate.objects.get()
    made = original_of(row, keyring=Keyring(tmp_path))
    assert PdfFile.from_bytes(made).attached("codes.txt") is None
    assert settings.SYSTEM.state == "BY"


def test_copies_for_the_systems_of_others_are_complete(released, exporter, prepared):
    row = Certificate.objects.get()
    ubl, cefact = take(exporter, released, "export/ubl"), take(exporter, released, "export/cefact")
    assert ubl["Content-Disposition"] == f'attachment; filename="{row.number}.ubl.xml"'
    assert certificate_from_ubl(ubl.content) == certificate_from_cefact(cefact.json())
    assert certificate_from_ubl(ubl.content).number == row.number
    assert TrailEntry.objects.filter(action="trail.read", subject=released).exists()
    page = client_of(exporter).get(f"/certification/{released}").content.decode()
    assert f'href="/certification/{released}/export/cefact"' in page
    by_machine = Api(exporter)
    assert by_machine.get(f"/log/export/{released}/other").data["code"] == "export.format_unknown"


def test_nothing_is_exported_that_was_not_released(prepared, exporter):
    assert take(exporter, prepared, "export/ubl").status_code == 404
