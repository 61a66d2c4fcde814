"""Withdrawing and deciding at the same moment: one of them happens, never both."""

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import StandingError
from certorigin_server.application.models import Application
from certorigin_server.application.services import withdraw
from certorigin_server.assessment.models import Assessment
from certorigin_server.assessment.services import decide
from certorigin_server.trail.queries import find_broken_link
from tests.server.factories import Api, make_assessor, make_exporter, submitted
from tests.server.race import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


def test_one_of_many_decisions_is_kept():
    application = submitted(Api(make_exporter()))
    officers = [make_assessor(), make_assessor("second")]
    at = timezone.now()

    def act(officer):
        return lambda: decide(application=application, worksheet_version=1, by=officer, at=at)

    outcomes = at_once([act(officer) for officer in officers * 3])

    refused = [one for one in outcomes if isinstance(one, StandingError)]
    assert {error.code for error in refused} == {"application.decided"}
    assert len(refused) == 5
    assert Assessment.objects.count() == 1


def decide_and_withdraw(application, assessor, exporter):
    at = timezone.now()
    return at_once(
        [
            lambda: decide(application=application, worksheet_version=1, by=assessor, at=at),
            lambda: withdraw(application=application, by=exporter, at=at),
        ]
    )


def test_what_is_decided_is_not_withdrawn_and_the_other_way_round():
    exporter, assessor = make_exporter(), make_assessor()
    for _ in range(4):
        application = submitted(Api(exporter))
        outcomes = decide_and_withdraw(application, assessor, exporter)
        row = Application.objects.get(pk=application)
        is_decided = Assessment.objects.filter(application=row).exists()
        assert is_decided == (row.status == "submitted") == (row.decided_at is not None)
        assert sum(isinstance(one, StandingError) for one in outcomes) == 1
    assert find_broken_link() is None
