"""Officers at the same moment: a number is issued at most once, an application certified once."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import ConflictError, RightError, StandingError
from certorigin_server.assessment.services import decide
from certorigin_server.certification import case as case_rules
from certorigin_server.certification import deputies, issuing
from certorigin_server.certification.models import Certificate, Deputation, NumberSequence, SentBack
from certorigin_server.certification.services import certify, send_back
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.queries import find_broken_link
from tests.server.factories import Api, decided, make_assessor, make_certifier, make_exporter
from tests.server.race import Meanwhile, at_once

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
        return lambda: certify(application=UUID(application), by=officers[index % 2], at=at)

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
        return lambda: certify(application=UUID(application), by=officer, at=at)

    outcomes = at_once([act(officer) for officer in officers * 3])

    refused = [one for one in outcomes if isinstance(one, StandingError)]
    assert {error.code for error in refused} == {"certification.done"}
    assert len(refused) == 5
    assert Certificate.objects.count() == SealedAct.objects.count() == 1
    assert NumberSequence.objects.get().last == 1


@pytest.fixture
def case():
    """A decided application, its assessor, and two certifying officers."""
    assessor = make_assessor()
    application = UUID(decided(Api(make_exporter()), Api(assessor)))
    return application, assessor, make_certifier(), make_certifier("second-certifier")


def test_what_is_certified_is_not_sent_back_meanwhile(case, monkeypatch):
    application, _, first, second = case
    at = timezone.now()
    back = Meanwhile(
        monkeypatch,
        issuing,
        "admit",
        lambda: send_back(application=application, reason="box 9", by=second, at=at),
    )
    certify(application=application, by=first, at=at)
    assert back.outcome().code == "certification.done"
    assert not SentBack.objects.exists()


def test_what_was_sent_back_and_decided_anew_is_not_certified_on_the_old_decision(
    case, monkeypatch
):
    """Decided anew by the very officer who certifies, which the old decision would let pass."""
    application, _, first, second = case
    at = timezone.now()

    def decide_anew():
        send_back(application=application, reason="box 9", by=second, at=at)
        return decide(application=application, worksheet_version=1, by=first, at=at)

    anew = Meanwhile(monkeypatch, case_rules, "lock_all_visible", decide_anew)
    with pytest.raises(RightError) as refused:
        certify(application=application, by=first, at=at)
    assert refused.value.code == "certification.two_persons"
    assert anew.outcome().round == 2
    assert not Certificate.objects.exists()


def test_a_decision_that_is_being_certified_is_not_made_anew_meanwhile(case, monkeypatch):
    application, _, first, second = case
    at = timezone.now()
    back = Meanwhile(
        monkeypatch,
        case_rules,
        "reasons_of",
        lambda: send_back(application=application, reason="box 9", by=second, at=at),
    )
    assert certify(application=application, by=first, at=at)
    assert back.outcome().code == "certification.done"


def test_two_officers_do_not_name_each_other_at_once(case, monkeypatch):
    _, _, first, second = case
    at = timezone.now()

    def name(officer, deputy):
        return deputies.name_deputy(
            deputy=deputy.username,
            starts=at,
            ends=at + timedelta(days=3),
            reason="leave",
            by=officer,
            at=at,
        )

    other = Meanwhile(monkeypatch, deputies, "record", lambda: name(second, first))
    name(first, second)
    assert isinstance(other.outcome(), ConflictError)
    assert Deputation.objects.count() == 1
