"""The three first stops, walked as a machine walks them."""

import pytest

from tests.server.factories import (
    Api,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)

pytestmark = pytest.mark.django_db


def test_a_consignment_becomes_a_prepared_certificate():
    exporter, assessor = Api(make_exporter()), Api(make_assessor())
    certifier = Api(make_certifier())
    application = decided(exporter, assessor)
    waiting = certifier.get("/certification/waiting").data["waiting"]
    assert [one["application"] for one in waiting] == [application]

    answer = certifier.post(f"/certification/{application}/certify")

    assert answer.status == 201, answer.data
    assert answer.data["status"] == "prepared"
    assert certifier.get("/certification/waiting").data["waiting"] == []
    shown = exporter.get(f"/certification/{answer.data['id']}")
    assert shown.data == answer.data
