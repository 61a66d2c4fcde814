"""A certificate in place of another one: asked for, certified with its mark, the old one ended."""

import pytest
from django.utils import timezone

from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act
from certorigin_server.application.models import Application, Evidence
from certorigin_server.certification.models import Certificate, InPlaceOf
from certorigin_server.seal.models import SealedAct
from certorigin_server.users.models import User
from certorigin_server.users.power_services import revoke_power
from tests.server.factories import (
    STATE,
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    make_power,
)
from tests.server.withdrawal import withdraw_key

pytestmark = pytest.mark.django_db
REASON = {"reason": "error_in_certificate"}


@pytest.fixture
def exporter(partner):
    return make_exporter()


@pytest.fixture
def assessor(exporter):
    return make_assessor()


@pytest.fixture
def officer(exporter):
    return make_certifier()


@pytest.fixture
def old(exporter, assessor, officer, exchange):
    """A certificate that both states hold."""
    made = certified(decided(Api(exporter), Api(assessor)), Api(officer))
    exchange()
    return made


def ask(exporter, old, reason="error_in_certificate"):
    return Api(exporter).post(f"/returns/{old['id']}/replace", {"reason": reason})


def ready(exporter, assessor, asked):
    """Hand the new application in, and let it be decided."""
    application = asked["application"]
    version = Api(exporter).get(f"/application/{application}").data["version"]
    order = {"body": "minsk", "version": version, "produced_in": STATE, "confirmed": "true"}
    answer = Api(exporter).post(f"/application/{application}/submit", order)
    assert answer.status == 200, answer.data
    decide = {"worksheet_version": "1"}
    answer = Api(assessor).post(f"/assessment/{application}/decide", decide)
    assert answer.status == 200, answer.data
    return application


def test_the_new_certificate_names_the_old_one_and_ends_it(
    old, exporter, assessor, officer, exchange
):
    here = f"/certification/{old['id']}"
    client = client_of(exporter)
    facts = {"kind": "invoice", "name": "invoice.pdf", "digest": "0" * 64, "size": 8}
    before = Certificate.objects.get(pk=old["id"]).application
    attached = {"media_type": "application/pdf", "added_at": timezone.now(), "added_by": exporter}
    Evidence.objects.create(application=before, **facts, **attached)
    assert f"{here}/replace" in client.get(here).content.decode()
    answer = client.post(f"{here}/replace", REASON)
    application = Application.objects.get(status="draft")
    (carried,) = Evidence.objects.filter(application=application)
    assert {name: getattr(carried, name) for name in facts} == facts
    assert answer["Location"] == f"/application/{application.pk}/edit"
    ready(exporter, assessor, {"application": str(application.pk)})
    page = client_of(officer).get(f"/certification/{application.pk}")
    assert page["Location"] == f"/certification/{application.pk}/in-place"
    sheet = client_of(officer).get(page["Location"]).content.decode()
    mark = f"Выдан взамен сертификата формы СТ-1 № {old['number']} от "
    assert mark in sheet
    answer = client_of(officer).post(page["Location"], {"confirmed": "on"})
    new = Certificate.objects.get(application=application)
    assert answer["Location"] == f"/certification/{new.pk}"
    issued = Act.from_document(parse_strict(new.act.document.encode()))
    assert [cause.act for cause in issued.causes] == [old["act"]]
    assert issued.body["officialMarks"][0].startswith(mark)
    replaced = Act.from_document(
        parse_strict(SealedAct.objects.get(kind="Replaced").document.encode())
    )
    assert (replaced.subject, replaced.body["replacedBySubject"]) == (old["id"], new.pk)
    exchange()
    assert Api(exporter).get(f"/returns/{old['id']}").data["status"] == "replaced"
    assert Api(exporter).get(f"/returns/{new.pk}").data["status"] == "valid"
    assert new.number in client.get(here).content.decode()
    assert old["number"] in client.get(f"/certification/{new.pk}").content.decode()
    again = ask(exporter, old)
    assert again.status == 409


def test_withdrawn_and_begun_anew_it_stays_in_place_of_the_old_one(old, exporter, officer):
    asked = ask(exporter, old).data
    version = Api(exporter).get(f"/application/{asked['application']}").data["version"]
    order = {"body": "minsk", "version": version, "produced_in": STATE, "confirmed": "true"}
    Api(exporter).post(f"/application/{asked['application']}/submit", order)
    path = f"/application/{asked['application']}/withdraw"
    answer = client_of(exporter).post(path, {"order": "anew"})
    anew = InPlaceOf.objects.exclude(application=asked["application"]).get()
    assert answer["Location"] == f"/application/{anew.application_id}/edit"
    assert (anew.base_id, anew.reason) == (old["id"], "error_in_certificate")
    assert ask(exporter, old).status == 409


