"""A decision is taken away: its evidence in one file that checks itself, and a print of it."""

import io
import json
from datetime import timedelta

import pytest
from pypdf import PdfReader

from certorigin.recognition.court.check import check_court_file
from certorigin.recognition.court.file import CourtFile
from certorigin.seal.trust.folder import read_trust_folder, roots_to_bytes
from certorigin_server.recognition.models import Decision
from certorigin_server.trail.models import TrailEntry
from tests.library.recognition import court_reader
from tests.server.factories import client_of
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3653)


@pytest.fixture
def decided(client, lodged, issue):
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    return f"/recognition/decision/{Decision.objects.get().pk}"


def register(turns, partner):
    """Our act goes into our log, the partner cosigns, and we take the head back."""
    turns.give_back()
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)


def evidence(client, decided):
    answer = client.get(f"{decided}/evidence.json")
    assert answer.status_code == 200
    return answer.content


def checked(raw, folder):
    file = CourtFile.from_bytes(raw)
    report = check_court_file(file, at=file.at + LATER, known=read_trust_folder(folder / "trust"))
    return str(report.outcome), [point.code for point in report.points]


def test_the_evidence_holds_in_ten_years_once_the_decision_is_registered(
    client, decided, issue, partner, turns, folder
):
    assert f'href="{decided}/evidence.json"' in client.get(decided).content.decode()
    outcome, codes = checked(evidence(client, decided), folder)
    assert (outcome, "court.decision_not_sealed" in codes) == ("open", True)
    register(turns, partner)
    outcome, codes = checked(evidence(client, decided), folder)
    assert "court.certificate_holds" in codes
    assert "court.decision_sealed" in codes
    assert "court.report_agrees" in codes
    assert outcome == "holds"
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_the_print_says_what_was_decided_and_carries_the_evidence(
    officer, decided, issue, folder, language
):
    answer = client_of(officer, language).get(f"{decided}/decision.pdf")
    assert answer["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "06533/1" in text
    assert issue.number in text
    assert str(Decision.objects.get().act)[:20] in text
    (attached,) = pdf.attachments["evidence.json"]
    assert checked(attached, folder)[0] == "open"  # not yet registered


def test_the_second_reader_comes_to_the_same(client, decided, issue, partner, turns, folder):
    register(turns, partner)
    roots = json.loads(roots_to_bytes(read_trust_folder(folder / "trust").roots))
    found = court_reader.read(evidence(client, decided), roots)
    assert (found["number"], found["outcome"]) == (issue.number, "accepted")
