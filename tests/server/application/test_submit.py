"""Submitting: the declaration of box 13, every finding at once, no way back after a decision."""

import pytest
from django.utils import timezone

from certorigin_server.application.models import Application
from tests.server.factories import (
    Api,
    consignment,
    decided,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    submitted,
)

pytestmark = pytest.mark.django_db
ORDER = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}


@pytest.fixture
def exporter():
    make_body()
    return Api(make_exporter())


def draft(exporter, document=None):
    document = consignment()["application"] if document is None else document
    return f"/application/{exporter.post('/application', document).data['id']}"


def test_who_submits_makes_the_declaration_of_box_13(exporter):
    document = consignment()["application"]
    document["declaration"] = {"country": "BY", "declarant": "Другой", "date": "2020-01-01"}
    answer = exporter.post(f"{draft(exporter, document)}/submit", ORDER)
    assert answer.status == 200, answer.data
    row = Application.objects.get()
    declared = answer.data["document"]["declaration"]
    assert declared["declarant"] == "Exporter"
    assert declared["date"] == timezone.localdate(row.submitted_at).isoformat()
    assert row.submitted_by.username == "exporter"
    assert answer.data["status"] == "submitted"
    assert answer.data["body"] == "minsk"
    assert answer.data["version"] == "2"


def test_an_incomplete_application_is_refused_with_every_finding(exporter):
    document = consignment()["application"]
    del document["importer"], document["items"][0]["grossWeight"], document["items"][0]["packages"]
    path = draft(exporter, document)
    answer = exporter.post(f"{path}/submit", ORDER)
    assert answer.status == 422
    assert answer.data["code"] == "application.not_complete"
    errors = [one for one in answer.data["findings"] if one["grade"] == "error"]
    assert len(errors) >= 3
    assert exporter.get(path).data["status"] == "draft"


def test_goods_produced_elsewhere_are_refused(exporter):
    answer = exporter.post(f"{draft(exporter)}/submit", ORDER | {"produced_in": "RU"})
    assert answer.status == 422
    assert "application.declared_elsewhere" in answer.codes


def test_a_destination_without_a_corridor_is_refused(exporter):
    document = consignment()["application"] | {"destinationCountry": "KZ"}
    answer = exporter.post(f"{draft(exporter, document)}/submit", ORDER)
    assert answer.status == 422
    assert "application.no_corridor" in answer.codes


def test_a_form_that_nobody_knows_is_a_finding(exporter):
    answer = exporter.post(f"{draft(exporter, {'form': 'ST-9'})}/submit", ORDER)
    assert answer.status == 422
    assert answer.codes == {"form.unknown"}


def test_facts_of_production_of_other_goods_stop_the_submission(exporter):
    path, worksheet = draft(exporter), consignment()["worksheet"]
    worksheet["items"][0]["tariffCode"] = "870110"
    worksheet["productionCountry"] = "RU"
    assert exporter.put(f"{path}/worksheet", worksheet).status == 200
    answer = exporter.post(f"{path}/submit", ORDER)
    assert answer.status == 422
    assert {"worksheet.other_goods", "worksheet.produced_elsewhere"} <= answer.codes


def test_without_facts_of_production_there_is_a_warning_and_no_refusal(exporter):
    answer = exporter.post(f"{draft(exporter)}/submit", ORDER)
    assert answer.status == 200
    assert "application.worksheet_missing" in answer.codes


@pytest.mark.parametrize("body", ["nobody", "trader", "customs", ""])
def test_only_an_authorised_body_takes_applications(exporter, body):
    make_organisation("customs", "central-customs-authority")
    answer = exporter.post(f"{draft(exporter)}/submit", ORDER | {"body": body})
    assert (answer.status, answer.data["code"]) == (404, "organisation.unknown")


def test_an_application_is_submitted_once_and_then_stands(exporter):
    path = draft(exporter)
    exporter.post(f"{path}/submit", ORDER)
    worksheet = consignment()["worksheet"]
    for answer in (
        exporter.post(f"{path}/submit", ORDER | {"version": "2"}),
        exporter.put(path, {}, version="2"),
        exporter.put(f"{path}/worksheet", worksheet),
    ):
        assert (answer.status, answer.data["code"]) == (409, "application.not_a_draft")


