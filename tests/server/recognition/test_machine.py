"""The machine interface beside the desk: files, amendments, look-up, what came after a decision."""

import json
import re

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.recognition.court.file import CourtFile
from certorigin.recognition.intake import declaration_from_data
from certorigin.recognition.intake_csv import csv_from
from certorigin.recognition.intake_xml import xml_from
from certorigin_server.published.services import publish_posts
from certorigin_server.recognition.models import Citation, Decision, Recheck
from certorigin_server.standing.queries import issued_act_of
from certorigin_server.users.rights import Role
from tests.server.factories import Api, make_body, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(officer):
    return Api(officer)


def test_a_file_is_registered_and_amended_byte_for_byte(api, issue):
    made = declaration_from_data(issue.declaration())
    first = api.post_bytes("/recognition/declaration/file", xml_from(made))
    assert (first.status, first.data["version"]) == (201, "1")
    changed = issue.declaration(amount="100")
    table = csv_from(declaration_from_data(changed)).encode()
    path = f"/recognition/declaration/file?amends={first.data['id']}"
    second = api.post_bytes(path, table, "text/csv")
    assert (second.status, second.data["version"]) == (201, "2")
    assert second.data["document"] == changed
    assert api.get(f"/recognition/declaration/{first.data['id']}").data["amended_at"]
    again = api.post_bytes(path, table, "text/csv")
    assert (again.status, again.data["code"]) == (409, "declaration.amended_already")


def test_a_faulty_file_is_answered_with_every_fault(api, issue):
    table = csv_from(declaration_from_data(issue.declaration())).replace("LTR", "litres")
    table = table.replace("220421", "22")
    answer = api.post_bytes("/recognition/declaration/file", table.encode(), "text/csv")
    assert answer.status == 400
    columns = re.split("[;,]", table.splitlines()[0])
    assert [(one["place"], one["facts"]["column"]) for one in answer.data["findings"]] == [
        ("items[0].tariffCode", str(columns.index("tariffCode") + 1)),
        ("items[0].quantity.unit", str(columns.index("quantity.unit") + 1)),
    ]
    assert "22" in answer.data["findings"][0]["message"]


def test_a_certificate_is_looked_up_by_number_day_and_state(api, issue):
    day = issue.at.date().isoformat()
    query = {"number": "azby-6001/000001", "date": day, "state": "az"}
    (found,) = api.get("/recognition/certificate", **query).data
    assert found["subject"] == issue.subject
    assert api.get("/recognition/certificate", **query | {"date": "2020-01-01"}).data == []
    report = api.get(f"/recognition/certificate/{issue.subject}").data
    assert (report["bottom_line"], report["subject"]) == ("recognised", issue.subject)
    assert report["report"]["parts"]["match"]["code"] == "match.not_asked"


def test_what_came_after_a_decision_is_listed_and_noted_once(api, annulled, issue):
    ((listed,),) = [api.get("/recognition/recheck").data]
    (cause,) = listed["causes"]
    assert (listed["decision"]["subject"], cause["kind"]) == (issue.subject, "Annulled")
    path = f"/recognition/decision/{annulled.pk}/recheck"
    body = {"cause": cause["cause"], "remark": ""}
    assert api.post(path, body).status == 422
    assert api.post(path, body | {"remark": "duty collected"}).status == 204
    assert api.get("/recognition/recheck").data == []
    assert api.post(path, body | {"remark": "again"}).status == 404
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Recheck.objects.update(remark="something else")


def test_after_release_nothing_is_refused_that_was_not_accepted(api, issue):
    row = api.post("/recognition/declaration", issue.declaration()).data
    path = f"/recognition/declaration/{row['id']}/refuse"
    body = {"subject": issue.subject, "ground": "goods_not_identifiable", "remark": "x"}
    answer = api.post(path, body | {"phase": "after_release"})
    assert (answer.status, answer.data["code"]) == (409, "recognition.nothing_accepted")
    assert api.post(path, body).status == 201  # at release it can be


