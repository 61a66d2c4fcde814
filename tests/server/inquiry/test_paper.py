"""Registers of paper from before the corridor: imported whole, and shown as imported."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from certorigin.errors import ConflictError, FindingsError, UnknownError
from certorigin_server.inquiry.models import PaperCertificate, PaperRegister
from certorigin_server.inquiry.services import import_register
from certorigin_server.recognition.examination import BEFORE_START, NOT_IN_MIRROR
from certorigin_server.seal import trust as seal_trust
from certorigin_server.trail.queries import TrailEntry
from certorigin_server.users.models import Organisation
from tests.server.factories import Api, client_of, make_customs_officer, make_organisation

pytestmark = pytest.mark.django_db
FILE = """form;number;date;body;exporter;blank
ST-1;AZBY 5001;16.05.2025;Bakı bürosu;Şərab MMC;0012
ST-1;AZBY 5002;17.05.2025;Bakı bürosu;Pambıq MMC;
""".encode()


@pytest.fixture
def officer():
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


def bring_in(raw=FILE, **changes):
    facts = {"name": "az-2025.csv", "issued_in": "AZ", "by": "operator", "at": timezone.now()}
    return import_register(raw=raw, **(facts | changes))


def test_a_register_is_found_by_number_and_told_as_imported(officer):
    register = bring_in()
    (found,) = Api(officer).get("/inquiry/paper?number=azby-5001&issued_in=AZ").data
    assert (found["source"], found["register_sha256"]) == ("imported", register.sha256)
    assert (found["date"], found["exporter"]) == ("2025-05-16", "Şərab MMC")
    assert Api(officer).get("/inquiry/paper?number=azby-5001&issued_in=KZ").data == []
    page = unescape(client_of(officer).get("/received/paper?number=AZBY5002").content.decode())
    assert "Pambıq MMC" in page
    assert "not sealed" in page
    assert client_of(officer).get("/received/paper?number=1").status_code == 200


def test_it_is_no_certificate_of_the_mirror(officer):
    """The paper is no record: verification, search and declarations know nothing of it."""
    bring_in()
    assert Api(officer).get("/mirror/certificate?number=AZBY5001").data == []


def test_all_of_a_file_comes_in_or_nothing():
    with pytest.raises(FindingsError) as refused:
        bring_in(FILE + b"ST-1;;x;;;\n")
    assert len(refused.value.findings) == 4
    assert not PaperRegister.objects.exists()
    assert not PaperCertificate.objects.exists()


def test_a_file_comes_in_once_and_leaves_a_line_without_trade_data():
    register = bring_in()
    with pytest.raises(ConflictError, match=r"paper\.register_there"):
        bring_in()
    (line,) = TrailEntry.objects.filter(action="inquiry.imported")
    assert line.subject == register.sha256
    assert "AZBY" not in line.facts


def test_it_comes_from_a_state_with_a_corridor():
    with pytest.raises(UnknownError, match=r"inquiry\.no_corridor"):
        bring_in(issued_in="KZ")


def test_nothing_in_it_changes_not_even_in_the_database():
    bring_in()
    for statement in (
        "UPDATE inquiry_papercertificate SET exporter = 'x'",
        "DELETE FROM inquiry_papercertificate",
        "UPDATE inquiry_paperregister SET name = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def reason_of(officer, declaration):
    path = f"/recognition/declaration/{declaration}/examination"
    (found,) = Api(officer).get(path).data["certificates"]
    return found["bottom_line"], found["reason"]


def test_a_missing_certificate_from_before_the_first_day_is_told_as_such(
    officer, partner, monkeypatch
):
    """No record of it was to come: the officer is sent to the paper, and not to a gap."""
    issue = partner.issue()
    lodged = Api(officer).post("/recognition/declaration", issue.declaration()).data["id"]
    assert reason_of(officer, lodged) == ("undetermined", NOT_IN_MIRROR)
    found = seal_trust.get_trust()
    plain = type(found).corridor

    def with_start(self, text, **facts):
        return replace(plain(self, text, **facts), start=issue.at.date() + timedelta(1))

    monkeypatch.setattr(type(found), "corridor", with_start)
    assert reason_of(officer, lodged) == ("undetermined", BEFORE_START)
    page = unescape(client_of(officer).get(f"/recognition/{lodged}").content.decode())
    assert "before the corridor began" in page
