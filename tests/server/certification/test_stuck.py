"""A key that is withdrawn between the preparation and the seal seals nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certorigin.errors import StandingError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.acts import Act
from certorigin_server.certification import services
from certorigin_server.certification.models import Certificate, NumberSequence, Renewal
from certorigin_server.seal import services as seal_services
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.models import TrailEntry
from tests.server.authority import officer_urn
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
from tests.server.withdrawal import AT, withdraw_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared(folder):
    """A certificate that is prepared and not sealed yet."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    return certified(application, Api(make_certifier()))


@pytest.mark.parametrize("name", ["officer-certifier", "seal-minsk"])
def test_a_withdrawn_key_seals_nothing_and_the_act_is_seen_as_stuck(prepared, name):
    withdraw_key(name)
    assert seal_all() == seal_all() == 0
    act = SealedAct.objects.get()
    assert (act.status, act.stuck_reason, act.sealed) == ("stuck", "trust.key_withdrawn", None)
    assert TrailEntry.objects.filter(action="seal.stuck").count() == 1
    shown = Api(make_certifier("second-certifier")).get(f"/certification/{prepared['id']}").data
    assert (shown["status"], shown["stuck"]) == ("stuck", "trust.key_withdrawn")


def test_the_loop_seals_what_is_believed_beside_what_is_stuck(prepared):
    withdraw_key("officer-certifier")
    other = decided(Api(make_exporter("other", "other-trader")), Api(make_assessor("third")))
    certified(other, Api(make_certifier("second-certifier")))
    assert seal_all() == 1
    assert {act.status for act in SealedAct.objects.all()} == {"stuck", "sealed"}


def test_a_key_that_is_believed_again_seals_by_itself(prepared):
    act = SealedAct.objects.get()
    seal_services.note_stuck(act=act, reason="trust.key_withdrawn", at=AT)
    assert seal_all() == 1
    act.refresh_from_db()
    assert (act.status, act.stuck_at) == ("sealed", None)


def test_another_officer_prepares_it_anew_under_the_same_number(prepared):
    withdraw_key("officer-certifier")
    seal_all()
    second = make_certifier("second-certifier")
    here = f"/certification/{prepared['id']}"
    page = client_of(second).get(here).content.decode()
    assert f'action="{here}/renew"' in page
    assert client_of(second).get("/").content.decode().count(prepared["number"])
    assert client_of(second).post(f"{here}/renew")["Location"] == here
    row, old = Certificate.objects.get(), SealedAct.objects.get(pk=prepared["act"])
    assert (row.number, row.certified_by) == (prepared["number"], second)
    assert (old.status, NumberSequence.objects.get().last) == ("set_aside", 1)
    renewal = Renewal.objects.get()
    assert (renewal.reason, renewal.certified_before_by.username) == (
        "trust.key_withdrawn",
        "certifier",
    )
    assert seal_all() == 1
    row.act.refresh_from_db()
    sealed = verify_sealed(row.act.sealed.encode())
    assert next(proof.controller for proof in sealed.proofs) == officer_urn("second-certifier")
    boxes = Act.from_document(parse_strict(row.act.document.encode())).body
    assert boxes["certification"]["officer"] == officer_urn("second-certifier")
    assert boxes["number"] == prepared["number"]
    old.refresh_from_db()
    assert old.sealed is None
    assert "Prepared anew" in client_of(second).get(here).content.decode()


def test_nobody_renews_what_can_be_sealed(prepared):
    answer = Api(make_certifier("second-certifier")).post(f"/certification/{prepared['id']}/renew")
    assert (answer.status, answer.data["code"]) == (409, "act.not_stuck")
    withdraw_key("officer-certifier")
    seal_all()
    own = Api(Certificate.objects.get().certified_by)
    refused = own.post(f"/certification/{prepared['id']}/renew")
    assert (refused.status, refused.data["code"]) == (403, "certification.officer_not_entitled")
    brest = Api(make_certifier("brest-certifier", "brest"))
    assert brest.post(f"/certification/{prepared['id']}/renew").status == 404
    assert not Renewal.objects.exists()


def test_what_is_set_aside_while_it_is_signed_stays_without_a_seal(prepared):
    act = SealedAct.objects.get()
    seal_services.note_stuck(act=act, reason="trust.key_withdrawn", at=AT)
    seal_services.set_aside(act=act, by="certifier", at=AT)
    assert not seal_services.store_seals({act.pk: b"late"}, at=AT)
    assert seal_all() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedAct.objects.update(sealed="late")


def test_the_database_keeps_a_certificate_and_its_act_together(prepared):
    seal_all()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(certified_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(number="BYAZ6101000009")


def test_a_number_of_last_year_is_not_used_again(prepared, monkeypatch):
    withdraw_key("officer-certifier")
    seal_all()
    row = Certificate.objects.get()
    second = make_certifier("second-certifier")
    later = row.certified_at + timedelta(days=366)
    with pytest.raises(StandingError) as refused:
        services.renew(subject=row.pk, by=second, at=later)
    assert refused.value.code == "certification.number_of_another_year"