def test_who_saw_an_older_version_does_not_submit(exporter):
    path = draft(exporter)
    exporter.put(path, consignment()["application"], version="1")
    answer = exporter.post(f"{path}/submit", ORDER)
    assert (answer.status, answer.data["code"]) == (409, "application.changed_meanwhile")


def test_what_was_submitted_is_seen_by_its_body_and_the_central_one(exporter):
    application = submitted(exporter)
    path = f"/application/{application}"
    for user in (
        make_assessor(),
        make_certifier(),
        make_auditor(),
        make_auditor("central-auditor", "belcci"),
    ):
        assert Api(user).get(path).status == 200
        (row,) = Api(user).get("/application").data["applications"]
        assert row["id"] == application
    for user in (
        make_assessor("elsewhere", "brest"),
        make_auditor("brest-auditor", "brest"),
        make_exporter("rival", "rival-trader"),
    ):
        assert Api(user).get(path).status == 404
        assert Api(user).get(f"{path}/worksheet/1").status == 404
    assert Api(make_customs_officer()).get(path).status == 403


def test_customs_sees_no_application_whatever_role_it_gives_itself(exporter):
    application = submitted(exporter)
    authority = make_organisation("gtk", "central-customs-authority")
    auditor = make_auditor()
    auditor.organisation = authority
    auditor.save()
    assert Api(auditor).get(f"/application/{application}").status == 404


def test_every_version_of_the_facts_stays(exporter):
    path, worksheet = draft(exporter), consignment()["worksheet"]
    first = exporter.put(f"{path}/worksheet", worksheet)
    changed = consignment()["worksheet"]
    changed["items"][0]["exWorksPrice"]["amount"] = "1.00"
    second = exporter.put(f"{path}/worksheet", changed, version="1")
    assert [first.data["version"], second.data["version"]] == ["1", "2"]
    assert exporter.get(f"{path}/worksheet/1").data["document"] == worksheet
    assert exporter.get(f"{path}/worksheet/2").data["document"] == changed
    assert exporter.get(f"{path}/worksheet/3").status == 404
    assert exporter.get(path).data["worksheet_version"] == "2"


def test_facts_are_not_overwritten_by_who_saw_older_ones(exporter):
    path, worksheet = draft(exporter), consignment()["worksheet"]
    exporter.put(f"{path}/worksheet", worksheet)
    answer = exporter.put(f"{path}/worksheet", worksheet)
    assert (answer.status, answer.data["code"]) == (409, "application.changed_meanwhile")


def test_malformed_facts_are_refused_with_their_place(exporter):
    worksheet = consignment()["worksheet"]
    worksheet["items"][0]["materials"][0]["value"]["amount"] = "1e9"
    answer = exporter.put(f"{draft(exporter)}/worksheet", worksheet)
    assert answer.status == 400
    assert answer.data["facts"]["place"] == "items[0].materials[0].value.amount"


@pytest.mark.parametrize("is_submitted", [False, True])
def test_an_application_is_withdrawn_while_nothing_was_decided(exporter, is_submitted):
    path = f"/application/{submitted(exporter)}" if is_submitted else draft(exporter)
    assert exporter.post(f"{path}/withdraw").data["status"] == "withdrawn"
    again = exporter.post(f"{path}/withdraw")
    assert (again.status, again.data["code"]) == (409, "application.closed")
    worksheet = consignment()["worksheet"]
    assert exporter.put(f"{path}/worksheet", worksheet).status == 409
    assert exporter.put(path, {}, version="1").status == 409


def test_what_was_decided_is_not_withdrawn(exporter):
    application = decided(exporter, Api(make_assessor()))
    answer = exporter.post(f"/application/{application}/withdraw")
    assert (answer.status, answer.data["code"]) == (409, "application.closed")
    assert exporter.get(f"/application/{application}").data["decided_at"]
