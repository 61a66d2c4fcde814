"""Certifying: two persons, one number, one transaction, and officers whom the partner believes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin import crash
from certorigin.errors import MalformedError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.acts import Act
from certorigin_server.application.models import Application
from certorigin_server.certification import case, issuing
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server.authority import body_urn, officer_urn
from tests.server.factories import (
    Api,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_user,
    seal_all,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporter():
    return Api(make_exporter())


@pytest.fixture
def assessor():
    return Api(make_assessor())


@pytest.fixture
def certifier():
    return Api(make_certifier())


@pytest.fixture
def application(exporter, assessor):
    """An application whose goods originate."""
    return decided(exporter, assessor)


def certify(api, application, **order):
    return api.post(f"/certification/{application}/certify", order or None)


def nothing_was_written():
    return not (
        Certificate.objects.exists()
        or SealedAct.objects.exists()
        or NumberSequence.objects.filter(last__gt=0).exists()
        or TrailEntry.objects.filter(action__startswith="certification").exists()
    )


# -- what comes into being ------------------------------------------------------------------------


def test_number_boxes_and_act_come_into_being_together(certifier, application):
    answer = certify(certifier, application)
    assert answer.status == 201, answer.data
    year = timezone.localdate().year % 10
    assert answer.data["number"] == f"BYAZ{year}101000001"
    boxes = answer.data["document"]
    assert boxes["certification"]["body"] == body_urn("minsk")
    assert boxes["certification"]["officer"] == officer_urn("certifier")
    assert boxes["certification"]["date"] == answer.data["issued_on"]
    assert boxes["items"][0]["originCriterion"] == "Д8418"
    assert boxes["medium"] == "electronic-only"
    assert "officialMarks" not in boxes
    act = Act.from_document(parse_strict(SealedAct.objects.get().document.encode()))
    assert act.subject == answer.data["id"]
    assert act.id == answer.data["act"]
    assert str(act.corridor) == answer.data["corridor"] == "AZ-BY/CIS-2009"
    assert act.body == boxes


def test_officer_and_body_both_seal(certifier, application):
    certify(certifier, application)
    assert seal_all() == 1
    sealed = verify_sealed(SealedAct.objects.get().sealed.encode())
    controllers = [proof.controller for proof in sealed.proofs]
    assert controllers == [officer_urn("certifier"), body_urn("minsk")]
    shown = certifier.get("/certification").data["certificates"]
    assert [one["status"] for one in shown] == ["sealed"]


def test_numbers_run_on_for_each_body_form_and_year(exporter, assessor, certifier):
    numbers = [
        certify(certifier, decided(exporter, assessor, name)).data["number"]
        for name in ("06-refrigerators", "04-butter", "01-tractors")
    ]
    assert [number[-6:] for number in numbers] == ["000001", "000002", "000003"]
    assert len({number[:-6] for number in numbers}) == 1


def test_a_sequence_that_was_set_back_issues_no_number_twice(exporter, assessor, certifier):
    first, second = decided(exporter, assessor), decided(exporter, assessor)
    certify(certifier, first)
    NumberSequence.objects.update(last=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        certify(certifier, second)
    assert Certificate.objects.count() == SealedAct.objects.count() == 1


def test_the_database_refuses_to_change_a_certificate(certifier, application):
    certify(certifier, application)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.update(number="BYAZ6101000009")


def test_a_certificate_issued_after_export_is_marked(certifier, application):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = certify(certifier, application, exported={"number": "GTD-1", "date": yesterday})
    assert answer.status == 201, answer.data
    assert answer.data["document"]["officialMarks"] == ["Выдан впоследствии"]
    row = Certificate.objects.get()
    assert (row.export_document, row.exported_on.isoformat()) == ("GTD-1", yesterday)


def test_an_export_of_today_is_no_ground_for_the_mark(certifier, application):
    today = timezone.localdate().isoformat()
    answer = certify(certifier, application, exported={"number": "GTD-1", "date": today})
    assert answer.status == 422
    assert answer.codes == {"certification.export_not_before"}
    assert nothing_was_written()


@pytest.mark.parametrize("number", ["x" * 201, "a\0b", " "])
def test_a_misshaped_document_of_export_is_refused(certifier, application, number):
    answer = certify(certifier, application, exported={"number": number, "date": "2026-01-01"})
    assert answer.status == 400
    assert nothing_was_written()


def test_a_malformed_day_of_export_is_refused(certifier, application):
    answer = certify(certifier, application, exported={"number": "1", "date": "gestern"})
    assert (answer.status, answer.data["facts"]["place"]) == (400, "exported.date")


# -- who certifies --------------------------------------------------------------------------------


def test_who_assessed_does_not_certify(exporter):
    both = make_user(
        "certifier",
        Role.ASSESSING_OFFICER,
        Role.CERTIFYING_OFFICER,
        organisation=make_certifier("second-certifier").organisation,
    )
    application = decided(exporter, Api(both))
    answer = certify(Api(both), application)
    assert (answer.status, answer.data["code"]) == (403, "certification.two_persons")
    assert nothing_was_written()


def test_the_bodys_settings_may_allow_one_person_visibly(exporter, settings):
    settings.SYSTEM = replace(settings.SYSTEM, four_eyes=False)
    both = make_user(
        "certifier",
        Role.ASSESSING_OFFICER,
        Role.CERTIFYING_OFFICER,
        organisation=make_certifier("second-certifier").organisation,
    )
    assert certify(Api(both), decided(exporter, Api(both))).status == 201


@pytest.mark.parametrize(
    ("username", "reason"),
    [
        ("keyless", "key.not_here"),
        ("former-certifier", "trust.officer_not_in_office"),
        ("examiner", "trust.officer_without_right"),
        ("brest-certifier", "trust.body_differs"),
    ],
)
def test_nobody_certifies_whom_the_partner_would_not_believe(application, username, reason):
    answer = certify(Api(make_certifier(username)), application)
    assert (answer.status, answer.data["code"]) == (403, "certification.officer_not_entitled")
    assert answer.data["facts"]["reason"] == reason
    assert nothing_was_written()


@pytest.mark.parametrize("make", [make_exporter, make_assessor, make_auditor, make_customs_officer])
def test_other_roles_do_not_certify(application, make):
    assert certify(Api(make("other")), application).status == 403
    assert nothing_was_written()


def test_another_body_neither_sees_nor_certifies(application, certifier):
    brest = Api(make_certifier("brest-certifier", "brest"))
    assert brest.get("/certification/waiting").data == {"waiting": []}
    assert certify(brest, application).status == 404
    certificate = certify(certifier, application).data["id"]
    assert brest.get(f"/certification/{certificate}").status == 404
    assert brest.get("/certification").data == {"certificates": []}


def test_the_central_body_sees_but_does_not_certify(application):
    central = Api(make_certifier("central-certifier", "belcci"))
    assert len(central.get("/certification/waiting").data["waiting"]) == 1
    answer = certify(central, application)
    assert (answer.status, answer.data["code"]) == (403, "certification.another_body")


def test_a_certificate_is_seen_by_exporter_body_and_central_body(application, exporter, certifier):
    path = f"/certification/{certify(certifier, application).data['id']}"
    for user in (make_auditor(), make_auditor("central-auditor", "belcci")):
        assert Api(user).get(path).status == 200
    assert exporter.get(path).status == 200
    assert Api(make_exporter("rival", "rival-trader")).get(path).status == 404
    assert Api(make_customs_officer()).get(path).status == 403
    assert exporter.get("/certification/urn:certorigin:certificate:BY-1:x").status == 404


def test_the_exporter_gets_no_sealed_bytes_before_the_log_has_them(
    application, exporter, certifier
):
    certificate = certify(certifier, application).data["id"]
    seal_all()
    shown = exporter.get(f"/certification/{certificate}").data
    assert "proof" not in str(shown)
    assert shown["times"]["sealed"]
    assert shown["times"]["published"] == shown["log_index"] == ""


# -- what is certified ----------------------------------------------------------------------------


def test_what_was_not_decided_is_not_certified(exporter, certifier):
    answer = certify(certifier, submitted(exporter))
    assert (answer.status, answer.data["code"]) == (409, "certification.not_assessed")


def test_what_does_not_originate_is_not_certified(exporter, assessor, certifier):
    application = decided(exporter, assessor, "02-trucks-foreign-share")
    assert certifier.get("/certification/waiting").data == {"waiting": []}
    answer = certify(certifier, application)
    assert (answer.status, answer.data["code"]) == (409, "certification.not_originating")
    assert nothing_was_written()


def test_an_application_is_certified_once(application, certifier):
    assert certify(certifier, application).status == 201
    answer = certify(Api(make_certifier("second-certifier")), application)
    assert (answer.status, answer.data["code"]) == (409, "certification.done")
    assert NumberSequence.objects.get().last == 1
    assert Certificate.objects.count() == SealedAct.objects.count() == 1


def test_boxes_that_can_not_be_filled_are_all_told(application, certifier, monkeypatch):
    monkeypatch.setattr(case, "confirmations_of", lambda rows: {})  # it would be of other boxes
    row = Application.objects.get()
    row.document = row.document.replace('"value":"128"', '"value":"0"')
    row.document = row.document.replace('"value":"8704"', '"value":"99999"')
    row.save()
    answer = certify(certifier, application)
    assert answer.status == 422
    assert {"certificate.quantity_missing", "certificate.net_above_gross"} <= answer.codes
    assert nothing_was_written()


@pytest.mark.parametrize(
    ("room", "step"),
    [
        (issuing, "keep_drawn_up"),
        (issuing, "record"),
        (issuing, "issued"),
        (case, "draft_certificate"),
    ],
)
def test_a_step_that_fails_leaves_no_number_and_no_row(
    application, certifier, monkeypatch, room, step
):
    def fail(*arguments, **facts):
        raise MalformedError("step.broken", place="")

    with monkeypatch.context() as patched:
        patched.setattr(room, step, fail)
        assert certify(certifier, application).status == 400
    assert nothing_was_written()
    assert certify(certifier, application).data["number"].endswith("000001")


@pytest.mark.parametrize("point", ["certification.before_commit", "certification.prepared"])
def test_a_crash_loses_nothing_and_doubles_nothing(application, certifier, point):
    class Crash(BaseException):
        """Not caught by anything on the way, like the end of a process."""

    def hook(name):
        if name == point:
            raise Crash

    crash.arm(hook)
    try:
        with pytest.raises(Crash):
            certify(certifier, application)
    finally:
        crash.disarm()
    if point == "certification.before_commit":
        assert nothing_was_written()
        assert certify(certifier, application).status == 201
    else:
        assert certify(certifier, application).data["code"] == "certification.done"
    assert Certificate.objects.count() == SealedAct.objects.count() == 1
    assert NumberSequence.objects.get().last == 1


# -- finding --------------------------------------------------------------------------------------


def test_a_certificate_is_found_by_number_party_and_application(application, exporter, certifier):
    row = certify(certifier, application).data

    def found(**query):
        return [one["id"] for one in exporter.get("/certification", **query).data["certificates"]]

    assert found(text=row["number"].lower()) == [row["id"]]
    assert found(text=row["number"].replace("B", "В")) == [row["id"]]  # a Cyrillic letter
    assert found(text="нефтчи") == [row["id"]]
    assert found(application=application) == [row["id"]]
    assert found(text="nobody") == []
    assert found(page="2") == []
