"""Box 13: confirmed expressly, bound to one exact document, carried by the certificate."""

import hashlib

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin_server.application import services
from certorigin_server.application.models import Application, Declaration
from certorigin_server.application.queries import confirmation_of
from certorigin_server.certification.models import Certificate
from certorigin_server.certification.queries import boxes_of
from tests.server.factories import (
    Api,
    certified,
    consignment,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    make_body()
    user = make_exporter()
    user.position = "Директор"
    user.save()
    return Api(user)


def test_nothing_is_handed_in_without_an_express_confirmation(exporter):
    path = f"/application/{exporter.post('/application', consignment()['application']).data['id']}"
    order = {"body": "minsk", "version": "1", "produced_in": "BY"}
    for said in ({}, {"confirmed": False}):
        answer = exporter.post(f"{path}/submit", order | said)
        assert answer.status == 422
        assert answer.codes == {"application.not_confirmed"}
    assert not Declaration.objects.exists()


def test_who_declared_what_when_and_of_which_document(exporter):
    path = f"/application/{submitted(exporter)}"
    row, declared = Application.objects.get(), Declaration.objects.get()
    assert declared.digest == hashlib.sha256(row.document.encode()).hexdigest()
    assert (declared.declarant, declared.position) == ("Exporter", "Директор")
    assert declared.confirmed_at == row.submitted_at
    shown = exporter.get(f"{path}/declaration").data
    assert shown["digest"] == declared.digest
    assert "Беларусь" in shown["wording"]
    assert shown["wording"] == declared.wording


def test_before_submission_the_wording_is_shown_and_nothing_else(exporter):
    path = f"/application/{exporter.post('/application', consignment()['application']).data['id']}"
    shown = exporter.get(f"{path}/declaration").data
    assert shown.pop("wording")
    assert set(shown.values()) == {""}


def test_the_sealed_certificate_carries_digest_moment_and_position(exporter):
    application = decided(exporter, Api(make_assessor()))
    certificate = certified(application, Api(make_certifier()))
    row = Application.objects.get()
    boxes = boxes_of(Certificate.objects.get(pk=certificate["id"]))
    assert boxes.declaration.confirmation == confirmation_of(row)
    assert boxes.declaration.confirmation.position == "Директор"


def test_a_document_that_changed_afterwards_carries_no_certificate(exporter):
    application = decided(exporter, Api(make_assessor()))
    row = Application.objects.get(pk=application)
    row.document = row.document.replace('"number":"', '"number":"9', 1)
    row.save(update_fields=["document"])
    answer = Api(make_certifier()).post(f"/certification/{application}/certify")
    assert answer.status == 422, answer.data
    assert answer.codes == {"certificate.confirmation_of_another_document"}
    assert not Certificate.objects.exists()


def test_the_database_keeps_what_was_declared(exporter):
    submitted(exporter)
    rows = Declaration.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_a_copy_states_the_same_and_declares_nothing(exporter):
    application = submitted(exporter)
    copied = exporter.post(f"/application/{application}/copy")
    assert copied.status == 201, copied.data
    source = exporter.get(f"/application/{application}").data
    expected = {name: part for name, part in source["document"].items() if name != "declaration"}
    assert copied.data["document"] == expected
    assert copied.data["worksheet_version"] == "1"
    assert (copied.data["status"], copied.data["id"] != application) == ("draft", True)


def test_an_application_is_withdrawn_with_a_reason(exporter):
    application = submitted(exporter)
    path = f"/application/{application}"
    assert exporter.post(f"{path}/withdraw", {"reason": " Рейс отменён "}).status == 200
    assert Application.objects.get().withdrawal_reason == "Рейс отменён"
    again = exporter.post(f"{path}/withdraw")
    assert (again.status, again.data["code"]) == (409, "application.closed")


def test_questions_over_the_machine_interface(exporter):
    application = submitted(exporter)
    asked = services.ask(
        application=Application.objects.get().pk,
        text="Откуда сталь?",
        suspends=True,
        by=make_assessor(),
        at=timezone.now(),
    )
    path = f"/application/question/{asked.pk}/answer"
    assert exporter.post(path, {"text": " "}).data["code"] == "application.text_missing"
    assert exporter.post(path, {"text": "Жлобин"}).data["answer"] == "Жлобин"
    (shown,) = exporter.get(f"/application/{application}/question").data["questions"]
    assert (shown["text"], shown["answer"]) == ("Откуда сталь?", "Жлобин")
    assert (shown["suspends"], shown["answered_by"]) == (True, "Exporter")
