"""The public page behind the QR code says whether a certificate was issued, and nothing else."""

import pytest
from django.test import Client

from certorigin_server.certification.models import Certificate
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db


def ask(**query):
    answer = Client(headers={"accept-language": "en"}).get("/check", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_asks_learns_the_issue_status_alone(partner, turns):
    officer = make_certifier()
    application = decided(Api(make_exporter()), Api(make_assessor()))
    subject = certified(application, Api(officer))["id"]
    row = Certificate.objects.get()
    asked = {"number": row.number, "date": row.issued_on.isoformat()}
    assert "No certificate with this number" in ask(**asked)  # not logged, not released
    turns.publish()
    page = ask(**asked)
    assert "It was issued here." in page
    assert "Палата" not in page
    assert subject not in page
    other_day = row.issued_on.replace(year=row.issued_on.year - 1)
    assert "No certificate with this number" in ask(number=row.number, date=other_day.isoformat())
    body = {"ground": "error_in_certificate", "remark": "ошибка"}
    assert Api(officer).post(f"/returns/{subject}/annul", body).status == 201
    turns.publish()
    assert "is annulled" in ask(**asked)


def test_the_address_of_the_code_opens_it_and_asks_for_both():
    page = Client(headers={"accept-language": "en"}).get("/CHECK").content.decode()
    assert 'name="number"' in page
    assert "Type the day" in ask(number="BYAZ6101000001")
    assert "Type the day" in ask(number="BYAZ6101000001", date="20.20.2026")
