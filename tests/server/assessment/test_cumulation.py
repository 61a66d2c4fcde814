"""Certificates for materials are looked up in the register; an open answer stays open (R39)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin.assessment.worksheet import Worksheet
from certorigin.returns.annulment import annulled
from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.record import Record
from certorigin_server.assessment.queries import verified_certificates
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.queries import standing_of
from certorigin_server.standing.services import register_entry
from tests.server.authority import officer_urn
from tests.server.factories import (
    Api,
    certified,
    consignment,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    seal_all,
)

pytestmark = pytest.mark.django_db
ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"


@pytest.fixture
def certificate():
    application = decided(Api(make_exporter()), Api(make_assessor()))
    row = certified(application, Api(make_certifier()))
    seal_all()
    return row


def enter(raw, index=0, *, legal_time):
    register_entry(
        publisher="BY-1",
        origin=ORIGIN,
        index=index,
        raw=raw,
        legal_time=legal_time,
        at=timezone.now(),
    )


def asked(certificate, **other):
    """Look up one material's certificate, as a worksheet names it."""
    reference = {
        "form": certificate["form"],
        "number": certificate["number"],
        "date": certificate["issued_on"],
        "issuingCountry": "BY",
    } | other
    data = consignment()["worksheet"]
    data["items"][0]["materials"][0]["certificate"] = reference
    at = timezone.now() + timedelta(days=2)
    found = verified_certificates(Worksheet.from_data(data), at=at)
    named = CertificateReference.from_record(Record(reference))
    return found.get(named, "open")


def issued_bytes():
    return SealedAct.objects.get().sealed.encode()


def test_a_certificate_that_nobody_registered_leaves_the_question_open(certificate):
    assert asked(certificate) == "open"


def test_a_certificate_without_legal_time_leaves_the_question_open(certificate):
    enter(issued_bytes(), legal_time=None)
    assert asked(certificate) == "open"


def test_a_valid_certificate_is_good(certificate):
    enter(issued_bytes(), legal_time=timezone.now())
    assert asked(certificate) is True
    assert asked(certificate, issuingCountry="AZ") == "open"
    assert asked(certificate, date="2020-01-01") == "open"


def test_an_annulled_certificate_is_not_good(certificate):
    enter(issued_bytes(), legal_time=timezone.now())
    at = timezone.now() + timedelta(days=1)
    act = annulled(
        standing_of(certificate["id"], at=at),
        ground="error_in_certificate",
        remark="",
        officer=officer_urn("certifier"),
        act_id="urn:uuid:00000000-0000-4000-8000-000000000001",
        at=at,
        effective=at,
    )
    enter(strict_bytes(act.to_document()), 1, legal_time=at)
    assert asked(certificate) is False
