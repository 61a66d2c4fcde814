"""What a supplier declared goes when its term is over and no kept case rests on it (R16)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.seal.canonical import parse_strict
from certorigin_server.audit.retention import find_due
from certorigin_server.suppliers.models import Declaration
from tests.server.destruction import destroyed, later
from tests.server.factories import (
    Api,
    certified,
    client_of,
    make_assessor,
    make_certifier,
    make_exporter,
)
from tests.server.suppliers.test_suppliers import declared, depending, seal

pytestmark = pytest.mark.django_db
SOON = {"validUntil": (timezone.localdate() + timedelta(days=30)).isoformat()}


@pytest.fixture(autouse=True)
def own_folder(folder):
    return folder


@pytest.fixture
def supplier():
    make_exporter()
    return make_exporter("supplier", "steelworks")


def due():
    return [case.name for case in find_due("suppliers", at=later())]


def test_a_declaration_goes_three_years_after_its_last_day_and_the_digest_stays(supplier):
    row, lasting = declared(supplier, **SOON), declared(supplier)
    assert due() == []  # it waits for its seal
    seal()
    assert due() == [row.pk]
    assert lasting.pk not in due()
    assert find_due("suppliers", at=later(3)) == []
    row.refresh_from_db()
    protocol = parse_strict(destroyed("suppliers").protocol.encode())["credentialSubject"]
    assert (protocol["kind"], [one["id"] for one in protocol["cases"]]) == ("suppliers", [row.pk])
    gone = Declaration.objects.get(pk=row.pk)
    assert (gone.document, gone.options, gone.sealed) == ("", "", "")
    assert gone.digest == row.digest
    assert client_of(supplier).get(f"/suppliers/{row.pk}").status_code == 404
    assert (due(), seal()) == ([], 0)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Declaration.objects.filter(pk=row.pk).update(document="x")


def test_one_that_a_kept_application_names_stays_until_that_is_gone(supplier):
    row = declared(supplier, **SOON)
    seal()
    application = depending(row.customer.people.get(), row)
    decide = f"/assessment/{application}/decide"
    assert Api(make_assessor()).post(decide, {"worksheet_version": "1"}).status == 200
    certified(application, Api(make_certifier()))
    assert due() == []
    destroyed()
    assert due() == [row.pk]
