"""A certificate of ours that fell with a withdrawn key becomes work for its body."""

import pytest

from certorigin_server.certification.models import Certificate
from certorigin_server.mirror.models import Alarm
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS
from tests.server.withdrawal import withdraw_key

pytestmark = pytest.mark.django_db


def register(partner, turns):
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)


def test_a_certificate_sealed_after_the_theft_is_told_of_and_an_older_one_is_not(
    partner, turns, folder
):
    exporter, assessor = Api(make_exporter()), Api(make_assessor())
    certifier = Api(make_certifier())
    certified(decided(exporter, assessor), certifier)
    register(partner, turns)
    stolen = turns.clock.tick()
    certified(decided(exporter, assessor), certifier)
    register(partner, turns)
    assert not Alarm.objects.exists()
    withdraw_key("officer-certifier", stolen)
    turns.follow(partner)
    (alarm,) = Alarm.objects.all()
    newest = Certificate.objects.order_by("-serial").first()
    assert (alarm.code, alarm.subject, alarm.ended_at) == ("alarm.fallen", newest.pk, None)
