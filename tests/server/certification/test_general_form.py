"""The general form on the desks: asked for, decided, numbered by its own rule (R43)."""

import pytest
from django.utils import timezone

from certorigin_server.application.queries import forms_offered
from certorigin_server.assessment.models import Assessment
from certorigin_server.certification.models import Certificate
from tests.server.factories import (
    Api,
    certified,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    seal_all,
)

pytestmark = pytest.mark.django_db
# Dump trucks whose parts all left their headings: enough for the general form alone.
TRUCKS = "02-trucks-foreign-share"


@pytest.fixture
def people():
    return make_exporter(), make_assessor(), make_certifier()


def submitted_as(exporter, form, *, sample="06-refrigerators", change=None):
    """Submit a sample for a form; `change` may change the facts of production before."""
    make_body()
    data = consignment(sample)
    if change is not None:
        change(data)
    row = exporter.post("/application", data["application"] | {"form": form})
    path = f"/application/{row.data['id']}"
    exporter.put(f"{path}/worksheet", data["worksheet"])
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    answer = exporter.post(f"{path}/submit", order)
    assert answer.status == 200, answer.data
    return row.data["id"]


def contract_elsewhere(data):
    """The goods originate, but the contract is with somebody of no party (5.1 а)."""
    trade = {"exportedFrom": "BY", "importedInto": "AZ", "sellerResidentOf": "BY"}
    data["worksheet"]["trade"] = trade | {"buyerResidentOf": "CY"}


def decide(officer, application):
    return officer.post(f"/assessment/{application}/decide", {"worksheet_version": "1"})


def test_the_forms_of_our_corridor_are_offered_preference_first():
    assert forms_offered() == ("ST-1", "GENERAL")


def test_goods_that_originate_get_a_general_certificate_with_its_own_number(people):
    exporter, assessor, certifier = (Api(one) for one in people)
    preferential = decided(exporter, assessor)
    application = submitted_as(exporter, "GENERAL")
    assert decide(assessor, application).data["decision"] == "originating"
    certified(preferential, certifier)
    made = certified(application, certifier)
    year = timezone.localdate().year % 10
    assert made["number"] == f"{year}101000001"
    assert made["document"]["officialMarks"] == ["Страна происхождения: Беларусь"]
    assert made["document"]["items"][0]["originCriterion"] == "-"
    assert seal_all() == 2
    numbers = dict(Certificate.objects.values_list("form", "number"))
    assert numbers == {"ST-1": f"BYAZ{year}101000001", "GENERAL": made["number"]}


def test_a_failed_condition_stops_st_1_and_offers_the_general_form(people):
    exporter, assessor, certifier = (Api(one) for one in people)
    application = submitted_as(exporter, "ST-1", change=contract_elsewhere)
    stopped = decide(assessor, application)
    assert (stopped.status, stopped.data["code"]) == (409, "assessment.conditions_not_met")
    assert not Assessment.objects.exists()
    order = {"worksheet_version": "1", "ground": "conditions_not_met"}
    assert assessor.post(f"/assessment/{application}/refuse", order).status == 201
    browser = client_of(people[0])
    shown = browser.get(f"/application/{application}").content.decode()
    assert "Ask for the general form with these data" in shown
    gone_to = browser.post(f"/application/{application}/copy", {"form": "GENERAL"})
    second = gone_to.url.split("/")[2]
    path = f"/application/{second}"
    assert exporter.get(path).data["document"]["form"] == "GENERAL"
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert exporter.post(f"{path}/submit", order).status == 200
    assert decide(assessor, second).data["decision"] == "originating"
    assert certified(second, certifier)["document"]["form"] == "GENERAL"


def test_goods_that_only_changed_their_heading_are_decided_as_general(people):
    exporter, assessor, certifier = (Api(one) for one in people)
    application = submitted_as(exporter, "GENERAL", sample=TRUCKS)
    answer = decide(assessor, application)
    assert answer.data["decision"] == "general", answer.data
    page = client_of(people[0]).get(f"/application/{application}").content.decode()
    assert "general form due" in page
    assert certified(application, certifier)["document"]["form"] == "GENERAL"


def test_a_refusal_for_another_reason_offers_no_other_form(people):
    exporter, assessor, _ = (Api(one) for one in people)
    application = submitted_as(exporter, "ST-1")
    order = {"worksheet_version": "1", "ground": "false_documents", "remark": "подделка"}
    assert assessor.post(f"/assessment/{application}/refuse", order).status == 201
    shown = client_of(people[0]).get(f"/application/{application}").content.decode()
    assert "Ask for the general form" not in shown
