"""Withdrawing and deciding at the same moment: one of them happens, never both."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.assessment.examination import ActDocument
from certorigin.errors import ConflictError, StandingError
from certorigin_server.application.models import Application
from certorigin_server.application.services import withdraw
from certorigin_server.assessment import act_services, dossier_services
from certorigin_server.assessment.models import Assessment, Dossier, ExaminationAct
from certorigin_server.assessment.services import decide
from certorigin_server.trail.queries import find_broken_link
from tests.server.factories import Api, decided, make_assessor, make_exporter, submitted
from tests.server.race import Meanwhile, at_once

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


def test_an_item_becomes_one_dossier(monkeypatch):
    assessor = make_assessor()
    application, at = UUID(decided(Api(make_exporter()), Api(assessor))), timezone.now()

    def approve():
        until = timezone.localdate(at) + timedelta(days=30)
        return dossier_services.approve(
            application=application, sequence=1, valid_until=until, by=assessor, at=at
        )

    other = Meanwhile(monkeypatch, dossier_services, "record", approve)
    approve()
    assert isinstance(other.outcome(), ConflictError)
    assert Dossier.objects.count() == 1


def test_an_act_of_examination_is_recorded_once(monkeypatch):
    assessor = make_assessor()
    application, at = UUID(submitted(Api(make_exporter()))), timezone.now()
    day = timezone.localdate(at)
    act = ActDocument("15/2026", day, "А. Кот", "БелТПП", day, day, "изготовлен", ())

    def record():
        return act_services.record_act(
            application=application, act=act, evidence=None, by=assessor, at=at
        )

    other = Meanwhile(monkeypatch, act_services, "record", record)
    record()
    assert isinstance(other.outcome(), ConflictError)
    assert ExaminationAct.objects.count() == 1
