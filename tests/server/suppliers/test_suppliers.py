"""Supplier declarations on the server: declared, sealed by the loop, referred to, withdrawn."""

import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.assessment.worksheet import Worksheet
from certorigin_server.application.models import Application
from certorigin_server.assessment.forms import LAYOUT
from certorigin_server.assessment.queries import judge
from certorigin_server.desk.forms import Form
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.suppliers.models import Declaration, Dependent
from certorigin_server.suppliers.worker import SupplierSealLoop
from certorigin_server.trail.models import TrailEntry
from certorigin_server.web.work import tasks_for
from tests.library.assessment.cases import item, material, worksheet
from tests.server.factories import (
    Api,
    certified,
    client_of,
    consignment,
    make_assessor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
)

pytestmark = pytest.mark.django_db
FORM = {
    "customer": "trader",
    "validFrom": "2026-01-01",
    "validUntil": "31.12.2099",
    "goods[0].description": "coated steel sheet",
    "goods[0].tariffCode": "7210",
    "goods[0].originCountry": "BY",
}


@pytest.fixture
def exporter():
    return make_exporter()


@pytest.fixture
def supplier(exporter):
    return make_exporter("supplier", "steelworks")


def declared(user, **more):
    answer = client_of(user).post("/suppliers/declare", FORM | more)
    assert answer.status_code == 302, answer.context["form"].told
    return Declaration.objects.latest("prepared_at")


def seal():
    return SupplierSealLoop(keyring=get_keyring(), clock=timezone.now).turn()


def naming(row, value="600"):
    steel = material("721070", "BY", value, supplierDeclaration={"id": row.pk})
    return worksheet(item("8418", steel, operations=["case_making"]))


def outcome(row, exporter=None):
    """What the facts of an exporter that name the declaration come to; the customer's own first."""
    exporter = row.customer_id if exporter is None else exporter
    sheet = Worksheet.from_data(naming(row))
    return str(judge(sheet, exporter=exporter, at=timezone.now()).decision)


def depending(exporter, row):
    """An application whose facts of production name the declaration, decided on."""
    api = Api(exporter)
    sample = consignment()
    application = api.post("/application", sample["application"]).data["id"]
    sheet = sample["worksheet"]
    for one in sheet["items"][0]["materials"]:
        if one.get("originCountry") == "BY" and one.get("tariffCode", "").startswith("7210"):
            one["supplierDeclaration"] = {"id": row.pk}
    assert row.pk in json.dumps(sheet)
    assert api.put(f"/application/{application}/worksheet?version=0", sheet).status == 200
    make_body("minsk")
    order = {"version": "1", "body": "minsk", "produced_in": "BY", "confirmed": True}
    answer = api.post(f"/application/{application}/submit", order)
    assert answer.status == 200, answer.data
    return application


def test_the_loop_seals_what_was_declared_and_only_once(supplier):
    row = declared(supplier)
    assert (row.status, outcome(row)) == ("prepared", "undetermined")
    assert (seal(), seal()) == (1, 0)
    row.refresh_from_db()
    assert row.status == "sealed"
    told = json.loads(row.sealed)
    assert told["sealedBy"] == "system_on_behalf"
    assert told["declarant"] == supplier.full_name
    assert outcome(row) == "originating"


def test_it_stands_only_for_the_customer_for_whom_it_was_made(exporter, supplier):
    row = declared(supplier)
    own = declared(exporter)  # to itself
    seal()
    rival = make_exporter("rival", "rival-works")
    assert outcome(row) == "originating"
    assert outcome(row, rival.organisation_id) == "undetermined"
    assert outcome(own) == "undetermined"


def test_the_customer_picks_what_holds_today_from_a_list(exporter, supplier):
    row, later = declared(supplier), declared(supplier, validFrom="2090-01-01")
    place, number = "items[0].materials[0].supplierDeclaration.id", row.pk.rpartition(":")[2]
    asked = {"field": place, place: row.organisation.name[:5]}
    client = client_of(exporter)
    assert number not in client.get("/suppliers/offers", asked).content.decode()  # no seal yet
    seal()
    offered = client.get("/suppliers/offers", asked).content.decode()
    assert number in offered
    assert later.pk.rpartition(":")[2] not in offered
    assert number not in client_of(supplier).get("/suppliers/offers", asked).content.decode()
    chosen = client.get("/suppliers/choose", {"field": place, "id": row.pk}).content.decode()
    assert f'name="{place}"' in chosen
    assert f'value="{row.pk}"' in chosen


