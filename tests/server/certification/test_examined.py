"""The examiner's approval is a seal of its own beside the certifier's and the body's (R31)."""

import pytest
from django.utils import timezone

from certorigin.seal.proof import verify_sealed
from certorigin_server.certification.models import Certificate
from certorigin_server.seal.models import SealedAct
from tests.server.authority import body_urn, officer_urn
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    seal_all,
)
from tests.server.withdrawal import withdraw_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(folder):
    """A case decided by an officer whom the trust list lets examine."""
    return decided(Api(make_exporter()), Api(make_assessor("examiner")))


@pytest.fixture
def certifier():
    return Api(make_certifier())


def controllers():
    raw = SealedAct.objects.get(set_aside_at=None).sealed
    return [proof.controller for proof in verify_sealed(raw.encode()).proofs]


def test_three_seals_are_made_and_shown(application, certifier):
    shown = certified(application, certifier)
    assert seal_all() == 1
    assert controllers() == [officer_urn("certifier"), body_urn("minsk"), officer_urn("examiner")]
    page = client_of(make_certifier("second-certifier")).get(f"/certification/{shown['id']}")
    words = page.content.decode()
    for role in ("certifying officer", "assessing officer"):
        assert f"approval of the {role}" in words
    assert "seal of the body" in words


def test_an_examiner_whose_key_was_withdrawn_stops_certifying(application, certifier):
    withdraw_key("officer-examiner")
    answer = certifier.post(f"/certification/{application}/certify")
    assert (answer.status, answer.data["code"]) == (403, "certification.examiner_not_entitled")
    assert answer.data["facts"]["reason"] == "trust.key_withdrawn"
    assert not Certificate.objects.exists()


def test_a_key_withdrawn_before_the_seal_signs_nothing_and_the_number_stands(
    application, certifier
):
    shown = certified(application, certifier)
    withdraw_key("officer-examiner", timezone.now())
    assert seal_all() == 0
    second = Api(make_certifier("second-certifier"))
    renewed = second.post(f"/certification/{shown['id']}/renew")
    assert (renewed.status, renewed.data["number"]) == (201, shown["number"])
    assert seal_all() == 1
    assert controllers() == [officer_urn("second-certifier"), body_urn("minsk")]


def test_of_an_officer_whom_no_list_notifies_there_is_no_seal(certifier, folder):
    certified(decided(Api(make_exporter()), Api(make_assessor())), certifier)
    assert seal_all() == 1
    assert controllers() == [officer_urn("certifier"), body_urn("minsk")]
