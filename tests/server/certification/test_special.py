"""Goods for later sale and exhibitions, goods of before 1993, and paper issued in an outage."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certorigin_server.certification.models import Certificate
from certorigin_server.standing.queries import standing_of
from tests.server.factories import (
    NOW,
    Api,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db
SALE = "Для последующей реализации"


@pytest.fixture
def officer(partner):
    return make_certifier()


@pytest.fixture
def application(officer):
    return decided(Api(make_exporter()), Api(make_assessor()))


def certify(officer, application, **order):
    return Api(officer).post(f"/certification/{application}/certify", order)


def test_goods_for_later_sale_have_no_preference_until_the_contract_is_recorded(
    application, officer, exchange
):
    page = client_of(officer).get(f"/certification/{application}").content.decode()
    assert "special.kind" in page
    made = certify(officer, application, special={"kind": "later_sale"})
    assert made.status == 201, made.data
    subject = made.data["id"]
    assert made.data["document"]["consigneeMark"] == SALE

    exchange()
    held = Api(officer).get(f"/returns/{subject}").data
    assert held["status"] == "registered"
    here = client_of(officer).get(f"/certification/{subject}").content.decode()
    assert f"/certification/{subject}/sale" in here
    sale = {"contract": {"number": "К-17", "date": "2026-05-18"}}
    sale["buyer"] = made.data["document"]["importer"]
    elsewhere = sale | {"buyer": sale["buyer"] | {"country": "KZ"}}
    refused = Api(officer).post(f"/returns/{subject}/sale", elsewhere)
    assert (refused.status, refused.data["code"]) == (409, "sale.buyer_of_another_state")
    assert Api(officer).post(f"/returns/{subject}/sale", sale).status == 201
    exchange()
    assert Api(officer).get(f"/returns/{subject}").data["status"] == "valid"


def test_an_exhibition_is_named_in_box_5(application, officer):
    refused = certify(officer, application, special={"kind": "exhibition"})
    assert refused.status == 422, refused.data
    made = certify(officer, application, special={"kind": "exhibition", "name": "AgroExpo"})
    assert made.data["document"]["officialMarks"] == ["Выставка: AgroExpo"]


def test_goods_of_before_1993_have_a_dash_in_box_9(application, officer):
    order = {"kind": "before_1993", "name": "ПО «МТЗ»", "year": "1990"}
    assert certify(officer, application, special=order | {"year": "90"}).status == 422
    made = certify(officer, application, special=order)
    document = made.data["document"]
    assert document["officialMarks"] == ["Товар изготовлен в: Беларусь, ПО «МТЗ», 1990"]
    assert {item["originCriterion"] for item in document["items"]} == {"-"}


def test_paper_of_an_outage_is_entered_under_its_reserved_number_and_day(application, officer):
    order = {"form": "ST-1", "destination": "AZ", "count": "2"}
    answer = Api(officer).post("/certification/journal/reserve", order)
    first, second = answer.data["numbers"]
    today = timezone.localdate()
    day = today.replace(month=1, day=1)  # of the year of the number, and never ahead
    paper = {"number": second, "date": day.isoformat()}
    wrong_days = (today + timedelta(days=1), day - timedelta(days=1))
    for wrong, code in (
        (paper | {"number": "BYAZ6101009999"}, "certification.number_not_reserved"),
        *((paper | {"date": str(one)}, "certification.paper_day_wrong") for one in wrong_days),
    ):
        refused = certify(officer, application, paper=wrong)
        assert (refused.status, refused.data["code"]) == (409, code), refused.data
    made = certify(officer, application, paper=paper)
    assert made.status == 201, made.data
    document = made.data["document"]
    assert (document["number"], document["medium"]) == (second, "paper+record")
    assert document["certification"]["date"] == day.isoformat()
    assert document["officialMarks"] == [f"Оформлен на бумаге {day:%d.%m.%Y}"]
    row = Certificate.objects.get()
    assert (row.serial, str(row.issued_on)) == (2, day.isoformat())
    query = f"body=minsk&start={day}&end={day.replace(month=12, day=31)}"
    journal = Api(officer).get(f"/certification/journal?{query}").data
    found = [dict(zip(journal["columns"], line, strict=True)) for line in journal["lines"]]
    assert [(one["number"], one["status"]) for one in found] == [
        (first, "reserved"),
        (second, "underway"),
    ]
    assert journal["gaps"] == []
    assert standing_of(row.pk, at=NOW).issued is None
