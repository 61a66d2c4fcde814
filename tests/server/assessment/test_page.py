"""The assessing officer's desk, without a browser."""

import json

import pytest

from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError
from certorigin_server.application.models import Application, WorksheetVersion
from certorigin_server.assessment.forms import LAYOUT, label_of
from certorigin_server.assessment.models import Assessment
from certorigin_server.assessment.worksheet_page import completed
from certorigin_server.desk.forms import Form
from certorigin_server.trail.models import TrailEntry
from tests.data import ROOT
from tests.server.factories import (
    Api,
    client_of,
    consignment,
    make_assessor,
    make_customs_officer,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return submitted(Api(make_exporter()))


@pytest.fixture
def client(application):
    return client_of(make_assessor())


def page_of(application: str, name: str = "worksheet") -> str:
    return f"/assessment/{application}/{name}"


def typed(language: str = "en", **more: str) -> dict[str, str]:
    """What the page of a sample's facts sends."""
    values = Form.from_data(LAYOUT, consignment()["worksheet"], language).values
    return values | {"version": "1"} | more


def test_the_form_holds_what_the_document_holds():
    stored = consignment()["worksheet"]
    data = Form.from_data(LAYOUT, stored, "en").to_data()
    for item, old in zip(data["items"], stored["items"], strict=True):
        assert item == old


VECTORS = sorted((ROOT / "vectors" / "assessment").glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_page_asks_for_everything_that_a_worksheet_can_hold(path):
    data = json.loads(path.read_text("utf-8"))
    stored = data.get("worksheet", data)
    try:
        worksheet = Worksheet.from_data(stored)
    except MalformedError:
        pytest.skip("a vector of what can't be read")
    written = worksheet.to_data()
    for language in ("en", "ru"):
        data = Form.from_data(LAYOUT, written, language).to_data()
        assert Worksheet.from_data(completed(data, written)) == worksheet


def test_a_plain_no_is_not_lost():
    item = {"sequence": "1", "tariffCode": "841810", "withinNamedPart": False}
    material = {"description": "steel", "whollyObtained": False, "soldTogether": True}
    form = Form.from_data(LAYOUT, {"items": [item | {"materials": [material]}]}, "ru")
    assert form.to_data()["items"] == [item | {"materials": [material]}]


def test_what_waits_is_listed_with_its_day_and_leads_to_the_facts(client, application):
    page = client.get("/assessment/").content.decode()
    assert page_of(application) in page
    assert page_of(application) in client.get("/").content.decode()


def test_the_facts_are_shown_with_what_they_come_to(client, application):
    answer = client.get(page_of(application))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="42240.00"' in page
    assert "Д8418" in page
    assert "share of materials in the price" in page
    assert TrailEntry.objects.filter(subject=f"urn:uuid:{application}").exists()


def test_figures_are_judged_while_they_are_typed_and_nothing_is_stored(client, application):
    fields = typed(order="judge") | {"items[0].exWorksPrice.amount": "100.00"}
    answer = client.post(page_of(application), fields)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "not originating" in page
    assert "too much" in page
    assert "<html" not in page
    assert WorksheetVersion.objects.count() == 1
    assert not Assessment.objects.exists()


def test_what_is_missing_is_named_and_leads_to_its_field(client, application):
    fields = typed(order="judge") | {"items[0].exWorksPrice.amount": ""}
    page = client.post(page_of(application), fields).content.decode()
    assert "undetermined" in page
    assert 'href="#items-0-exWorksPrice' in page


def test_a_place_is_named_as_the_page_names_it():
    named = label_of("items[0].materials[2].value", "en")
    assert named == "Goods 1 › Material 3 › Value"
    assert label_of("agreement:CIS-2009/chapter/36", "en") == "agreement:CIS-2009/chapter/36"


def test_corrected_facts_become_a_new_version_and_the_rest_of_the_document_stays(
    client, application
):
    fields = typed(order="save") | {"items[0].description": "corrected"}
    assert client.post(page_of(application), fields).status_code == 302
    versions = WorksheetVersion.objects.order_by("version")
    first, second = (json.loads(row.document) for row in versions)
    assert second["items"][0].pop("description") == "corrected"
    first["items"][0].pop("description", None)
    assert second == first


def test_facts_that_did_not_change_make_no_version(client, application):
    client.post(page_of(application), typed(order="save"))
    assert WorksheetVersion.objects.count() == 1


def test_what_cannot_be_read_is_told_beside_its_field_and_nothing_is_lost(client, application):
    wrong = {"items[0].tariffCode": "eight", "items[0].materials[0].value.amount": "much"}
    answer = client.post(page_of(application), typed(order="save") | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="items-0-tariffCode-told"' in page
    assert 'value="eight"' in page
    assert 'value="much"' in page
    assert WorksheetVersion.objects.count() == 1


def test_a_decision_is_asked_for_twice(client, application):
    answer = client.post(page_of(application), typed(order="decide"))
    assert answer["Location"] == page_of(application, "decide")
    page = client.get(page_of(application, "decide")).content.decode()
    assert "This decision is final" in page
    assert not Assessment.objects.exists()
    fields = {"version": "1", "remark": "seen the act"}
    unsure = client.post(page_of(application, "decide"), fields)
    assert unsure.status_code == 422
    assert "seen the act" in unsure.content.decode()
    assert not Assessment.objects.exists()
    answer = client.post(page_of(application, "decide"), fields | {"confirmed": "on"})
    assert answer["Location"] == f"/assessment/{application}"
    made = Assessment.objects.get()
    assert (made.decision, made.remark) == ("originating", "seen the act")
    shown = client.get(f"/assessment/{application}").content.decode()
    assert "Д8418" in shown
    assert page_of(application) not in shown
    assert client.get(page_of(application)).status_code == 302


def test_a_refusal_shows_its_reasons(client, application):
    fields = typed(order="decide") | {"items[0].exWorksPrice.amount": "100.00"}
    client.post(page_of(application), fields)
    client.post(page_of(application, "decide"), {"version": "2", "confirmed": "on"})
    assert Assessment.objects.get().decision == "not_originating"
    page = client.get(f"/assessment/{application}").content.decode()
    assert "too much" in page
    assert "share of materials in the price" in page


def test_a_decision_on_other_facts_than_were_seen_is_not_made(client, application):
    client.post(page_of(application), typed(order="save") | {"items[0].description": "other"})
    fields = {"version": "1", "confirmed": "on", "remark": "kept"}
    answer = client.post(page_of(application, "decide"), fields)
    assert answer.status_code == 409
    assert "kept" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_facts_that_nobody_stated_begin_with_the_goods():
    client, exporter = client_of(make_assessor()), Api(make_exporter())
    row = exporter.post("/application", consignment()["application"]).data
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    application = exporter.post(f"/application/{row['id']}/submit", order).data["id"]
    page = client.get(page_of(application)).content.decode()
    assert 'name="version" value="0"' in page
    assert 'value="841810' in page


@pytest.mark.parametrize("name", ["worksheet", "decide"])
def test_for_others_there_is_no_such_page(application, name):
    for other in (make_assessor("stranger", "brest"), make_customs_officer()):
        client = client_of(other)
        assert client.get(page_of(application, name)).status_code == 404
        assert client.post(page_of(application, name), typed()).status_code == 404
        assert client.get(f"/assessment/{application}").status_code == 404
    assert Application.objects.get().decided_at is None


def test_the_central_body_looks_and_does_not_decide(application):
    client = client_of(make_assessor("central", "belcci"))
    assert client.get(f"/assessment/{application}").status_code == 200
    assert client.get(page_of(application)).status_code == 302


def test_the_exporter_reads_the_reasons_and_has_no_worksheet_of_the_officer(application):
    client = client_of(make_exporter("second"))
    assert client.get(f"/assessment/{application}").status_code == 200
    assert client.get(page_of(application)).status_code == 404


def test_what_is_seldom_asked_stays_folded_until_something_stands_in_it():
    item = {"sequence": "1", "tariffCode": "841810", "materials": [{"description": "steel"}]}
    page = Form.from_data(LAYOUT, {"items": [item]}, "en")

    def folded(form):
        groups = [*form["items"].rows[0].parts, *form["items"].rows[0].parts[3].rows[0].parts]
        return [one.is_open for one in groups if getattr(one.part, "folded", False)]

    assert set(folded(page)) == {False}
    item["materials"][0]["use"] = "neutral"
    assert folded(Form.from_data(LAYOUT, {"items": [item]}, "en")).count(True) == 1