def test_after_release_a_refusal_follows_an_acceptance_and_nothing_follows_that(
    api, annulled, issue
):
    path = f"/recognition/declaration/{annulled.declaration_id}/refuse"
    body = {"subject": issue.subject, "ground": "criteria_not_met"}
    assert api.post(path, body).status == 409
    answer = api.post(path, body | {"phase": "after_release"})
    assert (answer.status, answer.data["phase"]) == (201, "after_release")
    assert api.post(path, body | {"phase": "after_release"}).status == 409
    assert Decision.objects.count() == 2
    needs = body | {"phase": "after_release", "ground": "no_usable_answer"}
    assert api.post(path, needs).data["code"] == "refusal.no_request"


def test_what_is_cited_never_changes(lodged):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Citation.objects.update(number="another")
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Citation.objects.all()._raw_delete("default")


def test_conditions_and_rates_are_noted_by_machines_as_on_the_desk(api, issue):
    declared = api.post("/recognition/declaration", issue.declaration()).data["id"]
    path = f"/recognition/declaration/{declared}/conditions"
    note = {"condition": "contract", "found": "not_met", "evidence": "Договор № 7"}
    assert api.post(path, note | {"condition": "weather"}).status == 400
    assert api.post(path, note | {"evidence": " "}).status == 422
    assert api.post(path, note).status == 201
    found = api.get(path).data
    assert ([one["found"] for one in found["notes"]], found["worth"]) == (["not_met"], None)
    taken = {"subject": issue.subject}
    told = api.post(f"/recognition/declaration/{declared}/accept", taken)
    assert (told.status, told.data["code"]) == (422, "conditions.not_met")
    bank = Api(make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")))
    rate = {"currency": "USD", "day": "2026-05-20", "units": "1", "price": "3.2714"}
    rate |= {"price_currency": "BYN", "source": "nbrb.by"}
    assert bank.post("/recognition/rates", rate | {"price": "NaN"}).status == 400
    assert bank.post("/recognition/rates", rate | {"currency": "BYN"}).status == 422
    assert bank.post("/recognition/rates", rate).status == 201
    (entered,) = bank.get("/recognition/rates").data
    assert (entered["day"], entered["price"]) == ("2026-05-20", "3.271400")


def test_a_file_of_many_and_a_sealed_file_are_verified_by_machines(api, issue, turns):
    lines = "\n".join(json.dumps(issue.declaration(str(number))) for number in (1, 2))
    begun = api.post_bytes("/recognition/check/many?name=x", lines.encode(), "text/plain").data
    assert (begun["total"], begun["done"]) == ("2", "0")
    path = f"/recognition/check/many/{begun['id']}"
    assert api.post(path).data["done"] == "2"
    raw = api.give(path).content.splitlines()
    assert [json.loads(one)["bottom_line"] for one in raw] == ["recognised", "recognised"]
    shown = api.post_bytes("/recognition/presented", issue_file(issue), "application/json").data
    assert (shown["subject"], shown["reason"]) == (issue.subject, "")
    assert shown["certificate"]["number"] == issue.number
    assert api.post_bytes("/recognition/presented", b"%PDF-", "application/pdf").status == 400


def issue_file(issue):
    """The sealed certificate as somebody hands it over."""
    return issued_act_of(issue.subject).raw.encode()


def test_evidence_print_and_files_for_posts_are_given_to_machines(api, issue, client, folder):
    declared = api.post("/recognition/declaration", issue.declaration()).data["id"]
    accepted = api.post(f"/recognition/declaration/{declared}/accept", {"subject": issue.subject})
    desk = f"/recognition/decision/{accepted.data['id']}"
    evidence = api.give(f"{desk}/evidence")
    assert CourtFile.from_bytes(evidence.content).decided.outcome == "accepted"
    assert evidence["Content-Disposition"].startswith("attachment")
    assert api.give(f"{desk}/print").content.startswith(b"%PDF-")
    publish_posts(at=timezone.now())
    (file,) = api.get("/published/posts").data
    raw = api.give(f"/published/posts/{file['name']}").content
    assert (file["base"], len(raw)) == ("", int(file["size"]))
    assert raw == client.get(f"/published/posts/{file['name']}").content
