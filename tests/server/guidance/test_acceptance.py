"""Acceptance rules: entered by the administrator, tried on applications and certificates."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from certorigin.certification.acceptance import Verdict
from certorigin_server.guidance.models import Publication
from certorigin_server.guidance.queries import acceptance_of
from certorigin_server.users.rights import Role
from tests.library.certification.make_acceptance_vectors import publication, rule
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_user,
    submitted,
)

pytestmark = pytest.mark.django_db
EXCLUDED = rule("excluded_codes", codes=["8418"])
PAPER = rule("medium", allowed=["paper+record"])
MEDIUM = rule("medium", allowed=["electronic-only"])


@pytest.fixture
def admin():
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user("admin", Role.ADMINISTRATOR))
    return client


def entered(admin, *rules, **more):
    return admin.post("/acceptance/enter", {"document": json.dumps(publication(*rules, **more))})


def client_of(user):
    client = Client(headers={"accept-language": "ru"})
    client.force_login(user)
    return client


def test_an_application_is_checked_by_the_newest_rules_in_force(admin):
    exporter = make_exporter()
    application = submitted(Api(exporter))
    url = f"/acceptance/of/{application}"
    client = client_of(exporter)
    assert client.get(url).context["check"] is None
    entered(admin, EXCLUDED)
    assert client.get(url).context["check"].verdict == "refused"
    entered(admin, MEDIUM, version="2")
    assert client.get(url).context["check"].verdict == "open"
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    entered(admin, EXCLUDED, version="3", **{"from": tomorrow})
    assert client.get(url).context["check"].version == 2


def test_of_a_certificate_the_medium_is_known(admin):
    exporter, assessor = make_exporter(), make_assessor()
    application = decided(Api(exporter), Api(assessor))
    certified(application, Api(make_certifier()))
    entered(admin, PAPER)
    check = acceptance_of(application, user=exporter, at=timezone.now())
    assert check.verdict is Verdict.REFUSED
    assert check.worth_telling[0].places == ("medium",)


def test_the_exporter_s_and_the_certifier_s_pages_ask_for_it():
    exporter, assessor, certifier = make_exporter(), make_assessor(), make_certifier()
    application = decided(Api(exporter), Api(assessor))
    wanted = f'hx-get="/acceptance/of/{application}"'
    assert wanted in client_of(exporter).get(f"/application/{application}").content.decode()
    page = client_of(certifier).get(f"/certification/{application}")
    assert wanted in page.content.decode()
    part = client_of(certifier).get(f"/acceptance/of/{application}", headers={"HX-Request": "true"})
    assert b"<html" not in part.content


def test_strangers_learn_nothing_of_an_application(admin):
    application = submitted(Api(make_exporter()))
    entered(admin, EXCLUDED)
    assert client_of(make_customs_officer()).get(f"/acceptance/of/{application}").status_code == 404
    rival = make_exporter("rival", "rival-works")
    assert client_of(rival).get(f"/acceptance/of/{application}").status_code == 404


def test_everybody_reads_what_was_entered_and_only_the_administrator_enters(admin):
    answer = entered(admin, EXCLUDED | {"until": "2027-01-01"}, MEDIUM)
    reader = client_of(make_customs_officer())
    page = reader.get(answer["Location"])
    row = Publication.objects.get()
    assert row.digest in page.content.decode()
    assert "8418" in page.content.decode()
    assert "8418" not in reader.get("/acceptance/").content.decode()
    assert reader.get("/acceptance/enter").status_code == 404
    assert entered(reader, MEDIUM, version="2").status_code == 404
    assert reader.get("/acceptance/99").status_code == 404


def test_a_version_is_entered_once_and_never_an_older_one(admin):
    assert entered(admin, MEDIUM, version="2").status_code == 302
    assert entered(admin, EXCLUDED, version="2").status_code == 409
    assert entered(admin, EXCLUDED, version="1").status_code == 422
    row = Publication.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(document="{}")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "x"}', '{"a": 1}'])
def test_what_is_no_publication_is_told_beside_the_field(admin, text):
    page = admin.post("/acceptance/enter", {"document": text})
    assert page.status_code == 422
    assert page.context["form"].told
    assert not Publication.objects.exists()