def test_a_declaration_that_falls_takes_the_decision_with_it(supplier):
    row = declared(supplier)
    seal()
    client_of(supplier).post(f"/suppliers/{row.pk}/withdraw", {"reason": "steel of another mill"})
    assert outcome(row) == "not_originating"
    again = client_of(supplier).post(f"/suppliers/{row.pk}/withdraw", {"reason": "again"})
    assert again.status_code == 409
    assert TrailEntry.objects.filter(action="supplier.withdrawn").count() == 1


def test_what_depended_is_listed_with_assessment_and_certificate(exporter, supplier):
    row = declared(supplier)
    seal()
    application = depending(exporter, row)
    assessor, certifier = make_assessor(), make_certifier()
    order = {"worksheet_version": "1"}
    decided = Api(assessor).post(f"/assessment/{application}/decide", order)
    assert decided.data["decision"] == "originating"
    number = certified(application, Api(certifier))["number"]
    client_of(supplier).post(f"/suppliers/{row.pk}/withdraw", {"reason": "steel of another mill"})
    page = client_of(certifier).get(f"/suppliers/{row.pk}")
    (one,) = page.context["dependents"]
    assert str(one["row"].application_id) == application
    assert one["certificate"].number == number
    assert number in page.content.decode()
    for officer in (assessor, certifier):
        whats = [task.what for task in tasks_for(officer, at=timezone.now())]
        assert "web.task_supplier_fell" in whats
    client_of(certifier).post(f"/suppliers/look/{one['row'].pk}")
    assert "web.task_supplier_fell" not in [
        task.what for task in tasks_for(assessor, at=timezone.now())
    ]
    assert client_of(certifier).post(f"/suppliers/look/{one['row'].pk}").status_code == 409


def test_only_the_supplier_the_customer_and_bodies_concerned_see_it(exporter, supplier):
    row = declared(supplier)
    seal()
    assert client_of(exporter).get(f"/suppliers/{row.pk}").status_code == 200
    strangers = [make_exporter("rival", "rival-works"), make_assessor(), make_customs_officer()]
    for user in strangers:
        assert client_of(user).get(f"/suppliers/{row.pk}").status_code == 404
    for user in (exporter, *strangers):
        answer = client_of(user).post(f"/suppliers/{row.pk}/withdraw", {"reason": "x"})
        assert answer.status_code == 404
    assert row.pk[9:17] in client_of(exporter).get("/suppliers/").content.decode()


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"customer": "nobody-here"}, "customer"),
        ({"customer": ""}, "customer"),
        ({"validUntil": "1.1.2020"}, "validUntil"),
        ({"goods[0].tariffCode": "x"}, "goods[0].tariffCode"),
        ({"goods[0].originCountry": ""}, "goods[0].originCountry"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(supplier, more, place):
    page = client_of(supplier).post("/suppliers/declare", FORM | more)
    assert page.status_code == 422
    assert [one.place for one in page.context["form"].told] == [place]
    assert not Declaration.objects.exists()


def test_a_reason_is_needed(supplier):
    row = declared(supplier)
    page = client_of(supplier).post(f"/suppliers/{row.pk}/withdraw", {"reason": " "})
    assert page.status_code == 422
    assert Declaration.objects.get().withdrawn_at is None


def test_the_database_keeps_what_was_declared_and_sealed(supplier):
    row = declared(supplier)
    seal()
    for change in (
        {"document": "{}"},
        {"sealed": "{}"},
        {"digest": "0"},
        {"valid_until": "2030-1-1"},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Declaration.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Declaration.objects.filter(pk=row.pk).delete()
    assert not Dependent.objects.exists()
    assert not Application.objects.exists()


def test_one_that_was_withdrawn_before_its_seal_is_never_sealed(supplier):
    row = declared(supplier)
    client_of(supplier).post(f"/suppliers/{row.pk}/withdraw", {"reason": "a slip"})
    assert seal() == 0
    row.refresh_from_db()
    assert row.sealed is None


def test_the_officer_s_form_asks_for_it_and_loses_nothing(supplier):
    """What the page does not show, saving it would drop."""
    row = declared(supplier)
    named = {"id": row.pk, "digest": "0" * 64}
    sheet = worksheet(item("8418", material("721070", "BY", "1", supplierDeclaration=named)))
    form = Form.from_data(LAYOUT, sheet, "en")
    kept = form.to_data()["items"][0]["materials"][0]
    assert kept["supplierDeclaration"] == named
