"""One certificate for one consignment, over all applications, bodies and moments (R23)."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from certorigin.errors import StandingError
from certorigin_server.certification.models import Certificate, CoveredGoods, NumberSequence
from certorigin_server.certification.services import certify
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
)
from tests.server.race import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return Api(make_exporter()), Api(make_assessor()), make_certifier()


def asked_again(people, sample, **changes):
    """Bring an application about the goods of a sample to where it can be certified."""
    exporter, assessor, _ = people
    make_body()
    row = exporter.post("/application", sample["application"] | changes).data
    path = f"/application/{row['id']}"
    exporter.put(f"{path}/worksheet", sample["worksheet"])
    order = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert exporter.post(f"{path}/submit", order).status == 200
    order = {"worksheet_version": "1"}
    assert assessor.post(f"/assessment/{row['id']}/decide", order).status == 200
    return row["id"]


def test_a_second_certificate_for_a_consignment_is_refused(people):
    sample = consignment()
    first = certified(asked_again(people, sample), Api(people[2]))
    second = asked_again(people, sample)
    answer = Api(people[2]).post(f"/certification/{second}/certify")
    assert (answer.status, answer.data["code"]) == (409, "certification.consignment_covered")
    assert answer.data["facts"]["number"] == first["number"]
    assert Certificate.objects.count() == CoveredGoods.objects.count() == 1
    assert NumberSequence.objects.get().last == 1
    page = client_of(people[2]).get(f"/certification/{second}").content.decode()
    assert f"is covered by certificate {first['number']}" in page


def test_another_spelling_of_number_and_name_is_the_same_consignment(people):
    sample = consignment()
    certified(asked_again(people, sample), Api(people[2]))
    invoice = sample["application"]["invoice"]
    written = invoice | {"number": invoice["number"].replace("-", " ").lower()}
    second = asked_again(people, sample, invoice=written, form="GENERAL")
    answer = Api(people[2]).post(f"/certification/{second}/certify")
    assert answer.data["code"] == "certification.consignment_covered"


def test_equal_goods_that_travel_apart_are_certified_with_a_warning(people):
    certified(asked_again(people, consignment()), Api(people[2]))
    second = asked_again(people, consignment())
    page = client_of(people[2]).get(f"/certification/{second}").content.decode()
    assert "Look whether it is another consignment" in page
    certified(second, Api(people[2]))
    assert CoveredGoods.objects.count() == 2


def test_what_is_covered_is_not_taken_off_the_list(people):
    certified(decided(people[0], people[1]), Api(people[2]))
    with pytest.raises(IntegrityError), transaction.atomic():
        CoveredGoods.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CoveredGoods.objects.update(key="0" * 64)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_of_several_at_once_one_is_certified(people):
    sample = consignment()
    rows = [UUID(asked_again(people, sample)) for _ in range(4)]
    at, officer = timezone.now(), people[2]
    outcomes = at_once(
        [lambda row=row: certify(application=row, by=officer, at=at) for row in rows]
    )
    refused = [one for one in outcomes if isinstance(one, StandingError)]
    assert {one.code for one in refused} == {"certification.consignment_covered"}
    assert len(refused) == 3
    assert NumberSequence.objects.get().last == Certificate.objects.count() == 1
