"""Files of an application: who attaches and reads them, what is refused, and what stays."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from certorigin.application.evidence import MOST_BYTES
from certorigin.errors import LimitError, VerificationError
from certorigin_server.application import evidence_folder, evidence_services
from certorigin_server.application.models import Application, Evidence
from certorigin_server.trail.models import TrailEntry
from tests.server.factories import (
    NOW,
    Api,
    client_of,
    consignment,
    decided,
    make_assessor,
    make_auditor,
    make_body,
    make_exporter,
    submitted,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\none\n%%EOF"
DIGEST = hashlib.sha256(PDF).hexdigest()
ORDER = {"name": "Счёт 15.pdf", "kind": "invoice"}


@pytest.fixture(autouse=True)
def own_folder(folder):
    return folder


@pytest.fixture
def people():
    make_body()
    return make_exporter(), make_assessor()


@pytest.fixture
def draft(people):
    return Api(people[0]).post("/application", consignment()["application"]).data["id"]


def attach(api, application, raw=PDF, room="application", **more):
    query = "&".join(f"{name}={value}" for name, value in (ORDER | more).items())
    return api.post_bytes(f"/{room}/{application}/evidence?{query}", raw, "application/pdf")


def test_a_file_is_kept_under_its_digest_and_comes_back_byte_for_byte(people, draft, own_folder):
    exporter = Api(people[0])
    told = attach(exporter, draft)
    assert told.status == 201, told.data
    assert (told.data["digest"], told.data["name"]) == (DIGEST, "Счёт 15.pdf")
    assert (own_folder / "evidence" / DIGEST[:2] / DIGEST).read_bytes() == PDF
    (listed,) = exporter.get(f"/application/{draft}/evidence").data["evidence"]
    assert listed == told.data
    answer = client_of(people[0]).get(f"/application/evidence/{listed['id']}")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_same_bytes_are_attached_once(people, draft):
    first, second = (attach(Api(people[0]), draft).data["id"] for _ in range(2))
    assert first == second
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "more", "status", "code"),
    [
        (b"", {}, 400, "evidence.empty"),
        (b"MZ\x90\x00", {}, 400, "evidence.type_refused"),
        (b"<html><script>1</script>", {"name": "act.pdf"}, 400, "evidence.type_refused"),
        (b"%PDF-" + b"0" * MOST_BYTES, {}, 413, "evidence.too_large"),
        (PDF, {"kind": "secret"}, 400, "evidence.kind_unknown"),
    ],
)
def test_what_is_not_taken(people, draft, raw, more, status, code):
    told = attach(Api(people[0]), draft, raw, **more)
    assert (told.status, told.data["code"]) == (status, code)
    assert not Evidence.objects.exists()


def test_an_application_has_no_endless_files(people, draft, monkeypatch):
    monkeypatch.setattr(evidence_services, "MOST_FILES", 1)
    row = {"application": draft, "kind": "other", "by": people[0], "at": NOW}
    evidence_services.attach(raw=PDF, name="a.pdf", **row)
    with pytest.raises(LimitError, match=r"evidence\.too_many"):
        evidence_services.attach(raw=PDF + b"2", name="b.pdf", **row)
    monkeypatch.setattr(evidence_services, "MOST_FILES", 9)
    monkeypatch.setattr(evidence_services, "MOST_BYTES_TOGETHER", len(PDF) + 1)
    with pytest.raises(LimitError, match=r"evidence\.too_much"):
        evidence_services.attach(raw=PDF + b"2", name="b.pdf", **row)


def test_what_was_taken_out_of_a_draft_stays_on_record(people, draft, own_folder):
    exporter = Api(people[0])
    evidence = attach(exporter, draft).data["id"]
    assert exporter.post(f"/application/evidence/{evidence}/take-out").status == 200
    assert exporter.get(f"/application/{draft}/evidence").data["evidence"] == []
    assert Evidence.objects.get().removed_at is not None
    assert (own_folder / "evidence" / DIGEST[:2] / DIGEST).exists()
    assert attach(exporter, draft).data["id"] != evidence
    actions = TrailEntry.objects.filter(action__startswith="application.evidence_")
    assert [one.action.rpartition("_")[2] for one in actions.order_by("sequence")] == [
        "attached",
        "out",
        "attached",
    ]


def test_after_submission_both_sides_may_add_and_nobody_takes_out(people):
    exporter, assessor = (Api(one) for one in people)
    application = submitted(exporter)
    evidence = attach(exporter, application).data["id"]
    assert attach(assessor, application, PDF + b"2", room="assessment").status == 201
    assert exporter.post(f"/application/evidence/{evidence}/take-out").status == 409
    assert (
        attach(Api(make_assessor("other", "brest")), application, room="assessment").status == 404
    )
    central = Api(make_assessor("central", "belcci"))
    assert attach(central, application, PDF + b"3", room="assessment").status == 403


def test_after_the_decision_nothing_is_added(people):
    application = decided(*(Api(one) for one in people))
    assert attach(Api(people[0]), application).data["code"] == "application.closed"


def test_reading_the_papers_of_another_organisation_stands_in_the_trail(people):
    exporter, assessor = people
    evidence = attach(Api(exporter), submitted(Api(exporter))).data["id"]
    read = TrailEntry.objects.filter(action="trail.read", subject=f"urn:uuid:{evidence}")
    assert client_of(exporter).get(f"/application/evidence/{evidence}").status_code == 200
    assert not read.exists()
    assert client_of(assessor).get(f"/application/evidence/{evidence}").status_code == 200
    assert read.get().actor == "assessor"
    stranger = client_of(make_exporter("stranger", "another"))
    assert stranger.get(f"/application/evidence/{evidence}").status_code == 404


def test_an_altered_or_lost_file_is_told_and_not_given_out(people, draft):
    evidence = attach(Api(people[0]), draft).data["id"]
    path = evidence_folder.path_of(DIGEST)
    path.write_bytes(PDF + b"more")
    with pytest.raises(VerificationError, match=r"evidence\.altered"):
        evidence_services.read(evidence=evidence, by=people[0], at=NOW)
    answer = client_of(people[0]).get(f"/application/evidence/{evidence}")
    assert answer.status_code == 400
    assert DIGEST in answer.content.decode()
    path.unlink()
    assert client_of(people[0]).get(f"/application/evidence/{evidence}").status_code == 404


def test_the_database_keeps_what_was_attached(people, draft):
    attach(Api(people[0]), draft)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.update(digest="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.all().delete()


def files(*raw: bytes):
    return [SimpleUploadedFile(f"f{index}.pdf", one) for index, one in enumerate(raw)]


def test_the_page_takes_several_files_and_tells_each_that_it_refuses(people, draft):
    page = f"/application/{draft}/evidence"
    client = client_of(people[0])
    fields = {"kind": "other", "file": files(PDF, b"MZ\x90\x00", PDF + b"2")}
    answer = client.post(f"{page}/attach", fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "f1.pdf" in text.partition("</section>")[0]
    assert DIGEST in text
    assert Evidence.objects.count() == 2
    assert client.post(f"{page}/attach", {"kind": "other"}).status_code == 422
    assert (
        client.post(f"{page}/attach", {"kind": "other", "file": files(PDF + b"3")}).status_code
        == 302
    )


def test_a_file_beyond_the_limit_is_cut_on_its_way_and_refused(people, draft):
    large = files(b"%PDF-" + b"0" * (MOST_BYTES + 100_000))
    answer = client_of(people[0]).post(
        f"/application/{draft}/evidence/attach", {"kind": "other", "file": large}
    )
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_an_auditor_sees_the_files_and_attaches_none(people):
    application = submitted(Api(people[0]))
    attach(Api(people[0]), application)
    client = client_of(make_auditor(body="belcci"))
    text = client.get(f"/application/{application}/evidence").content.decode()
    assert DIGEST in text
    assert 'type="file"' not in text
    fields = {"kind": "other", "file": files(PDF)}
    for room in ("application", "assessment"):
        path = f"/{room}/{application}/evidence" + ("/attach" if room == "application" else "")
        assert client.post(path, fields).status_code == 404
    assert Application.objects.get(pk=application).evidence.count() == 1
