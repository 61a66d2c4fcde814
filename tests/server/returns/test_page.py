"""A certificate is handed out once it is published, and taken back by its body, asked twice."""

import json

import pytest
from django.test import Client

from certorigin_server.seal.models import SealedAct
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(partner):
    return make_certifier()


@pytest.fixture
def here(officer, partner, turns):
    """The page of a certificate that the partner holds too."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    subject = certified(application, Api(officer))["id"]
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    return f"/certification/{subject}"


@pytest.fixture
def client(officer):
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    return client


def test_what_is_published_is_handed_out_and_the_page_stops_asking(client, here):
    page = client.get(here).content.decode()
    assert f'href="{here}/bundle"' in page
    assert "every 3s" not in page
    bundle = client.get(f"{here}/bundle")
    assert json.loads(bundle.content)["format"] == "certorigin-bundle/v1"
    assert "attachment" in bundle["Content-Disposition"]


def test_a_certificate_is_annulled_after_a_second_question(client, here):
    fields = {"ground": "returned_unused", "remark": "возвращён"}
    client.post(f"{here}/annul", fields | {"order": "confirm"})
    assert not SealedAct.objects.filter(kind="Annulled").exists()
    answer = client.post(f"{here}/annul", fields | {"order": "annul", "confirmed": "on"})
    assert answer["Location"] == here
    act = SealedAct.objects.get(kind="Annulled")
    assert "returned_unused" in act.document
    assert "возвращён" in act.document
    page = client.get(here).content.decode()
    assert "Annulment" in page
    assert "every 3s" in page
    assert f"{here}/annul" not in page
    again = client.post(f"{here}/annul", fields | {"order": "annul", "confirmed": "on"})
    assert again.status_code == 409
    assert SealedAct.objects.filter(kind="Annulled").count() == 1


def test_a_ground_that_no_law_knows_is_refused(client, here):
    fields = {"ground": "dislike", "order": "annul", "confirmed": "on"}
    assert client.post(f"{here}/annul", fields).status_code in {404, 422}
    assert not SealedAct.objects.filter(kind="Annulled").exists()


def test_only_an_officer_of_the_body_that_certified_may_annul(here):
    for other in (make_certifier("central", "belcci"), make_assessor("second")):
        client = Client()
        client.force_login(other)
        assert client.get(f"{here}/annul").status_code == 404
        fields = {"ground": "returned_unused", "order": "annul", "confirmed": "on"}
        assert client.post(f"{here}/annul", fields).status_code == 404
    assert not SealedAct.objects.filter(kind="Annulled").exists()
