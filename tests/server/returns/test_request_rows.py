"""Rows of verification requests: what is void, and what the other state says of ours."""

import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from certorigin.seal.canonical import strict_bytes
from certorigin.vocabulary.acts import Act, Corridor, Kind
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.requests import VerificationJudgement
from certorigin_server.returns.models import Verification
from certorigin_server.returns.requests.answered import take_act
from certorigin_server.standing.models import RegisteredAct
from tests.server.factories import Api, make_customs_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_customs_officer()


@pytest.fixture
def bare(officer):
    """A request of ours without its act, as after a key was withdrawn."""
    post, request = officer.organisation, f"urn:uuid:{uuid.uuid4()}"
    return Verification.objects.create(
        request=request, subject="urn:certorigin:certificate:x", post=post, asked_at=timezone.now()
    )


def test_a_request_that_is_void_by_now_hides_no_other(officer, bare):
    found = Api(officer).get("/verification/asked")
    assert found.status == 200, found.data
    assert [(one["id"], one["stage"]) for one in found.data["requests"]] == [(str(bare.pk), "")]


def test_a_machine_turns_the_pages_of_requests_newest_first(officer, bare, monkeypatch):
    monkeypatch.setattr("certorigin_server.returns.requests.api.PAGE_SIZE", 1)
    newer = Verification.objects.create(
        request=f"urn:uuid:{uuid.uuid4()}",
        subject="urn:certorigin:certificate:y",
        post=officer.organisation,
        asked_at=timezone.now(),
    )
    for page, rows in (("1", [newer]), ("2", [bare]), ("3", [])):
        found = Api(officer).get("/verification/asked", page=page)
        assert [one["id"] for one in found.data["requests"]] == [str(row.pk) for row in rows]


@pytest.mark.parametrize(("is_ours", "closes"), [(False, False), (True, True)])
def test_only_the_state_that_asked_takes_its_request_off_the_desk(bare, is_ours, closes):
    """The other state's word about our request does not keep it from our officers (R53)."""
    own, at = settings.SYSTEM.state, timezone.now().replace(microsecond=0)
    reference = CertificateReference("ST-1", "BYAZ6001000001", at.date(), "BY")
    body = VerificationJudgement(reference, bare.request, "withdrawn", "urn:certorigin:officer:x")
    act = Act(
        id=f"urn:uuid:{uuid.uuid4()}",
        kind=Kind.VERIFICATION_JUDGED,
        issuer="urn:certorigin:authority:x",
        at=at,
        corridor=Corridor.from_text("AZ-BY/CIS-2009"),
        subject=bare.subject,
        body=body.to_data(),
    )
    publisher = f"{own if is_ours else 'xx'}-system"
    raw = strict_bytes(act.to_document()).decode()
    take_act(RegisteredAct(act=act.id, publisher=publisher, raw=raw), at=at)
    bare.refresh_from_db()
    assert (bare.closed_at is not None) == closes
