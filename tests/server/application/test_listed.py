"""What lists of applications show stands in columns: nobody reads whole documents for a line."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certorigin_server.application.models import Application
from tests.server.factories import (
    Api,
    client_of,
    consignment,
    make_assessor,
    make_body,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
LISTED = {"importer_name", "invoice_number"}


@pytest.fixture
def exporter():
    make_body("minsk")
    return make_exporter()


def documents_read(asked):
    return [one["sql"] for one in asked if '"application_application"."document"' in one["sql"]]


def test_a_list_shows_importer_and_invoice_and_reads_no_document(exporter):
    api, officer = Api(exporter), make_assessor()
    document = consignment()["application"]
    submitted(api)
    assert api.post("/application", document).status == 201
    shown = f"{document['importer']['name']}, {document['invoice']['number']}"
    for person, page in ((exporter, "/application/"), (exporter, "/"), (officer, "/assessment/")):
        with CaptureQueriesContext(connection) as asked:
            text = client_of(person).get(page).content.decode()
        assert person is officer or shown in text, page
        assert not documents_read(asked), page
    with CaptureQueriesContext(connection) as asked:
        (first, _) = api.get("/application").data["applications"]
    assert first["importer"] == document["importer"]["name"]
    assert not documents_read(asked)


def test_what_a_line_shows_follows_the_document(exporter):
    api = Api(exporter)
    document = consignment()["application"]
    made = api.post("/application", document).data
    changed = document | {"invoice": document["invoice"] | {"number": "ЗТ-7/26"}}
    changed.pop("importer")
    answer = api.put(f"/application/{made['id']}?version={made['version']}", changed)
    assert answer.status == 200, answer.data
    row = Application.objects.get(pk=made["id"])
    assert row.about == f"{exporter.organisation.name} → ЗТ-7/26"


def test_rows_from_before_are_filled_some_at_a_time_and_destroyed_ones_stay_empty(
    exporter, monkeypatch
):
    api = Api(exporter)
    filling = import_module("certorigin_server.application.migrations.0005_fill_listed")
    document = consignment()["application"]
    for _ in range(4):
        api.post("/application", document)
    api.post("/application", {})
    rows = Application.objects.order_by("pk")
    before = list(rows.values_list("pk", *LISTED))
    destroyed = rows.exclude(importer_name="").first().pk
    shown = [row.about for row in rows.all()]
    Application.objects.update(importer_name=None, invoice_number=None)
    assert [row.about for row in rows.all()] == shown  # until then the document tells it
    Application.objects.filter(pk=destroyed).update(document="")
    monkeypatch.setattr(filling, "_AT_ONCE", 2)
    filling.fill(apps, SimpleNamespace(connection=connection))
    empty = (destroyed, "", "")
    assert list(rows.values_list("pk", *LISTED)) == [
        empty if one[0] == destroyed else one for one in before
    ]
