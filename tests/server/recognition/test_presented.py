"""What is put on the desk: PDF, picture, file and scanned code are judged, and kept nowhere."""

from dataclasses import replace
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certorigin.certification.render.pdf import Printable, original_pdf
from certorigin.certification.render.symbol import modules
from certorigin.certification.slip import Slip, address_of
from certorigin.recognition.scan import _KEYS, _LAYOUTS
from certorigin.terminal.sentences import say
from certorigin_server.recognition.queries import bundle_from_mirror
from certorigin_server.recognition.view import open_view
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.trail.models import TrailEntry
from tests.library.certification.scanned import as_png, sheet_of_symbols
from tests.server import partner as az
from tests.server.turns import THEIRS

pytestmark = pytest.mark.django_db
PATH = "/received/file"


def slip_of(issue):
    printable = Printable.of(issue.raw)
    return Slip.of(printable.act, printable.certificate, digest=printable.digest)


def scanned_text(slip):
    return address_of(slip, az.sealer("seal"), host="origin.example.az")


def bundle_of(issue):
    return bundle_from_mirror(issued_act_of(issue.subject), open_view(THEIRS))


def put(client, raw, name="a.pdf"):
    answer = client.post(PATH, {"file": SimpleUploadedFile(name, raw)})
    return answer.status_code, unescape(answer.content.decode())


def test_a_pdf_is_judged_with_its_page_and_leads_to_the_certificate(client, issue, lodged):
    bundle = bundle_of(issue)
    pdf = original_pdf(Printable.of(issue.raw), bundle=bundle)
    status, page = put(client, pdf)
    assert status == 200
    assert say("page.agrees", {"pages": "1"}) in page
    assert f"{lodged}/{issue.subject}" in page  # the declaration that cites it: one click away
    assert "Compared with declaration 06533/1" in page
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()
    status, page = put(client, bundle, "a.json")
    assert status == 200
    assert say("page.agrees", {"pages": "1"}) not in page  # a file has no page


def test_a_sealed_act_alone_is_found_in_the_mirror(client, issue):
    status, page = put(client, issue.raw, "act.json")
    assert status == 200
    assert "notice good" in page
    assert f'href="/received/{issue.subject}"' in page


def test_a_picture_of_the_code_leads_to_the_certificate(client, issue):
    picture = as_png(sheet_of_symbols([modules(scanned_text(slip_of(issue)))]))
    status, page = put(client, picture, "photo.png")
    assert status == 200
    assert f'href="/received/{issue.subject}"' in page
    assert say("code.agrees", {"number": issue.number}) in page
    assert "another act" not in page


def test_a_paper_that_we_do_not_hold_is_told_without_a_ground_to_refuse(client, issue):
    other = az.Issue("AZBY6001000777", issue.at)
    picture = as_png(sheet_of_symbols([modules(scanned_text(slip_of(other)))]))
    status, page = put(client, picture, "photo.png")
    assert status == 200
    assert "Our mirror does not hold this certificate." in page
    assert "no ground to refuse" in page
    assert "AZBY6001000777" in page
    status, page = put(client, other.raw, "act.json")
    assert "Our mirror does not hold this certificate." in page


def test_a_code_that_names_another_act_under_the_number_is_told(client, issue):
    forged = replace(slip_of(issue), digest=b"\1" * 32)
    picture = as_png(sheet_of_symbols([modules(scanned_text(forged))]))
    _, page = put(client, picture, "photo.png")
    assert "another act under this certificate" in page


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7 nothing", b"\x89PNG\r\n\x1a\n", b"{}", b"GIF89a"])
def test_what_is_no_certificate_is_refused_beside_the_field(client, issue, raw):
    status, page = put(client, raw)
    assert status == 422
    assert 'id="file-told"' in page


@pytest.mark.parametrize("layout", ["", *_LAYOUTS])
def test_a_hand_scanner_opens_the_certificate_under_any_layout(client, issue, layout):
    text = scanned_text(slip_of(issue))
    typed = text.translate(str.maketrans(_KEYS, layout)) if layout else text
    for address, name in (("/search", "text"), ("/received/", "number")):
        answer = client.get(address, {name: f"{typed}\r\n"})
        assert answer["Location"] == f"/received/{issue.subject}"


def test_a_scanned_code_that_does_not_fit_is_shown_and_not_opened(client, issue):
    slip = slip_of(issue)
    stolen = address_of(slip, az.sealer("gateway"), host="origin.example.az")
    answer = client.get("/search", {"text": stolen})
    assert answer.status_code == 200
    assert "notice good" not in answer.content.decode()
    other = scanned_text(replace(slip, items=slip.items + 1))
    page = client.get("/search", {"text": other}).content.decode()
    assert "notice bad" in page
