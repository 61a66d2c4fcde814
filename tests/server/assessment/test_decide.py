"""Deciding: the library's reasons are kept whole; one decision, final; open questions stay open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin.errors import MalformedError
from certorigin_server.application.models import Application
from certorigin_server.assessment import services
from certorigin_server.assessment.models import Assessment
from certorigin_server.assessment.queries import work_list
from certorigin_server.trail.models import TrailEntry
from tests.server.factories import (
    Api,
    consignment,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
ORDER = {"worksheet_version": "1"}


@pytest.fixture
def exporter():
    return Api(make_exporter())


@pytest.fixture
def assessor():
    return Api(make_assessor())


def lacking_a_price():
    worksheet = consignment()["worksheet"]
    del worksheet["items"][0]["exWorksPrice"]
    return worksheet


def open_case(exporter, worksheet):
    """Submit the sample with other facts of production."""
    application = exporter.post("/application", consignment()["application"]).data["id"]
    exporter.put(f"/application/{application}/worksheet", worksheet)
    make_assessor("other")
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    answer = exporter.post(f"/application/{application}/submit", order)
    assert answer.status == 200, answer.data
    return application


def test_goods_that_originate_go_on_with_every_reason_kept(exporter, assessor):
    application = submitted(exporter)
    answer = assessor.post(f"/assessment/{application}/decide", ORDER | {"remark": "проверено"})
    assert answer.status == 200, answer.data
    assert answer.data["decision"] == "originating"
    (item,) = answer.data["items"]
    assert item["criterion"] == "Д8418"
    assert item["missing"] == []
    assert answer.data["document"]["items"][0]["rules"]
    assert answer.data["remark"] == "проверено"
    assert answer.data["worksheet_version"] == "1"
    # The exporter sees the outcome and the reasons, word for word.
    assert exporter.get(f"/assessment/{application}").data == answer.data


def test_one_changed_figure_flips_the_outcome(exporter, assessor):
    worksheet = consignment()["worksheet"]
    worksheet["items"][0]["materials"][0]["value"]["amount"] = "19472.00"
    application = open_case(exporter, worksheet)
    answer = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert answer.data["decision"] == "not_originating"
    assert exporter.get(f"/assessment/{application}").data["decision"] == "not_originating"


def test_a_decision_is_made_once(exporter, assessor):
    application = decided(exporter, assessor)
    answer = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert (answer.status, answer.data["code"]) == (409, "application.decided")
    corrected = assessor.put(
        f"/assessment/{application}/worksheet", consignment()["worksheet"], version="1"
    )
    assert corrected.status == 409
    assert Assessment.objects.count() == 1


def test_the_database_refuses_a_second_decision(exporter, assessor):
    decided(exporter, assessor)
    first = Assessment.objects.get()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


@pytest.mark.parametrize("change", [{"decision": "not_originating"}, {"document": "{}"}])
def test_the_database_refuses_to_change_or_delete_a_decision(exporter, assessor, change):
    decided(exporter, assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.all()._raw_delete("default")


def test_what_stays_open_names_the_missing_facts_and_is_decided_when_they_are_there(
    exporter, assessor
):
    application = open_case(exporter, lacking_a_price())
    opened = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert opened.status == 200
    assert opened.data["decision"] == "undetermined"
    assert any("exWorksPrice" in name for name in opened.data["items"][0]["missing"])
    assert exporter.get(f"/assessment/{application}").data["decision"] == "undetermined"
    (waiting,) = assessor.get("/assessment").data["waiting"]
    assert waiting["last"] == "undetermined"

    path = f"/assessment/{application}/worksheet"
    corrected = assessor.put(path, consignment()["worksheet"], version="1")
    assert corrected.data["version"] == "2"
    stale = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert (stale.status, stale.data["code"]) == (409, "application.changed_meanwhile")
    closed = assessor.post(f"/assessment/{application}/decide", {"worksheet_version": "2"})
    assert closed.data["decision"] == "originating"
    assert Assessment.objects.count() == 2
    assert assessor.get("/assessment").data == {"waiting": []}


def test_facts_of_other_goods_are_not_decided_on(exporter, assessor):
    application = submitted(exporter)
    worksheet = consignment()["worksheet"]
    worksheet["items"][0]["tariffCode"] = "870110"
    worksheet["items"].append(worksheet["items"][0] | {"sequence": "2"})
    assessor.put(f"/assessment/{application}/worksheet", worksheet, version="1")
    answer = assessor.post(f"/assessment/{application}/decide", {"worksheet_version": "2"})
    assert answer.status == 422
    assert answer.codes == {"worksheet.other_goods", "worksheet.other_number_of_items"}
    assert not Assessment.objects.exists()


def test_without_facts_nothing_is_decided(exporter, assessor):
    application = exporter.post("/application", consignment()["application"]).data["id"]
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    exporter.post(f"/application/{application}/submit", order)
    (waiting,) = assessor.get("/assessment").data["waiting"]
    assert waiting["worksheet_version"] == "0"
    answer = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert (answer.status, answer.data["code"]) == (409, "assessment.without_worksheet")


def test_what_was_withdrawn_is_not_decided(exporter, assessor):
    application = submitted(exporter)
    exporter.post(f"/application/{application}/withdraw")
    answer = assessor.post(f"/assessment/{application}/decide", ORDER)
    assert (answer.status, answer.data["code"]) == (409, "application.not_submitted")
    assert assessor.get("/assessment").data == {"waiting": []}


@pytest.mark.parametrize(
    "make", [make_exporter, make_certifier, make_auditor, make_customs_officer]
)
def test_other_roles_do_not_decide(exporter, make):
    application = submitted(exporter)
    other = Api(make("other"))
    assert other.post(f"/assessment/{application}/decide", ORDER).status == 403
    facts = consignment()["worksheet"]
    answer = other.put(f"/assessment/{application}/worksheet", facts, version="1")
    assert answer.status == 403


def test_another_body_neither_sees_nor_decides(exporter):
    application = submitted(exporter)
    brest = Api(make_assessor("brest-assessor", "brest"))
    assert brest.get("/assessment").data == {"waiting": []}
    assert brest.get(f"/assessment/{application}").status == 404
    assert brest.post(f"/assessment/{application}/decide", ORDER).status == 404


def test_the_central_body_sees_but_does_not_decide(exporter):
    application = submitted(exporter)
    central = Api(make_assessor("central-assessor", "belcci"))
    assert len(central.get("/assessment").data["waiting"]) == 1
    answer = central.post(f"/assessment/{application}/decide", ORDER)
    assert (answer.status, answer.data["code"]) == (403, "assessment.another_body")


def test_an_application_without_an_assessment_says_so(exporter):
    application = submitted(exporter)
    answer = exporter.get(f"/assessment/{application}")
    assert (answer.status, answer.data["code"]) == (404, "assessment.none_yet")


def test_the_work_list_shows_who_waits_longest_and_what_is_overdue(exporter, assessor):
    late, fresh = submitted(exporter), submitted(exporter, "04-butter")
    Application.objects.filter(pk=late).update(submitted_at=timezone.now() - timedelta(days=10))
    waiting = assessor.get("/assessment").data["waiting"]
    assert [one["application"] for one in waiting] == [late, fresh]
    assert [one["overdue"] for one in waiting] == [True, False]
    assert all(one["due"] for one in waiting)


def test_the_work_list_costs_the_same_for_many(exporter, django_assert_max_num_queries):
    for _ in range(3):
        submitted(exporter)
    user = make_assessor()
    with django_assert_max_num_queries(9):
        assert len(work_list(user, at=timezone.now())) == 3


def test_a_decision_that_fails_half_way_leaves_nothing(exporter, assessor, monkeypatch):
    application = submitted(exporter)
    entries = TrailEntry.objects.count()

    def fail(**facts):
        raise MalformedError("trail.broken", place="")

    monkeypatch.setattr(services, "close_decided", fail)
    assert assessor.post(f"/assessment/{application}/decide", ORDER).status == 400
    assert not Assessment.objects.exists()
    assert Application.objects.get().decided_at is None
    assert TrailEntry.objects.count() == entries
