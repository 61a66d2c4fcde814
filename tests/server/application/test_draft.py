"""Drafting: what an exporter writes, revises and reads back, and nobody else sees."""

import pytest

from certorigin.errors import MalformedError
from certorigin_server.application import services
from certorigin_server.application.models import Application
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.data import shared
from tests.server.factories import (
    Api,
    consignment,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db
NOWHERE = "/application/00000000-0000-4000-8000-000000000000"


@pytest.fixture
def exporter():
    return Api(make_exporter())


def test_a_draft_may_be_empty_and_says_what_it_lacks(exporter):
    answer = exporter.post("/application", {})
    assert answer.status == 201
    assert answer.data["status"] == "draft"
    assert answer.data["version"] == "1"
    assert {"application.exporter_missing", "application.importer_missing"} <= answer.codes


def test_a_draft_is_read_back_as_it_was_written(exporter):
    document = consignment()["application"]
    written = exporter.post("/application", document)
    assert written.data["document"] == document
    assert exporter.get(f"/application/{written.data['id']}").data == written.data


def test_findings_are_told_in_the_language_of_the_caller():
    in_russian = Api(make_exporter(), language="ru").post("/application", {}).data["findings"]
    in_english = Api(make_exporter("second")).post("/application", {}).data["findings"]
    assert [one["code"] for one in in_russian] == [one["code"] for one in in_english]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"form": "st 1"}, "form"),
        ({"items": [{"sequence": "2"}]}, "items[0].sequence"),
        ({"items": [{"sequence": "1", "quantity": {"value": 5, "unit": "KGM"}}]}, "items[0]"),
        ({"colour": "red"}, "colour"),
        ({"exporter": None}, "exporter"),
        ({"exporter": {"name": "\ud800"}}, ""),
    ],
    ids=["form", "sequence", "json_number", "unknown_member", "null", "lone_surrogate"],
)
def test_a_malformed_document_is_refused_with_its_place(exporter, document, place):
    answer = exporter.post("/application", document)
    assert answer.status == 400
    assert answer.data["facts"].get("place", "").startswith(place)
    assert not Application.objects.exists()


@pytest.mark.parametrize("raw", [b"[]", b"[" * 100_000, b"not json", b"\xff"])
def test_what_is_no_json_object_is_refused(exporter, raw):
    answer = exporter.post_bytes("/application", raw, content_type="application/json")
    assert answer.status == 400


def test_a_revision_replaces_the_document_and_counts(exporter):
    first = exporter.post("/application", {})
    document = consignment()["application"]
    path = f"/application/{first.data['id']}"
    second = exporter.put(path, document, version="1")
    assert second.status == 200
    assert second.data["version"] == "2"
    assert second.data["document"] == document


def test_who_saw_an_older_version_does_not_overwrite_a_newer_one(exporter):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    exporter.put(path, {"form": "ST-1"}, version="1")
    answer = exporter.put(path, {"destinationCountry": "AZ"}, version="1")
    assert answer.status == 409
    assert answer.data["code"] == "application.changed_meanwhile"
    assert exporter.get(path).data["document"]["form"] == "ST-1"


@pytest.mark.parametrize("version", ["", "-1", "1.0", "1\n", "x", "9999999999"])
def test_a_version_is_a_whole_number_written_as_text(exporter, version):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    assert exporter.put(path, {}, version=version).status == 400


def test_only_a_trader_drafts():
    body_person = make_user("odd", Role.EXPORTER, organisation=make_body())
    answer = Api(body_person).post("/application", {})
    assert (answer.status, answer.data["code"]) == (403, "application.not_a_trader")


def test_a_person_without_an_organisation_sees_and_drafts_nothing():
    nobody = Api(make_user("nobody", Role.EXPORTER))
    assert nobody.post("/application", {}).status == 403
    assert nobody.get("/application").data == {"applications": []}


@pytest.mark.parametrize(
    "make", [make_assessor, make_certifier, make_auditor, make_customs_officer]
)
def test_other_roles_may_not_write(exporter, make):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    other = Api(make())
    submission = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    for answer in (
        other.post("/application", {}),
        other.post_bytes("/application/invoice", b"<a/>"),
        other.put(path, {}, version="1"),
        other.put(f"{path}/worksheet", {}, version="0"),
        other.post(f"{path}/submit", submission),
        other.post(f"{path}/withdraw"),
    ):
        assert answer.status in {400, 403}, answer.data
    assert Application.objects.get().version == 1


