"""A certificate is handed out once it is published, and taken back by its body, asked twice."""

import json

import pytest
from django.test import Client

from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Cause
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.calendar import start_of_day
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.models import Certificate
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing.queries import issued_act_of
from tests.server import partner_customs as abroad
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    seal_all,
)
from tests.server.turns import OURS
from tests.server.withdrawal import withdraw_key

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


def test_the_body_says_since_when_and_sees_what_follows(client, here):
    fields = {"ground": "criteria_not_met", "effective": "gestern"}
    wrong = client.post(f"{here}/annul", fields | {"order": "confirm"})
    assert wrong.status_code == 422
    assert 'id="effective-told"' in wrong.content.decode()
    assert 'value="gestern"' in wrong.content.decode()
    day = Certificate.objects.get().issued_on
    fields["effective"] = day.strftime("%d.%m.%Y")
    asked = client.post(f"{here}/annul", fields | {"order": "confirm"}).content.decode()
    assert "Nothing was imported under this certificate" in asked
    client.post(f"{here}/annul", fields | {"order": "annul", "confirmed": "on"})
    act = Act.from_document(parse_strict(SealedAct.objects.get(kind="Annulled").document.encode()))
    assert act.body["effective"] == moment_to_text(start_of_day(day, "BY"))


def test_an_annulment_does_not_begin_before_the_issue(client, here):
    fields = {"ground": "criteria_not_met", "effective": "01.01.2020"}
    answer = client.post(f"{here}/annul", fields | {"order": "annul", "confirmed": "on"})
    assert answer.status_code == 409
    assert not SealedAct.objects.filter(kind="Annulled").exists()


def test_what_was_used_is_named_before_it_is_annulled(client, here, partner, turns):
    subject = here.rpartition("/")[2]
    row = issued_act_of(subject)
    reference = CertificateReference("ST-1", row.number, row.issued_on, "BY")
    partner.enter(
        abroad.use_of(subject, reference, Cause(row.act, row.digest), partner.clock.tick())
    )
    turns.follow(partner)
    asked = client.post(f"{here}/annul", {"ground": "criteria_not_met", "order": "confirm"})
    text = asked.content.decode()
    assert "Preference was granted already" in text
    assert "Nothing was imported" not in text


def test_an_annulment_held_up_by_its_officers_key_is_prepared_in_other_hands(client, here):
    fields = {"ground": "returned_unused", "order": "annul", "confirmed": "on"}
    client.post(f"{here}/annul", fields)
    second = Client(headers={"accept-language": "en"})
    second.force_login(make_certifier("second-certifier"))
    early = second.post(f"{here}/renew-end", follow=True).content.decode()
    assert "not held up by its key" in early
    withdraw_key("officer-certifier")
    seal_all()
    act = SealedAct.objects.get(kind="Annulled")
    assert act.status == "stuck"
    assert f'action="{here}/renew-end"' in second.get(here).content.decode()
    second.post(f"{here}/renew-end")
    assert seal_all() == 1
    ways = {one.status for one in SealedAct.objects.filter(kind="Annulled")}
    assert ways == {"set_aside", "sealed"}
    sealed = SealedAct.objects.get(kind="Annulled", sealed__isnull=False)
    assert "second-certifier" in sealed.document
