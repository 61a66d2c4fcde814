"""Officers at the same moment: a number is issued at most once, an application certified once."""

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import StandingError
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.certification.services import certify
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.queries import find_broken_link
from tests.server.factories import Api, decided, make_assessor, make_certifier, make_exporter
from tests.server.race import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


def test_numbers_are_unique_and_without_a_gap():
    exporter, assessor = Api(make_exporter()), Api(make_assessor())
    applications = [decided(exporter, assessor) for _ in range(6)]
    officers = [make_certifier(), make_certifier("second-certifier")]
    at = timezone.now()

    def act(index, application):
        return lambda: certify(application=application, by=officers[index % 2], at=at)

    outcomes = at_once([act(*pair) for pair in enumerate(applications)])

    assert sorted(one.serial for one in outcomes) == [1, 2, 3, 4, 5, 6]
    assert len({one.number for one in outcomes}) == 6
    assert NumberSequence.objects.get().last == 6
    assert find_broken_link() is None


def test_one_application_is_certified_by_one_of_many():
    application = decided(Api(make_exporter()), Api(make_assessor()))
    officers = [make_certifier(), make_certifier("second-certifier")]
    at = timezone.now()

    def act(officer):
        return lambda: certify(application=application, by=officer, at=at)

    outcomes = at_once([act(officer) for officer in officers * 3])

    refused = [one for one in outcomes if isinstance(one, StandingError)]
    assert {error.code for error in refused} == {"certification.done"}
    assert len(refused) == 5
    assert Certificate.objects.count() == SealedAct.objects.count() == 1
    assert NumberSequence.objects.get().last == 1