def test_without_a_token_nothing_is_answered(exporter):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    stranger = Api()
    assert stranger.get("/application").status == 401
    assert stranger.get(path).status == 401
    assert stranger.post("/application", {}).status == 401


def test_a_draft_is_seen_by_its_own_organisation_alone(exporter):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    other_trader = make_exporter("rival", organisation="rival-trader")
    for user in (other_trader, make_assessor(), make_auditor("central", "belcci")):
        answer = Api(user).get(path)
        assert answer.status == 404
        assert answer.data["code"] == Api(user).get(NOWHERE).data["code"]
        assert Api(user).get("/application").data == {"applications": []}
    assert Api(make_customs_officer()).get(path).status == 403
    assert Api(make_exporter("colleague")).get(path).status == 200


def test_nobody_writes_in_anothers_draft(exporter):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    rival = Api(make_exporter("rival", organisation="rival-trader"))
    make_body()
    worksheet = consignment()["worksheet"]
    submission = {"body": "minsk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert rival.put(path, {}, version="1").status == 404
    assert rival.put(f"{path}/worksheet", worksheet).status == 404
    assert rival.post(f"{path}/submit", submission).status == 404
    assert rival.post(f"{path}/withdraw").status == 404
    assert exporter.get(path).data["version"] == "1"


def test_head_office_sees_its_branches_and_a_branch_not_its_head_office():
    head = make_organisation("head")
    make_organisation("branch", parent=head)
    at_head, at_branch = make_exporter("h", "head"), make_exporter("b", "branch")
    of_head = Api(at_head).post("/application", {}).data["id"]
    of_branch = Api(at_branch).post("/application", {}).data["id"]
    assert Api(at_head).get(f"/application/{of_branch}").status == 200
    assert Api(at_branch).get(f"/application/{of_head}").status == 404


def test_the_list_is_found_by_party_and_status(exporter):
    exporter.post("/application", consignment()["application"])
    exporter.post("/application", {})
    rows = exporter.get("/application").data["applications"]
    assert len(rows) == 2
    found = exporter.get("/application", text="ИНЕЙ").data["applications"]
    assert [one["form"] for one in found] == ["ST-1"]
    assert exporter.get("/application", status="submitted").data["applications"] == []
    assert exporter.get("/application", page="2").data["applications"] == []
    assert exporter.get("/application", page="0").status == 400


def test_an_invoice_becomes_a_draft_with_what_it_lacks(exporter):
    raw = next(iter(sorted(shared("ubl").rglob("*nvoice*.xml")))).read_bytes()
    answer = exporter.post_bytes("/application/invoice", raw)
    assert answer.status == 201, answer.data
    assert answer.data["document"]["items"]
    assert answer.codes
    assert exporter.get(f"/application/{answer.data['id']}").status == 200


@pytest.mark.parametrize(
    "raw", [b"", b"<a/>", b"\x00", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]
)
def test_what_is_no_invoice_leaves_nothing(exporter, raw):
    assert exporter.post_bytes("/application/invoice", raw).status == 400
    assert not Application.objects.exists()


def test_the_trail_names_who_did_what_and_holds_no_trade_data(exporter):
    document = consignment()["application"]
    row = exporter.post("/application", document).data
    exporter.put(f"/application/{row['id']}", document, version="1")
    entries = list(TrailEntry.objects.filter(subject=f"urn:uuid:{row['id']}"))
    assert [one.action for one in entries] == ["application.drafted", "application.revised"]
    assert {one.actor for one in entries} == {"exporter"}
    told = " ".join(one.facts for one in entries)
    assert document["exporter"]["name"] not in told


def test_a_draft_that_fails_half_way_leaves_neither_row_nor_trail(monkeypatch):
    def fail(**facts):
        raise MalformedError("trail.broken", place="")

    user = make_exporter()
    monkeypatch.setattr(services, "record", fail)
    assert Api(user).post("/application", {}).status == 400
    assert not Application.objects.exists()


def test_what_no_column_holds_is_refused_at_the_door(exporter):
    path = f"/application/{exporter.post('/application', {}).data['id']}"
    make_body()
    order = {"body": "min\0sk", "version": "1", "produced_in": "BY", "confirmed": True}
    assert exporter.get("/application", status="\0").status == 400
    assert exporter.get("/application", text="\0").status == 400
    assert exporter.post(f"{path}/submit", order).status == 400
    assert exporter.post("/application", {"exporter": {"name": "a\0b"}}).status == 400
    assert exporter.get("/certification/a%00b").status == 404
    assert exporter.get("/certification", text="x" * 5_000).status == 400