def test_what_was_asked_for_in_place_of_another_is_certified_in_no_other_way(
    old, exporter, assessor, officer
):
    application = ready(exporter, assessor, ask(exporter, old).data)
    answer = Api(officer).post(f"/certification/{application}/certify")
    assert (answer.status, answer.data["code"]) == (409, "certification.in_place_of_another")
    plain = decided(Api(exporter), Api(assessor), "04-butter")
    answer = Api(officer).post(f"/returns/{plain}/certify")
    assert (answer.status, answer.data["code"]) == (409, "replacement.not_asked")
    assert Certificate.objects.count() == 1
    assert not SealedAct.objects.filter(kind="Replaced").exists()


def test_in_place_of_an_annulled_one_nothing_more_ends(old, exporter, assessor, officer, exchange):
    Api(officer).post(f"/returns/{old['id']}/annul", {"ground": "error_in_certificate"})
    exchange()
    application = ready(exporter, assessor, ask(exporter, old, "certificate_annulled").data)
    made = Api(officer).post(f"/returns/{application}/certify")
    assert made.status == 201, made.data
    assert made.data["in_place_of"] == old["id"]
    assert old["number"] in made.data["document"]["officialMarks"][0]
    assert not SealedAct.objects.filter(kind="Replaced").exists()
    exchange()
    assert Api(exporter).get(f"/returns/{old['id']}").data["status"] == "annulled"


def test_an_annulment_on_its_way_is_waited_for(old, exporter, officer):
    Api(officer).post(f"/returns/{old['id']}/annul", {"ground": "error_in_certificate"})
    answer = ask(exporter, old, "certificate_annulled")
    assert (answer.status, answer.data["code"]) == (409, "standing.end_on_its_way")
    assert not InPlaceOf.objects.exists()


def test_it_is_asked_for_once_by_its_exporter_and_with_a_reason(old, exporter):
    rival = make_exporter("rival", "rival-trader")
    assert ask(rival, old).status == 404
    assert ask(exporter, old, "because").status == 404
    page = client_of(exporter).post(f"/certification/{old['id']}/replace", {})
    assert page.status_code == 422
    assert 'id="reason-told"' in page.content.decode()
    assert not InPlaceOf.objects.exists()
    assert ask(exporter, old).status == 201
    again = ask(exporter, old)
    assert (again.status, again.data["code"]) == (409, "replacement.asked_already")
    assert Application.objects.filter(status="draft").count() == 1


def test_an_agent_asks_for_its_principal_and_only_while_its_power_holds(old, exporter):
    agent = make_exporter("agent", "broker")
    power = make_power(exporter, "broker")
    handed_in = Application.objects.filter(pk=old["application"])
    handed_in.update(power=power, submitted_by=agent)
    revoke_power(power=power.pk, by=exporter, at=timezone.now())
    assert Api(agent).get(f"/certification/{old['id']}").status == 200
    assert ask(agent, old).status == 403
    make_power(exporter, "broker")
    assert ask(agent, old).status == 201
    assert Application.objects.get(status="draft").organisation == exporter.organisation


def test_what_the_partner_does_not_hold_yet_is_not_replaced(exporter, assessor, officer):
    made = certified(decided(Api(exporter), Api(assessor)), Api(officer))
    answer = ask(exporter, made)
    assert (answer.status, answer.data["code"]) == (409, "replacement.not_held")


def test_one_that_fell_with_a_withdrawn_key_is_told_and_another_stands_in_its_place(
    old, exporter, assessor, officer
):
    withdraw_key("officer-certifier")
    here = f"/certification/{old['id']}"
    page = client_of(make_certifier("second-certifier")).get(here).content.decode()
    assert "customs set this certificate aside" in page
    assert Api(exporter).get(here).data["void"] == "trust.key_withdrawn"
    application = ready(exporter, assessor, ask(exporter, old).data)
    refused = Api(officer).post(f"/returns/{application}/certify")
    assert (refused.status, refused.data["code"]) == (403, "certification.officer_not_entitled")
    second = Api(User.objects.get(username="second-certifier"))
    made = second.post(f"/returns/{application}/certify")
    assert made.status == 201, made.data
    assert old["number"] in made.data["document"]["officialMarks"][0]
    assert not SealedAct.objects.filter(kind="Replaced").exists()
